"""Read pages of lists: by number near the beginning, by a cursor anywhere, at the same cost."""

import datetime
from functools import cached_property, lru_cache
from typing import NamedTuple

from django.db.models import F

from publishing.lists.cursors import Cursor
from publishing.lists.models import FacetCount, Listing
from publishing.lists.naming import combination, list_name
from publishing.models import Edition
from publishing.statements import Statement

MOST_NUMBERED = 3000  # entries that pages are numbered for; PostgreSQL walks past those before
FEW = 300  # that carry several facets or hold words: no list is walked along for them
MOST_COUNTED = 1000  # of what has to be counted one by one
_PLACE = ("listed_position", "listed_at", "listed_id")
_PLACE_TYPES = (int, datetime.datetime, int)
# What lists may be ordered by besides their own order, each with an index.
ORDERS = {
    "title": ("title", str),
    "updated_at": ("published_at", datetime.datetime),
    "published_at": ("first_published_at", datetime.datetime),
}


class Page(NamedTuple):
    """Some editions of a list in its order; the cursors lead to what is before and after them."""

    editions: list
    previous: Cursor | None
    next: Cursor | None


class Entries:
    """The live entries of a kind that carry all of `facets`, in an order.

    `counts` are the catalogue's; `narrow` is what else must hold of an edition; `among` are the
    identifiers of `FEW` entries at most, or a subquery for them, where it is about these alone;
    `order` is one of `ORDERS`, with “-” before it to turn it around, or `position`.
    """

    def __init__(self, kind, facets=(), *, counts, narrow=None, among=None, order="position"):
        self.has_documents = True  # of the editions of a page
        self.kind, self.facets, self._counts = kind, tuple(dict.fromkeys(facets)), counts[kind]
        self._narrow, self._among = narrow, among
        self.descending = order.startswith("-")
        name = order.removeprefix("-")
        is_in_order = name == "position"
        if is_in_order:
            self.columns, self.types = _PLACE, _PLACE_TYPES
        else:
            column, kind_of_value = ORDERS[name]
            self.columns, self.types = (column, "id"), (kind_of_value, int)
        is_narrowed = narrow is not None or among is not None
        self._is_one_list = is_in_order and not is_narrowed and len(self.facets) < 2
        self._are_few = among is not None or (is_in_order and self._few_carry_all_facets())
        if self._are_few:
            self._editions = _with_their_places(self._found)
        elif is_in_order:
            self._editions = self._narrowed(self._listed())
        else:
            self._editions = self._narrowed(self._live())

    def _live(self):
        return Edition.objects.current().of_kind(self.kind).with_facets(*self.facets)

    def _narrowed(self, editions):
        if self._narrow is None:
            return editions
        # with what the indexes say that may find them
        return editions.filter(self._narrow, is_current=True, kind=self.kind)

    def _listed(self):
        """Along the shortest list of those that all of them are in."""
        facets = sorted(self.facets, key=lambda facet: self._counts.get(facet, 0))
        return _in_list(list_name(self.kind, *facets[:1])).with_facets(*facets[1:])

    def _few_carry_all_facets(self):
        return len(self.facets) > 1 and self._number_of_all <= FEW

    @cached_property
    def _found(self):
        """The numbers of the editions of few entries, in their order. One query, or none."""
        if not (self._number_of_all if self._among is None else self._among):
            return []
        live = self._narrowed(self._live())
        if self._among is not None:
            live = live.filter(entry_id__in=self._among)
        ordered = live.order_by(*_signed(self._own_columns, self.descending))
        return list(ordered.values_list("pk", flat=True))

    @property
    def _own_columns(self):
        """What an edition itself is ordered by."""
        return Edition.IN_ORDER if self.columns is _PLACE else self.columns

    @cached_property
    def _number_of_all(self):
        name = combination(self.kind, self.facets)
        numbers = FacetCount.objects.filter(name=name).values_list("number", flat=True)
        return numbers.first() or 0

    def count(self):
        """How many there are; where more than facets narrow them, at most `MOST_COUNTED`."""
        if self._are_few:
            return len(self._found)
        if self._narrow is not None:
            return self._editions.order_by()[:MOST_COUNTED].count()
        if len(self.facets) < 2:
            return self._counts.get(*self.facets or ("total",), 0)
        return self._number_of_all

    def numbered(self, number, size):
        """Page `number` (1…) of pages of that size. Empty behind the end."""
        start = (number - 1) * size
        stretch = start, start + size + 1
        if self._is_one_list:
            statement = _stretch_of_list(*stretch, self.descending, self.has_documents)
            rows = statement.all(name=list_name(self.kind, *self.facets))
        elif self._are_few:
            rows = self._read(_with_their_places(self._found[slice(*stretch)]))
        else:
            order = _signed(self.columns, self.descending)
            rows = self._read(self._editions.order_by(*order)[slice(*stretch)])
        return self._page(rows[:size], has_previous=number > 1, has_next=len(rows) > size)

    def at(self, cursor, size):
        """The page on the wanted side of a cursor."""
        nearest = cursor.narrow(self._editions, self.columns, descending=self.descending)
        rows = self._read(nearest[: size + 1])
        has_more = len(rows) > size
        if cursor.is_backward:
            return self._page(rows[-size:], has_previous=has_more, has_next=True)
        return self._page(rows[:size], has_previous=True, has_next=has_more)

    def all(self, size=100):
        """Every one of them, `size` in memory at a time."""
        page = self.numbered(1, size)
        yield from page.editions
        while page.next:
            page = self.at(page.next, size)
            yield from page.editions

    def cursor(self, text):
        """The cursor of an address. Raises ValueError for one that this list did not give."""
        return Cursor.read(text, self.types)

    def _read(self, found):
        """Fetch what was found along an index, in the order of the list. One query."""
        order = _signed(self._own_columns, self.descending)
        return list(_fetched(found, order, self.has_documents))

    def _page(self, rows, *, has_previous, has_next):
        return Page(
            rows,
            Cursor(self._key(rows[0]), is_backward=True) if rows and has_previous else None,
            Cursor(self._key(rows[-1])) if rows and has_next else None,
        )

    def _key(self, edition):
        return [getattr(edition, column) for column in self._own_columns]


