"""The relevance set: everyday queries, and how often a right entry is among the first results.

`relevance.txt` holds a query and its right entries on each line, separated by a tab: slugs of
entries, `hotline:` and a number, separated by spaces. A question counts as its entry.
"""

from pathlib import Path
from typing import NamedTuple

from publishing.catalogue import current_version
from search.finding import find
from search.reading import read
from search.vocabulary import vocabulary_at

FILE = Path(__file__).with_name("relevance.txt")
FIRST = 3


class Outcome(NamedTuple):
    """`place` of the first right result, from 1; 0 where none is among the first three."""

    query: str
    place: int
    found: list


def cases(file=FILE):
    """`[(query, {right entries})]`."""
    lines = file.read_text("utf-8").splitlines()
    pairs = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return [(query, set(right.split())) for query, right in pairs]


def outcomes(file=FILE):
    """Search for each query as the page does."""
    vocabulary = vocabulary_at(current_version())
    return [_outcome(query, right, vocabulary) for query, right in cases(file)]


def rates(found):
    """`(share with a right entry among the first three, share with one as the first)`."""
    places = [outcome.place for outcome in found]
    return sum(map(bool, places)) / len(places), places.count(1) / len(places)


def _outcome(text, right, vocabulary):
    results = find(read(text, vocabulary), page_size=FIRST).results
    names = [name_of(result) for result in results]
    place = next((n for n, name in enumerate(names, 1) if name in right), 0)
    return Outcome(text, place, names)


def name_of(result):
    if result["kind"] == "hotline":
        return "hotline:" + result["title"].rpartition(" ")[0].replace(" ", "")
    return result["slug"]
