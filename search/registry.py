"""What can be found: each subject says what of its documents readers look for."""

from collections.abc import Callable
from dataclasses import dataclass, field

# How telling a place is, 1-100.
TITLE, KEYWORD, SUMMARY, LABEL, BODY = 100, 90, 45, 30, 16


@dataclass(frozen=True)
class Findable:
    """One thing to be found.

    fields: (weight, text) pairs; a term counts with the weightiest place it stands in.
    keywords: short texts that are suggested beside the title.
    text: plain text that excerpts are cut from.
    """

    kind: str
    id: str
    slug: str
    title: str
    url: str
    text: str
    fields: tuple = ()
    keywords: tuple = ()
    domain: str = ""
    cities: tuple = ()
    scenarios: tuple = ()
    position: int = 0
    translations: dict = field(default_factory=dict)  # {language: {"title": …, "text": …}}

    @property
    def key(self):
        return f"{self.kind}:{self.id}"

    @property
    def facets(self):
        """As results are narrowed: `kind:measure`, `domain:medical`, `city:qingdao`."""
        domain = [f"domain:{self.domain}"] if self.domain else []
        cities = [f"city:{slug}" for slug in self.cities]
        scenarios = [f"scenario:{slug}" for slug in self.scenarios]
        return [f"kind:{self.kind}", *domain, *cities, *scenarios]


@dataclass
class _Sources:
    of_editions: dict[str, Callable] = field(default_factory=dict)
    of_catalogue: dict[str, Callable] = field(default_factory=dict)


_sources = _Sources()


def translations_of(part, *fields):
    """`{language: {"title": …, "text": …}}` of a part whose first field is its title."""
    title, *others = fields
    return {
        code: {"title": texts[title], "text": "\n".join(texts[f] for f in others if f in texts)}
        for code, texts in part["translations"].items()
        if texts.get(title)
    }


def register_findables(kind, make):
    """`make(document)` gives the Findables of an entry of that kind."""
    _sources.of_editions[kind] = make


def register_catalogue_findables(collection, make):
    """`make(collection)` gives the Findables of a list of the catalogue."""
    _sources.of_catalogue[collection] = make


def findables_of_edition(edition):
    """What a live edition lets readers find."""
    make = _sources.of_editions.get(edition.kind)
    return list(make(edition.document)) if make else []


def findables_of_catalogue(content):
    """What the catalogue lets readers find, all of its lists together."""
    return [
        findable
        for collection, make in _sources.of_catalogue.items()
        for findable in make(content.get(collection) or ())
    ]
