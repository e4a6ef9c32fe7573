"""Who is responsible and where to turn: departments, telephone lines, offices."""

import re

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from publishing.rows import Child, Evidence, Reference
from regions.models import City, County
from sources.models import Citation


class Department(Reference):
    """A public body that leads, joins or issues something."""

    class Level(models.TextChoices):
        NATIONAL = "national", _("国家")
        PROVINCE = "province", _("省")
        CITY = "city", _("市")
        COUNTY = "county", _("区市县")

    name = models.CharField(_("名称"), max_length=80, unique=True)
    level = models.CharField(_("层级"), max_length=10, choices=Level)
    city = models.ForeignKey(
        City,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="departments",
        verbose_name=_("城市"),
    )
    note = models.CharField(_("编辑备注"), max_length=200, blank=True)

    translatable = ("name",)

    class Meta:
        verbose_name = _("部门")
        verbose_name_plural = _("部门")
        ordering = ["level", "name"]
        constraints = [
            models.CheckConstraint(
                name="contacts_department_city_level_has_city",
                condition=Q(level__in=["city", "county"], city__isnull=False)
                | Q(level__in=["national", "province"], city__isnull=True),
                violation_error_message=_("市级、区市县级部门要选城市,省级和国家级不选。"),
            )
        ]

    def __str__(self):
        return self.name


class Hotline(Reference):
    """A service number that residents dial; some rows hold several numbers."""

    slug = models.SlugField(_("网址名"), max_length=40, unique=True)
    number = models.CharField(
        _("号码"), max_length=60, unique=True, help_text=_("几个号码用“/”分开,例如 110 / 119。")
    )
    name = models.CharField(_("名称"), max_length=60)
    purpose = models.CharField(_("用途"), max_length=200, blank=True)
    hours = models.CharField(_("服务时间"), max_length=100, blank=True)
    is_emergency = models.BooleanField(_("紧急求助"), default=False)
    evidence = models.CharField(
        _("依据"), max_length=30, choices=Evidence, default=Evidence.UNSOURCED
    )
    note = models.CharField(_("编辑备注"), max_length=200, blank=True)
    position = models.PositiveIntegerField(_("顺序"), default=0)

    translatable = ("name", "purpose", "hours")

    class Meta:
        verbose_name = _("热线")
        verbose_name_plural = _("热线")
        ordering = ["position", "number"]

    def __str__(self):
        return f"{self.number} {self.name}"

    def clean(self):
        super().clean()
        if not all(re.fullmatch(r"\+?[0-9][0-9-]{2,19}", number) for number in self.numbers):
            raise ValidationError({"number": _("号码只能有数字和“-”,几个号码用“/”分开。")})

    @property
    def numbers(self):
        """Each number by itself, as it is dialled."""
        return [number.strip() for number in self.number.split("/")]


class HotlineCitation(Citation):
    hotline = models.ForeignKey(Hotline, on_delete=models.CASCADE, related_name="citations")

    parent_field = "hotline"


class Office(Reference):
    """A counter that residents can walk to."""

    name = models.CharField(_("名称"), max_length=80)
    department = models.ForeignKey(
        Department,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="offices",
        verbose_name=_("部门"),
    )
    city = models.ForeignKey(
        City, on_delete=models.PROTECT, related_name="offices", verbose_name=_("城市")
    )
    county = models.ForeignKey(
        County,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="offices",
        verbose_name=_("区市县"),
    )
    address = models.CharField(_("地址"), max_length=200)
    phone = models.CharField(_("电话"), max_length=40, blank=True)
    is_barrier_free = models.BooleanField(_("无障碍"), null=True, blank=True)
    note = models.CharField(_("说明"), max_length=200, blank=True)

    translatable = ("name", "address", "note")

    class Meta:
        verbose_name = _("办事地点")
        verbose_name_plural = _("办事地点")
        ordering = ["city", "name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["city", "name"], name="contacts_office_name_in_city")
        ]

    def __str__(self):
        return self.name

    def clean(self):
        super().clean()
        if self.county_id and self.city_id and self.county.city_id != self.city_id:
            raise ValidationError({"county": _("所选区市县不属于所选城市。")})


class OpeningHours(Child):
    """One span of one weekday in which an office is open, local time (Asia/Shanghai)."""

    class Weekday(models.IntegerChoices):
        MONDAY = 1, _("周一")
        TUESDAY = 2, _("周二")
        WEDNESDAY = 3, _("周三")
        THURSDAY = 4, _("周四")
        FRIDAY = 5, _("周五")
        SATURDAY = 6, _("周六")
        SUNDAY = 7, _("周日")

    office = models.ForeignKey(Office, on_delete=models.CASCADE, related_name="hours")
    weekday = models.PositiveSmallIntegerField(_("星期"), choices=Weekday)
    opens_at = models.TimeField(_("开门"))
    closes_at = models.TimeField(_("关门"))

    parent_field = "office"

    class Meta:
        verbose_name = _("开放时间")
        verbose_name_plural = _("开放时间")
        ordering = ["weekday", "opens_at"]
        constraints = [
            models.CheckConstraint(
                name="contacts_openinghours_weekday", condition=Q(weekday__range=(1, 7))
            ),
            models.CheckConstraint(
                name="contacts_openinghours_opens_before_closing",
                condition=Q(opens_at__lt=F("closes_at")),
                violation_error_message=_("关门时间要晚于开门时间。"),
            ),
            models.UniqueConstraint(
                fields=["office", "weekday", "opens_at"], name="contacts_openinghours_one_opening"
            ),
        ]

    def __str__(self):
        return f"{self.get_weekday_display()} {self.opens_at:%H:%M}-{self.closes_at:%H:%M}"
