"""What the subject apps tell `publishing`: which rows are published and which are quoted.

`publishing` imports no subject; each subject's `documents.py` registers itself when Django starts.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import models
from rest_framework.serializers import Serializer


@dataclass(frozen=True)
class Kind:
    """One kind of entry: how its document is made and how it is found again.

    build: entry -> document (dict ready for JSON), from the rows as they are now.
    serializer: the DRF serializer class whose output the documents are.
    facets: document -> what lists may filter it by, as `name:value` texts.
    path: document -> the path of the public page.
    template: of the public page; it is given the item under the name of the kind.
    restore: (entry, document, writer) -> None, makes the rows say what the document says.
    part: document -> how another document quotes the entry, or None where none does.
    letter: begins the short addresses of the kind, `/m/<slug>`: printed, so never changed.
    """

    name: str
    model: type[models.Model]
    build: Callable
    serializer: type[Serializer]
    facets: Callable
    path: Callable
    template: str
    restore: Callable
    letter: str
    part: Callable | None = None


kinds: dict[str, Kind] = {}
_parts: dict[type[models.Model], Callable] = {}
collections: dict[str, Callable] = {}
_empty_catalogue = {}
after_loading: list[Callable] = []
text_index: list[Callable] = []


def register_kind(kind):
    """Make `kind.model` publishable."""
    kinds[kind.name] = kind


def register_part(model, serializer_class):
    """Say how documents embed a row of `model`: as this serializer's output."""
    _parts[model] = serializer_class


def register_collection(name, build, *, empty=()):
    """Put `build()` (JSON-ready) into the catalogue under `name`; `empty` before any data."""
    collections[name] = build
    _empty_catalogue[name] = empty


def register_after_loading(act):
    """Call `act()` when `load_fixtures` has published its entries, in its transaction."""
    after_loading.append(act)


def register_text_index(find):
    """Have lists ask `find(kind, text)` for the identifiers of entries that hold all the words.

    As a subquery, or a list.
    """
    text_index[:] = [find]


def empty_catalogue():
    """The content of a catalogue before anything was loaded."""
    return _empty_catalogue | {
        "counts": {name: {"total": 0} for name in kinds},
        "changed_at": {},
    }


def kind_of(entry):
    """The `Kind` of an entry row. Raises KeyError for a model that is not published."""
    return kinds[entry.kind]


def kind_by_letter(letter):
    """The `Kind` whose short addresses begin with this letter, or None."""
    return next((kind for kind in kinds.values() if kind.letter == letter), None)


def is_part(model):
    """Whether documents quote rows of `model`."""
    return model in _parts


def part_of(row):
    """The dict by which documents quote `row`, or None if no document ever does."""
    serializer_class = _parts.get(type(row))
    return serializer_class(row).data if serializer_class else None
