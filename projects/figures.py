"""Where the figures of a year's board put things: counts as bars, dates on an axis.

Positions are percentages of the width, so that a drawing fits every screen and its text keeps the
size of the page's text.
"""

import datetime
from typing import NamedTuple

from projects.board import COLUMNS, timeliness
from qingdao_portal.dates import first_day, last_day

MOST_TICKS = 5  # years that fit below an axis on a phone
FINISHES = ("planned", "revised", "actual")
BAR_HEIGHT = 2.5  # ems
NARROW = 2  # per cent: below, a span is drawn as a point


class Segment(NamedTuple):
    """A part of a bar: how many stand in a column."""

    column: str
    number: int
    start: float
    width: float

    @property
    def middle(self):
        return round(self.start + self.width / 2, 2)


class Bar(NamedTuple):
    """The count of one circle or city. `numbers` has one for each of the columns shown."""

    row: int
    name: str
    query: str
    is_chosen: bool
    segments: list
    numbers: list
    total: int

    @property
    def y(self):
        """Where its row starts, in ems."""
        return self.row * BAR_HEIGHT


class Bars(NamedTuple):
    """The bars of one filter below each other."""

    key: str  # tells the parts of its drawing from those of others
    name: str
    columns: list
    bars: list

    @property
    def height(self):
        return len(self.bars) * BAR_HEIGHT


class Mark(NamedTuple):
    """A date on the axis. `kind`: planned, revised, actual, met or open (a milestone)."""

    kind: str
    start: float
    width: float

    @property
    def is_point(self):
        return self.width < NARROW

    @property
    def is_finish(self):
        """Whether it is about the project itself, not a milestone of it."""
        return self.kind in FINISHES

    @property
    def middle(self):
        return round(self.start + self.width / 2, 2)


class Tick(NamedTuple):
    year: int
    at: float

    @property
    def anchor(self):
        return "middle" if self.at else "start"


class Row(NamedTuple):
    """A project with its dates as marks, and how its finish compares with the plan."""

    standing: object
    marks: list
    timeliness: str


class Timeline(NamedTuple):
    """The rows on one axis; `today` is None where the day is beyond the axis."""

    rows: list
    ticks: list
    today: float | None


def shown_columns(standings):
    """The columns that hold anything, in their order."""
    present = {standing.column for standing in standings}
    return [str(code) for code in COLUMNS if code in present]


def bars_of(key, name, choices, columns, most):
    """A bar for each choice of a filter; `most` is the count that is as long as the drawing."""
    bars = [_bar(row, choice, columns, most) for row, choice in enumerate(choices)]
    return Bars(key, name, columns, bars)


def _bar(row, choice, columns, most):
    numbers = [sum(s.column == column for s in choice.standings) for column in columns]
    segments, start = [], 0.0
    for column, number in zip(columns, numbers, strict=True):
        if number:
            width = 100 * number / most
            segments.append(Segment(column, number, round(start, 2), round(width, 2)))
            start += width
    return Bar(row, choice.name, choice.query, choice.is_chosen, segments, numbers, choice.count)


def timeline_of(standings, day):
    """All dates of the projects on one axis of whole years. No rows where no date is known."""
    dates = [_dates_of(standing.project) for standing in standings]
    values = [value for found in dates for _kind, value in found]
    if not values:
        return Timeline([], [], None)
    first = first_day(min(values)).replace(month=1, day=1)
    last = last_day(max(values, key=last_day)).replace(month=12, day=31)
    axis = _Axis(first, last)
    rows = [
        Row(standing, [axis.mark(*date) for date in found], timeliness(standing.project))
        for standing, found in zip(standings, dates, strict=True)
    ]
    today = axis.at(day) if first <= day <= last else None
    return Timeline(rows, axis.ticks(), today)


def _dates_of(project):
    """`[(kind, ISO text)]` of all dates that a document gives."""
    found = [(kind, project[f"{kind}_finish"]) for kind in FINISHES if project[f"{kind}_finish"]]
    for milestone in project["milestones"]:
        date = milestone["met_on"] or milestone["planned_on"]
        if date:
            found.append(("met" if milestone["met_on"] else "open", date))
    return [(kind, date["value"]) for kind, date in found]


class _Axis:
    """Days as percentages from the first to the last."""

    def __init__(self, first, last):
        self.first, self.last = first, last
        self.days = (last - first).days + 1

    def at(self, day):
        return round(100 * (day - self.first).days / self.days, 2)

    def mark(self, kind, value):
        start = self.at(first_day(value))
        end = self.at(last_day(value) + datetime.timedelta(days=1))
        return Mark(kind, start, round(end - start, 2))

    def ticks(self):
        years = self.last.year - self.first.year + 1
        step = -(-years // MOST_TICKS)
        shown = range(self.first.year, self.last.year + 1, step)
        return [Tick(year, self.at(datetime.date(year, 1, 1))) for year in shown]
