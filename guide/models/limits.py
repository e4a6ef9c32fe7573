"""Time limits: a value with a unit, both or neither."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class LimitUnit(models.TextChoices):
    MINUTE = "minute", _("分钟")
    HOUR = "hour", _("小时")
    DAY = "day", _("天")
    WORKING_DAY = "working_day", _("个工作日")
    MONTH = "month", _("个月")
    IMMEDIATE = "immediate", _("即时办结")  # has no value


def limit_value_field(name):
    return models.PositiveSmallIntegerField(name, null=True, blank=True)


def limit_unit_field(name):
    return models.CharField(name, max_length=12, choices=LimitUnit, blank=True)


def limit_constraint(prefix, *, name):
    """A value needs a unit of time; “immediate” and no unit have no value."""
    value, unit = f"{prefix}_value", f"{prefix}_unit"
    return models.CheckConstraint(
        name=name,
        condition=Q(**{f"{value}__isnull": True, f"{unit}__in": ["", LimitUnit.IMMEDIATE]})
        | (
            # NULL >= 1 is unknown, and what is unknown passes a check.
            Q(**{f"{value}__isnull": False, f"{value}__gte": 1})
            & ~Q(**{f"{unit}__in": ["", LimitUnit.IMMEDIATE]})
        ),
        violation_error_message=_("时限要么数值和单位都填,要么都不填;“即时办结”不填数值。"),
    )


def limit_document(row, prefix):
    """`{"value": 9, "unit": "working_day"}` for one limit of `row`, or None where unset."""
    unit = getattr(row, f"{prefix}_unit")
    return {"value": getattr(row, f"{prefix}_value"), "unit": unit} if unit else None
