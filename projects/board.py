"""A year's projects on a day: which column each stands in, and what is behind.

Works on published documents. A project is behind when its document says so, or when the day is
past everything that its planned date can mean and nothing says that it is finished.
"""

from typing import NamedTuple

from projects.models import Project
from qingdao_portal.dates import first_day, last_day

Status = Project.Status
COLUMNS = (
    *(Status.NOT_STARTED, Status.IN_PROGRESS, Status.COMPLETED, Status.DELAYED),
    Status.UNKNOWN,
)
NO_CIRCLE = "none"


class Lag(NamedTuple):
    """One reason why a project is behind.

    `kind` is `stated` (the document says so), `finish` (its date has passed) or `milestone`.
    """

    kind: str
    date: dict | None
    text: str = ""


class Standing(NamedTuple):
    """A project as it stands on a day: its column and why it is behind, if it is."""

    project: dict
    column: str
    lags: list

    @property
    def due(self):
        return due_of(self.project)


def due_of(project):
    """The date by which a project is to be finished, a revised one first; None if unknown."""
    return project["revised_finish"] or project["planned_finish"]


def has_passed(date, day):
    """Whether `day` is after all that a partial date of a document can mean."""
    return date is not None and last_day(date["value"]) < day


def standing_of(project, day):
    """Where a project stands on a day."""
    if project["status"] == Status.COMPLETED or project["actual_finish"]:
        return Standing(project, Status.COMPLETED, [])
    lags = []
    if project["status"] == Status.DELAYED:
        lags.append(Lag("stated", None, project["status_note"]))
    if has_passed(due_of(project), day):
        lags.append(Lag("finish", due_of(project)))
    column = Status.DELAYED if lags else project["status"]
    lags += [
        Lag("milestone", milestone["planned_on"], milestone["text"])
        for milestone in project["milestones"]
        if not milestone["is_met"] and has_passed(milestone["planned_on"], day)
    ]
    return Standing(project, str(column), lags)


def timeliness(project):
    """`early`, `in_time` or `late` against the first plan; '' where the dates do not tell.

    A finish in a month is in time for that month, whatever the day: no more is promised.
    """
    planned, actual = project["planned_finish"], project["actual_finish"]
    if not planned or not actual:
        return ""
    if first_day(actual["value"]) > last_day(planned["value"]):
        return "late"
    if last_day(actual["value"]) < first_day(planned["value"]):
        return "early"
    return "in_time" if last_day(actual["value"]) <= last_day(planned["value"]) else ""


def columns_of(standings):
    """`[(column, its standings)]` for the columns that hold any, and the codes of the empty."""
    filled = [(code, [s for s in standings if s.column == code]) for code in COLUMNS]
    return (
        [(str(code), found) for code, found in filled if found],
        [str(code) for code, found in filled if not found],
    )


def narrowed(standings, *, circle="", city=""):
    """The standings of one circle (`none`: of no circle) and one city; '' for all."""
    return [
        standing
        for standing in standings
        if (not circle or (standing.project["circle"] or NO_CIRCLE) == circle)
        and (not city or any(c["slug"] == city for c in standing.project["cities"]))
    ]
