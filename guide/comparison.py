"""The five cities side by side: every measure, or one measure point by point.

Works on published documents; what is compared is what a reader would meet: status, way of doing
it, time limit, department. When a city confirmed it last is shown, but is no difference.
Where there is no room for five columns, what is the same in several cities is said once.
"""

import json
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from publishing.lists.reading import Entries

DIFFERS = "differs:yes"  # the facet of a measure that the cities do not do alike

# What the table of all measures says of a city.
SAID_IN_TABLE = ("status", "promised_limit", "mode", "confirmed_on")


class Cell(NamedTuple):
    """What one city does, and whose word it is where cells that say the same are one.

    `cities` are all of which this is true, in the first of their cells, and none in the others.
    """

    provision: dict
    cities: list


class Row(NamedTuple):
    """One measure and how each city does it; `first` are the slugs of the reader's cities."""

    measure: dict
    provisions: list
    first: tuple = ()

    @property
    def differs(self):
        return len({_compared(self.measure, provision) for provision in self.provisions}) > 1

    @property
    def cells(self):
        return _cells(self.provisions, lambda p: [p[name] for name in SAID_IN_TABLE], self.first)


class Aspect(NamedTuple):
    """One point of a measure: its name and each city's value, None where it is not known."""

    name: str
    label: str
    values: list
    cells: list

    @property
    def is_known(self):
        """Of any city."""
        return any(self.values)

    @property
    def differs(self):
        return self.name != "confirmed_on" and any(v != self.values[0] for v in self.values[1:])


def limit_of(measure, provision):
    """The time a city promises; the measure's own where the city names none."""
    return provision["promised_limit"] or measure["promised_limit"]


def comparable(*, domain=None, only_differences=False, counts):
    """The live measures that are compared, in the guide's order; `domain` is a slug."""
    facets = [f"domain:{domain}"] if domain else []
    return Entries("measure", [*facets, *[DIFFERS] * only_differences], counts=counts)


def row_of(edition, *, first=()):
    """A live measure as a `Row`; cities in `first` (slugs) come before the others."""
    measure = edition.item
    return Row(measure, in_order_of(measure["provisions"], first), tuple(first))


def aspects(measure, provisions, *, first=()):
    """What of one measure can be set side by side, city by city; `first` as in `row_of`."""

    def row(name, label, read, said=None):
        values = [read(provision) or None for provision in provisions]
        return Aspect(name, label, values, _cells(provisions, said or read, first))

    def limit_and_whose(provision):
        return limit_of(measure, provision), bool(provision["promised_limit"])

    return [
        row("status", _("状态"), lambda p: p["status"]),
        row("limit", _("办理时限"), lambda p: limit_of(measure, p), limit_and_whose),
        row("mode", _("办理方式"), lambda p: p["mode"]),
        row("department", _("负责部门"), lambda p: p["department"] and p["department"]["name"]),
        row("reason", _("说明"), lambda p: p["reason"]),
        row("confirmed_on", _("本市最近确认"), lambda p: p["confirmed_on"]),
    ]


def in_order_of(provisions, first):
    """`provisions` with those of the cities in `first` before the others."""
    rank = {slug: number for number, slug in enumerate(first)}
    return sorted(provisions, key=lambda p: rank.get(p["city"]["slug"], len(rank)))


def alike(provisions, said):
    """Lists of the provisions of which `said` tells the same, in the order of their first."""
    groups = {}
    for provision in provisions:
        groups.setdefault(json.dumps(said(provision), sort_keys=True), []).append(provision)
    return list(groups.values())


def _cells(provisions, said, first):
    """A `Cell` for each provision; unless all are alike, the reader's cities keep to themselves."""
    groups = alike(provisions, said)
    if len(groups) > 1:
        groups = alike(provisions, lambda p: (p["city"]["slug"] in first, said(p)))
    cities = {group[0]["city"]["slug"]: [p["city"] for p in group] for group in groups}
    return [Cell(p, cities.get(p["city"]["slug"], [])) for p in provisions]


def _compared(measure, provision):
    limit = limit_of(measure, provision) or {}
    return (provision["status"], provision["mode"], limit.get("value"), limit.get("unit"))
