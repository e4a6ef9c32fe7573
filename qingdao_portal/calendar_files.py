"""Calendar files (RFC 5545) that phones and offices subscribe to or take over."""

import datetime
from typing import NamedTuple

import icalendar
from django.conf import settings
from django.http import HttpResponse
from django.utils.http import content_disposition_header

from qingdao_portal.texts import clean_text

REMIND_BEFORE = datetime.timedelta(hours=15)  # at 9 o'clock on the day before


class Day(NamedTuple):
    """Something on a day, or in a month or year known no better: `first` to `last`.

    `key` names it for ever, so that a calendar that takes it over again does not hold it twice;
    `changed_at` and `version` tell the calendar which of the two is newer.
    """

    key: str
    title: str
    text: str
    url: str
    first: datetime.date
    last: datetime.date
    changed_at: datetime.datetime
    version: int
    is_certain: bool
    reminds: bool = False


def span_of(iso):
    """The first and the last day of a date known to the year, the month or the day."""
    first = datetime.date.fromisoformat(iso + "0000-01-01"[len(iso) :])
    if len(iso) == len("2024"):
        return first, datetime.date(first.year, 12, 31)
    if len(iso) == len("2024-02"):
        next_month = (first + datetime.timedelta(days=31)).replace(day=1)
        return first, next_month - datetime.timedelta(days=1)
    return first, first


def calendar_response(name, days, *, filename):
    """A calendar file of these `Day`s; the same bytes while nothing has changed."""
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//qingdao-portal//ZH")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", clean_text(name))
    calendar.add("refresh-interval", datetime.timedelta(days=1), parameters={"VALUE": "DURATION"})
    for day in days:
        calendar.add_component(_event(day))
    if not calendar.subcomponents:  # the standard knows no calendar without any
        calendar.add_component(icalendar.Timezone.from_tzid(settings.TIME_ZONE))
    response = HttpResponse(calendar.to_ical(), content_type="text/calendar; charset=utf-8")
    header = content_disposition_header(as_attachment=False, filename=filename)
    response.headers["Content-Disposition"] = header
    return response


def _event(day):
    event = icalendar.Event()
    event.add("uid", f"{day.key}@qingdao-portal")  # not the host: that may change
    event.add("dtstamp", day.changed_at.astimezone(datetime.UTC))
    event.add("last-modified", day.changed_at.astimezone(datetime.UTC))
    event.add("sequence", day.version)
    event.add("dtstart", day.first)
    event.add("dtend", day.last + datetime.timedelta(days=1))  # the day after, for whole days
    event.add("summary", clean_text(day.title))
    event.add("description", clean_text(day.text))
    event.add("url", day.url)
    event.add("status", "CONFIRMED" if day.is_certain else "TENTATIVE")
    event.add("transp", "TRANSPARENT")  # nobody is busy because of it
    if day.reminds:
        alarm = icalendar.Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", clean_text(day.title))
        alarm.add("trigger", -REMIND_BEFORE)
        event.add_component(alarm)
    return event
