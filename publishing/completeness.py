"""How much of what readers look for an entry has. Subjects register what that is."""

from collections.abc import Callable
from dataclasses import dataclass

_elements: dict[str, Callable] = {}


@dataclass(frozen=True)
class Completeness:
    """The elements that a document has and those it lacks, by name."""

    present: list
    missing: list

    @property
    def total(self):
        return len(self.present) + len(self.missing)


def register(kind, elements_of):
    """Have documents of `kind` judged by `elements_of(document) -> {name: whether it is there}`."""
    _elements[kind] = elements_of


def completeness_of(document):
    """The `Completeness` of a document, None for a kind of which nothing is expected."""
    elements_of = _elements.get(document["kind"])
    if elements_of is None:
        return None
    elements = elements_of(document)
    return Completeness(
        present=[name for name, is_there in elements.items() if is_there],
        missing=[name for name, is_there in elements.items() if not is_there],
    )