def _with_their_places(numbers):
    """Editions by their numbers, each with its place in the order of lists."""
    return Edition.objects.filter(pk__in=numbers).annotate(
        listed_position=F("position"), listed_at=F("first_published_at"), listed_id=F("id")
    )


def _in_list(name):
    """The editions of a list, with their places in it."""
    return Edition.objects.filter(listings__name=name).annotate(
        listed_position=F("listings__position"),
        listed_at=F("listings__first_published_at"),
        listed_id=F("listings__edition_id"),
    )


def _fetched(found, order, has_documents):
    """What was found along an index, fetched for its pages only and in an order."""
    editions = Edition.objects.filter(pk__in=found.values("pk")).order_by(*order)
    return editions.to_show() if has_documents else editions.without_document()


def _signed(columns, descending):
    return [f"-{column}" if descending else column for column in columns]


@lru_cache(maxsize=128)
def _stretch_of_list(start, stop, descending, has_documents):
    """The statement for rows `start` to `stop` of one list in its order: what is asked for most."""
    order = _signed(Edition.IN_ORDER, descending)

    def build(name):
        found = _in_list(name).order_by(*_signed(_PLACE, descending))[start:stop]
        return _fetched(found, order, has_documents)

    return Statement(build, name=str)


def first_of(*names, limit):
    """The first editions of each of these lists, in the order of lists. One query."""
    heads = [
        Listing.objects.filter(name=name)
        .order_by("position", "first_published_at", "edition")
        .values("edition")[:limit]
        for name in names
    ]
    return Edition.objects.filter(pk__in=heads[0].union(*heads[1:], all=True)).in_order()
