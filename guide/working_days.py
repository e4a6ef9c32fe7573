"""Turn a time limit into a date: “9个工作日” from the day on which an application is accepted.

The portal's own rule, and said so on the page: the day after the start is the first day. Working
days are Monday to Friday, with the holidays and make-up working days of the official notices that
staff entered. A year without a notice is counted by weekends alone, and named as such.
"""

import calendar
import datetime
from typing import NamedTuple

SATURDAY = 6
COUNTED = ("working_day", "day", "month")


class WorkDays(NamedTuple):
    """What is known of days off: ISO texts, and the years for which anything is."""

    years: frozenset
    days_off: frozenset
    days_on: frozenset

    @classmethod
    def of(cls, calendars):
        """From the catalogue's `calendars`."""
        return cls(
            frozenset(entry["year"] for entry in calendars),
            frozenset(day for entry in calendars for day in entry["days_off"]),
            frozenset(day for entry in calendars for day in entry["days_on"]),
        )

    def includes(self, day):
        """Whether the day is a working day, as far as is known."""
        text = day.isoformat()
        if text in self.days_on:
            return True
        return day.isoweekday() < SATURDAY and text not in self.days_off


class Deadline(NamedTuple):
    """The last day of a time limit; `missing_years` have no notice, so it is an estimate."""

    day: datetime.date
    missing_years: list


def can_count(limit):
    """Whether a time limit (of a document) can be turned into a date."""
    return bool(limit) and limit["unit"] in COUNTED


def deadline(limit, start, work_days):
    """The `Deadline` of a limit that can be counted, from a start date."""
    if limit["unit"] == "working_day":
        return _after_working_days(start, limit["value"], work_days)
    if limit["unit"] == "month":
        return Deadline(_after_months(start, limit["value"]), [])
    return Deadline(start + datetime.timedelta(days=limit["value"]), [])


def _after_working_days(start, count, work_days):
    day, years = start, set()
    while count:
        day += datetime.timedelta(days=1)
        years.add(day.year)
        count -= work_days.includes(day)
    return Deadline(day, sorted(years - work_days.years))


def _after_months(start, count):
    months = start.year * 12 + start.month - 1 + count
    year, month = divmod(months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return datetime.date(year, month + 1, min(start.day, last))
