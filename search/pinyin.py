"""Readings of Chinese words: in full, by initials, and whether two words sound alike."""

import os
from functools import lru_cache
from itertools import islice, product

# The tables of phrases take 45 MB in each process; trying each reading of a character does too.
os.environ.setdefault("PYPINYIN_NO_PHRASES", "1")

from pypinyin import Style, pinyin

MOST_READINGS = 12  # of one word


@lru_cache(maxsize=4096)
def readings(word):
    """The ways to read `word`, each a tuple of syllables without tones; likely ones first."""
    each = pinyin(word, style=Style.NORMAL, heteronym=True, errors="ignore")
    return list(islice(product(*each), MOST_READINGS)) if len(each) == len(word) else []


def spelled(word):
    """`word` in full pinyin, each way to read it: 医保 -> {"yibao"}."""
    return {"".join(syllables) for syllables in readings(word)}


def initials(word):
    """The first letters: 公积金 -> {"gjj"}."""
    return {"".join(syllable[0] for syllable in syllables) for syllables in readings(word)}


def sound_alike(one, other):
    """Whether each may be read as the other mostly is: 车子 is no 车次, though 子 may be "ci"."""
    mostly_one, mostly_other = ("".join(readings(word)[0]) for word in (one, other))
    return mostly_one in spelled(other) and mostly_other in spelled(one)
