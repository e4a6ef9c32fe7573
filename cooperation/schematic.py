"""The five cities as columns and each zone as a line through the divisions that it joins.

A schematic and no map: nothing in it says where a place lies or how far it is. Places across are
percentages of the width, places down are ems, so that text keeps the page's size on every screen.
"""

from typing import NamedTuple

LINE = 1.5  # ems from one line of text to the next
FIRST = 1.2  # ems from the top of a box to its first line of text
MOST_IN_LINE = 13  # characters that fit a narrow phone in 适老版
NAME_IN_LINE = 3  # characters of a division that fit its column
HEAD = 3.2  # ems of the row of cities, and of each row of links below
GAP = 0.6
SUFFIXES = ("市", "区", "县")


class Line(NamedTuple):
    """A line of text and where it stands, in ems."""

    y: float
    text: str


class Column(NamedTuple):
    city: dict
    start: float
    width: float

    @property
    def middle(self):
        return round(self.start + self.width / 2, 2)


class Station(NamedTuple):
    """The divisions of one city in a zone."""

    x: float
    names: list


class Track(NamedTuple):
    """One zone: its title, and a line from its first to its last city."""

    zone: dict
    y: float
    height: float
    title: list
    line_y: float
    stations: list

    @property
    def start(self):
        return self.stations[0].x

    @property
    def end(self):
        return self.stations[-1].x


class Box(NamedTuple):
    """An agreement as a box of its own."""

    agreement: dict
    y: float
    height: float
    title: list


class Schematic(NamedTuple):
    columns: list
    tracks: list
    links_y: float
    boxes: list
    height: float


def schematic_of(zones, cities, agreements):
    """Where everything stands, or None where there is nothing to draw."""
    if not zones or not cities:
        return None
    width = round(100 / len(cities), 2)
    columns = [Column(city, round(n * width, 2), width) for n, city in enumerate(cities)]
    tracks, y = [], HEAD + GAP
    for zone in zones:
        stations, lines = _stations(zone, columns)
        if stations:
            tracks.append(_track(zone, y, stations, lines))
            y += tracks[-1].height + GAP
    links_y = round(y, 2)
    boxes, y = [], y + HEAD + GAP
    for agreement in agreements:
        title = _lines(agreement["title"])
        boxes.append(Box(agreement, round(y, 2), _height(len(title)), title))
        y += boxes[-1].height + GAP
    return Schematic(columns, tracks, links_y, boxes, round(y, 2))


def short_name(name):
    """胶州 for 胶州市: what a column has room for; two characters stay as they are."""
    return name[:-1] if len(name) > 2 and name.endswith(SUFFIXES) else name


def wrapped(title):
    """A title in lines that fit: near the middle, after a dash or before a bracket if it can."""
    if len(title) <= MOST_IN_LINE:
        return [title]
    middle = len(title) / 2
    breaks = [n for n in range(1, len(title)) if title[n - 1] in "—、,·" or title[n] in "((《"]
    fitting = [n for n in breaks if n <= MOST_IN_LINE]
    at = min(fitting, key=lambda n: abs(n - middle), default=MOST_IN_LINE)
    return [title[:at], *wrapped(title[at:])]


def _stations(zone, columns):
    """The stations of a zone from left to right, and the most lines that one of them has."""
    stations, most = [], 0
    for column in columns:
        counties = [c for c in zone["signatories"] if c["city"]["slug"] == column.city["slug"]]
        names = [
            name[n : n + NAME_IN_LINE]
            for name in (short_name(county["name"]) for county in counties)
            for n in range(0, len(name), NAME_IN_LINE)
        ]
        if names:
            stations.append((column.middle, names))
            most = max(most, len(names))
    return stations, most


def _track(zone, y, stations, lines):
    title = _lines(zone["title"])
    line_y = round(len(title) * LINE + FIRST, 2)
    placed = [
        Station(
            x, [Line(round(line_y + (n + 1.2) * LINE, 2), name) for n, name in enumerate(names)]
        )
        for x, names in stations
    ]
    height = round(line_y + (lines + 0.9) * LINE, 2)
    return Track(zone, round(y, 2), height, title, line_y, placed)


def _lines(title):
    return [Line(round(FIRST + n * LINE, 2), text) for n, text in enumerate(wrapped(title))]


def _height(lines):
    return round(max(lines * LINE + 0.6, HEAD - GAP), 2)
