"""What is wrong with an imported file, in words for those who made it."""

from typing import NamedTuple


class FileProblem(Exception):
    """A file that cannot be read at all; the message says why and what to do."""


class Problem(NamedTuple):
    """One thing that stops an import, and where it is. `row` counts as Excel does, 0 for none."""

    sheet: str
    row: int
    column: str
    message: str
    value: str = ""
