"""Turn a time limit into a date: “9个工作日” from the day on which an application is accepted."""

import calendar
import datetime

from qingdao_portal.working_days import Deadline, after_working_days

COUNTED = ("working_day", "day", "month")


def can_count(limit):
    """Whether a time limit (of a document) can be turned into a date."""
    return bool(limit) and limit["unit"] in COUNTED


def deadline(limit, start, work_days):
    """The `Deadline` of a limit that can be counted, from a start date."""
    if limit["unit"] == "working_day":
        return after_working_days(start, limit["value"], work_days)
    if limit["unit"] == "month":
        return Deadline(_after_months(start, limit["value"]), [])
    return Deadline(start + datetime.timedelta(days=limit["value"]), [])


def _after_months(start, count):
    months = start.year * 12 + start.month - 1 + count
    year, month = divmod(months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return datetime.date(year, month + 1, min(start.day, last))
