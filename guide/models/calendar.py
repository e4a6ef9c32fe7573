"""The official holidays and make-up working days of a year, as staff enter them."""

import datetime

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from publishing.rows import Child, Reference
from sources.models import Source

MAX_DAYS = 31  # of one holiday; a longer one is a slip of the pen


class WorkCalendar(Reference):
    """One year's official notice. Time limits are counted with it once it names a holiday."""

    year = models.PositiveSmallIntegerField(
        _("年份"), unique=True, validators=[MinValueValidator(2000), MaxValueValidator(2100)]
    )
    source = models.ForeignKey(
        Source,
        on_delete=models.PROTECT,
        related_name="work_calendars",
        verbose_name=_("依据"),
        help_text=_("公布这一年放假安排的官方通知。"),
    )

    class Meta:
        verbose_name = _("节假日安排")
        verbose_name_plural = _("节假日安排")
        ordering = ["-year"]
        constraints = [
            models.CheckConstraint(
                name="guide_workcalendar_year", condition=Q(year__range=(2000, 2100))
            )
        ]

    def __str__(self):
        return str(self.year)


class CalendarSpan(Child):
    """Days in a row that are off although they may be weekdays, or worked although at a weekend."""

    class Kind(models.TextChoices):
        HOLIDAY = "holiday", _("放假")
        WORKDAY = "workday", _("调休上班")

    calendar = models.ForeignKey(WorkCalendar, on_delete=models.CASCADE, related_name="spans")
    kind = models.CharField(_("类别"), max_length=10, choices=Kind, default=Kind.HOLIDAY)
    name = models.CharField(_("名称"), max_length=40)
    first_on = models.DateField(_("第一天"))
    last_on = models.DateField(_("最后一天"))

    parent_field = "calendar"

    class Meta:
        verbose_name = _("放假或调休")
        verbose_name_plural = _("放假和调休")
        ordering = ["first_on", "id"]
        constraints = [
            models.CheckConstraint(
                name="guide_calendarspan_first_before_last",
                condition=Q(first_on__lte=F("last_on")),
            ),
            ExclusionConstraint(
                name="guide_calendarspan_no_overlap",
                expressions=[
                    (
                        Func(
                            "first_on",
                            "last_on",
                            RangeBoundary(inclusive_lower=True, inclusive_upper=True),
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    )
                ],
                violation_error_message=_("有一天已经在另一行里了。"),
            ),
        ]

    def __str__(self):
        return f"{self.name} {self.first_on:%Y-%m-%d}"

    @property
    def days(self):
        """Every day of the span."""
        count = (self.last_on - self.first_on).days + 1
        return [self.first_on + datetime.timedelta(days=n) for n in range(count)]

    def clean(self):
        super().clean()
        if not (self.first_on and self.last_on):
            return  # the fields say so
        if self.first_on > self.last_on:  # said here, or PostgreSQL raises an error for the range
            raise ValidationError({"last_on": _("最后一天不能早于第一天。")})
        if (self.last_on - self.first_on).days >= MAX_DAYS:
            raise ValidationError({"last_on": _("一次放假不会有这么多天。请检查日期。")})
        self._check_year()
        if self.kind == self.Kind.WORKDAY and any(day.isoweekday() < 6 for day in self.days):
            raise ValidationError({"first_on": _("调休上班的日子应当是周六或周日。请检查日期。")})

    def _check_year(self):
        """A year's notice also names days of the December before it, as for New Year's Day."""
        year = self.calendar.year
        if year is None:
            return
        earliest, latest = datetime.date(year - 1, 12, 1), datetime.date(year, 12, 31)
        if not earliest <= self.first_on <= self.last_on <= latest:
            raise ValidationError({"first_on": _("日期不在%d年的安排里。") % year})
