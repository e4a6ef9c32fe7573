"""Count working days: Monday to Friday, with the holidays and make-up days of official notices.

The portal's own rule, and said so where it is used: the day after the start is the first day. A
year without a notice is counted by weekends alone, and named as such.
"""

import datetime
from typing import NamedTuple

SATURDAY = 6


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


def after_working_days(start, count, work_days):
    """The `Deadline` that many working days after a date."""
    day, years = start, set()
    while count:
        day += datetime.timedelta(days=1)
        years.add(day.year)
        count -= work_days.includes(day)
    return Deadline(day, sorted(years - work_days.years))
