"""The calculator on pages of measures: `?start=YYYY-MM-DD` and the dates that follow from it."""

import datetime
from typing import NamedTuple

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from guide.working_days import can_count, deadline
from publishing.catalogue import catalogue_at
from qingdao_portal.working_days import Deadline, WorkDays

FIRST, LAST = datetime.date(2000, 1, 1), datetime.date(2100, 12, 31)
DAY = "%Y-%m-%d"
_IN_RANGE = _("请填2000年到2100年之间的日期。")


class DayInput(forms.DateInput):
    """A field for a day, which cannot hold anything else: browsers and the standard refuse it."""

    input_type = "date"

    def format_value(self, value):
        text = super().format_value(value)
        try:
            return f"{datetime.datetime.strptime(text or '', DAY):%Y-%m-%d}"
        except ValueError:
            return None


class StartForm(forms.Form):
    """The day on which the application is accepted."""

    start = forms.DateField(
        label=_("受理的日期"),
        input_formats=[DAY],
        required=False,
        validators=[MinValueValidator(FIRST, _IN_RANGE), MaxValueValidator(LAST, _IN_RANGE)],
        error_messages={"invalid": _("日期看不懂。请写成 2026-03-02 这样。")},
        widget=DayInput(format=DAY, attrs={"min": FIRST.isoformat(), "max": LAST.isoformat()}),
    )


class Result(NamedTuple):
    """One time limit as a date."""

    label: str
    limit: dict
    deadline: Deadline


def calculator(request, *, promised, statutory):
    """What the page shows: the form, the results and the notices used. None without a limit.

    Reads the catalogue only when there is something to count.
    """
    limits = [(_("承诺时限"), promised), (_("法定时限"), statutory)]
    limits = [(label, limit) for label, limit in limits if can_count(limit)]
    if not limits:
        return None
    form = StartForm({"start": request.GET.get("start", "")})
    start = form.cleaned_data["start"] if form.is_valid() else None
    shown = {"form": form, "start": start, "results": [], "missing_years": [], "sources": []}
    if start is None:
        return shown
    calendars = catalogue_at(request.site_version)["calendars"]
    work_days = WorkDays.of(calendars)
    results = [Result(name, limit, deadline(limit, start, work_days)) for name, limit in limits]
    last = max(result.deadline.day for result in results)
    counts_work = any(result.limit["unit"] == "working_day" for result in results)
    used = [c for c in calendars if counts_work and start.year <= c["year"] <= last.year]
    missing = {year for result in results for year in result.deadline.missing_years}
    return shown | {
        "results": results,
        "missing_years": sorted(missing),
        "sources": [calendar["source"] for calendar in used],
    }
