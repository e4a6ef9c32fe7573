"""Text as index and queries see it: one form for what readers take for the same."""

import json
import re
import unicodedata
from functools import cache
from importlib import resources

# Runs of characters that are written without spaces, or of letters and digits; everything else
# separates them. Kana and Hangul are found by pairs, as Chinese words that nobody knows are.
RUNS = re.compile(r"[㐀-鿿豈-﫿ぁ-ヿ가-힣]+|[a-z0-9]+")
_HAN = re.compile(r"[㐀-鿿豈-﫿ぁ-ヿ가-힣]")


def normalise(text):
    """`text` in simplified characters, half width and lower case; runs separated by one space."""
    text = unicodedata.normalize("NFKC", text).lower()
    return " ".join(RUNS.findall(text.translate(_simplified())))


def compact(text):
    """The normalised text without spaces, by which titles are compared."""
    return normalise(text).replace(" ", "")


def runs(text):
    """The runs of `text`, each `(run, is_chinese)`."""
    return [(run, is_chinese(run)) for run in normalise(text).split()]


def is_chinese(run):
    return bool(_HAN.match(run))


@cache
def _simplified():
    """Traditional character -> simplified one, from the tables that zhconv brings.

    The tables alone: zhconv keeps those of all regions in memory, 20 MB in each process.
    """
    tables = json.loads(resources.files("zhconv").joinpath("zhcdict.json").read_bytes())
    pairs = tables["zh2Hans"].items()
    return {ord(old): new for old, new in pairs if len(old) == len(new) == 1 and old != new}
