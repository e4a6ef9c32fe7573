"""Dates that are known to the year, the month or the day (ISO 8601 reduced precision).

Stored as text: `2024`, `2024-02` and `2024-02-14` sort as text in the order of time, and a
month can never be mistaken for its first day.
"""

import calendar
import datetime
import re

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

SHAPE = re.compile(r"(?a:\d{4})(?:-(?a:\d{2})(?:-(?a:\d{2}))?)?")
_PRECISION = {4: "year", 7: "month", 10: "day"}
_WORDS = (_("%d年"), _("%d年%d月"), _("%d年%d月%d日"))


class PartialDate(str):
    """A date as ISO text of 4, 7 or 10 characters; '' where nothing is known."""

    __slots__ = ()

    @property
    def precision(self):
        """`year`, `month` or `day`; None where nothing is known."""
        return _PRECISION.get(len(self))

    def as_document(self):
        """`{"value": "2024-02", "precision": "month"}`, or None where nothing is known."""
        return {"value": str(self), "precision": self.precision} if self else None


def parse_partial_date(text):
    """Return `text` as a `PartialDate`. Raises ValueError unless it names a real date."""
    text = text.strip()
    if text:
        if not SHAPE.fullmatch(text):
            raise ValueError(text)
        datetime.date.fromisoformat(text + "0000-01-01"[len(text) :])
    return PartialDate(text)


def date_in_words(iso):
    """`2024-02` as 2024年2月: no more than is known."""
    parts = tuple(int(part) for part in iso.split("-"))
    return _WORDS[len(parts) - 1] % parts


def first_day(iso):
    """The first day that a date of any precision can mean."""
    return datetime.date.fromisoformat(iso + "0000-01-01"[len(iso) :])


def last_day(iso):
    """The last day that a date of any precision can mean: `2024-02` ends on the 29th."""
    day = first_day(iso)
    if len(iso) == 4:
        return day.replace(month=12, day=31)
    return day.replace(day=calendar.monthrange(day.year, day.month)[1]) if len(iso) == 7 else day


class PartialDateField(models.CharField):
    """A `PartialDate`, '' where unknown; the database checks the shape too."""

    description = _("日期(年、年月或年月日)")

    def __init__(self, *args, **kwargs):
        kwargs["max_length"] = 10
        kwargs.setdefault("blank", True)
        kwargs.setdefault("default", "")
        kwargs.setdefault("help_text", _("填写到已知的精度:2024、2024-02 或 2024-02-14。"))
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        del kwargs["max_length"]
        return name, path, args, kwargs

    def from_db_value(self, value, expression, connection):
        return value if value is None else PartialDate(value)

    def to_python(self, value):
        try:
            return parse_partial_date(str(value or ""))
        except ValueError as error:
            raise ValidationError(
                _("“%(value)s”不是日期。请写成 2024、2024-02 或 2024-02-14。"),
                code="invalid",
                params={"value": value},
            ) from error

    def get_prep_value(self, value):
        return str(self.to_python(value))

    def db_check(self, connection):
        column = connection.ops.quote_name(self.column)
        return f"{column} = '' OR {column} ~ '^[0-9]{{4}}(-[0-9]{{2}}(-[0-9]{{2}})?)?$'"

    def formfield(self, **kwargs):
        return super().formfield(**{"widget": forms.TextInput(attrs={"size": 12}), **kwargs})
