"""The five cities as columns and each zone as a line through the divisions that it joins.

A schematic and no map: nothing in it says where a place lies or how far it is. Places across are
percentages of the width, places down are ems, so that text keeps the page's size on every screen.
"""

import unicodedata
from typing import NamedTuple

from qingdao_portal.languages import mark, unmarked

LINE = 1.5  # ems from one line of text to the next
FIRST = 1.2  # ems from the top of a box to its first line of text
MOST_IN_LINE = 13  # ems of a Chinese title that fit a narrow phone in 适老版
MOST_IN_OTHER_LINE = 18  # of others, which are drawn for wider screens there: see elder.css
NAME_IN_LINE = 3  # Chinese characters of a division that fit its column
LETTER = 0.55  # ems of a letter that is not Chinese, Japanese or Korean
HEAD = 3.2  # ems of the row of cities, and of each row of links below
GAP = 0.6
SUFFIXES = ("市", "区", "县")
LATIN_SUFFIXES = (" City", " District", " County")
BREAK_AFTER, BREAK_BEFORE = "—–、,· ", "((《"


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
    for suffix in LATIN_SUFFIXES:
        name = name.removesuffix(suffix)
    return name[:-1] if len(name) > 2 and name.endswith(SUFFIXES) else name


def width_of(text):
    """About how wide a text is, in ems."""
    return sum(1 if unicodedata.east_asian_width(c) in "WFA" else LETTER for c in text)


def wrapped(title):
    """A title in lines that fit: Chinese near the middle, other scripts as full as words allow.

    Both break after a dash or before a bracket if they can, and inside a word only if they must.
    """
    has_words = " " in title
    most = MOST_IN_OTHER_LINE if has_words else MOST_IN_LINE
    if width_of(title) <= most:
        return [title]
    fits = next(n for n in range(1, len(title) + 1) if width_of(title[: n + 1]) > most)
    breaks = [
        n for n in range(1, fits + 1) if title[n - 1] in BREAK_AFTER or title[n] in BREAK_BEFORE
    ]
    best = len(title) if has_words else len(title) / 2
    at = min(breaks, key=lambda n: abs(n - best), default=fits)
    return [title[:at].rstrip(), *wrapped(title[at:].lstrip())]


def _stations(zone, columns):
    """The stations of a zone from left to right, and the most lines that one of them has."""
    stations, most = [], 0
    for column in columns:
        counties = [c for c in zone["signatories"] if c["city"]["slug"] == column.city["slug"]]
        names = [line for county in counties for line in _name_lines(county["name"])]
        if _is_crowded(names, column, stations):
            names = ["", *names]  # words are wider than a column, so neighbours take turns
        if names:
            stations.append((column.middle, names))
            most = max(most, len(names))
    return stations, most


def _is_crowded(names, column, stations):
    """Whether the column to the left has words on the first line, too."""
    if not names or not stations or not any(name.isascii() for name in names):
        return False
    x, before = stations[-1]
    return bool(before[0]) and column.middle - x <= column.width


def _name_lines(name):
    plain, is_chinese = unmarked(name)
    short = short_name(plain)
    if short.isascii():
        return short.split()
    lines = [short[n : n + NAME_IN_LINE] for n in range(0, len(short), NAME_IN_LINE)]
    return [mark(line) for line in lines] if is_chinese else lines


def _track(zone, y, stations, lines):
    title = _lines(zone["title"])
    line_y = round(len(title) * LINE + FIRST, 2)
    placed = [
        Station(
            x,
            [
                Line(round(line_y + (n + 1.2) * LINE, 2), name)
                for n, name in enumerate(names)
                if name
            ],
        )
        for x, names in stations
    ]
    height = round(line_y + (lines + 0.9) * LINE, 2)
    return Track(zone, round(y, 2), height, title, line_y, placed)


def _lines(title):
    plain, is_chinese = unmarked(title)
    texts = [mark(text) for text in wrapped(plain)] if is_chinese else wrapped(plain)
    return [Line(round(FIRST + n * LINE, 2), text) for n, text in enumerate(texts)]


def _height(lines):
    return round(max(lines * LINE + 0.6, HEAD - GAP), 2)
