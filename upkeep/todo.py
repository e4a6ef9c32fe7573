"""What waits for a member of staff: the first thing that they see, and what reminders say.

An app adds to it by `register(source)` when Django starts. A source is a function of the user and
the time that gives `Line`s, in a number of queries that does not depend on the number of rows.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import groupby

from django.utils import timezone
from django.utils.translation import gettext as _

_sources: list[tuple[int, Callable]] = []


@dataclass(frozen=True)
class Line:
    """A number, and the list in the staff area that shows exactly these rows to this user.

    group: what is to be done, e.g. 待我审核; lines of one group are shown together.
    label: what is counted, e.g. 举措.
    """

    group: str
    label: str
    count: int
    url: str
    is_cut: bool = False  # there is more than was counted

    @property
    def number(self):
        """The count as it is said."""
        return _("%d以上") % self.count if self.is_cut else str(self.count)


def register(source, *, order=100):
    """Add `source(user, now) -> iterable of Line`; the smaller `order`, the higher up."""
    _sources.append((order, source))
    _sources.sort(key=lambda pair: pair[0])


def lines_for(user, now=None):
    """The lines with anything in them for this user, in the order of the sources."""
    now = now or timezone.now()
    return [line for _order, source in _sources for line in source(user, now) if line.count]


def groups_for(user, now=None):
    """`[(group, [line, …]), …]` of what waits for this user."""
    lines = lines_for(user, now)
    return [(group, list(of_group)) for group, of_group in groupby(lines, lambda row: row.group)]
