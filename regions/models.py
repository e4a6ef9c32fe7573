"""The five cities and what they are made of (GB/T 2260 codes)."""

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from publishing.rows import Reference

validate_code = RegexValidator(r"\A[0-9]{6}\Z", _("行政区划代码是6位数字。"))


class Region(Reference):
    """What a city, a county and a statistical zone have in common."""

    code = models.CharField(_("代码"), max_length=6, unique=True, validators=[validate_code])
    name = models.CharField(_("名称"), max_length=40)

    translatable = ("name",)

    class Meta:
        abstract = True
        ordering = ["code"]

    def __str__(self):
        return self.name


class City(Region):
    """One of the five cities of the guide."""

    slug = models.SlugField(_("网址名"), max_length=40, unique=True)
    short_name = models.CharField(_("简称"), max_length=20, unique=True)
    pinyin = models.CharField(_("拼音"), max_length=60, blank=True)
    kind = models.CharField(_("类型"), max_length=20, blank=True)
    lng = models.FloatField(_("经度(示意)"), null=True, blank=True)
    lat = models.FloatField(_("纬度(示意)"), null=True, blank=True)

    translatable = ("name", "short_name", "kind")

    class Meta(Region.Meta):
        verbose_name = _("城市")
        verbose_name_plural = _("城市")

    def __str__(self):
        return self.short_name


class County(Region):
    """A county-level division: 市辖区, 县级市 or 县."""

    city = models.ForeignKey(
        City, on_delete=models.PROTECT, related_name="counties", verbose_name=_("城市")
    )
    pinyin = models.CharField(_("拼音"), max_length=60, blank=True)
    kind = models.CharField(_("类型"), max_length=20, blank=True)
    in_metro_plan = models.BooleanField(
        _("在《青岛都市圈发展规划》范围内"),
        default=False,
        help_text=_("规划范围是4市16区(市),与五市全域不是同一范围。"),
    )
    note = models.CharField(_("说明"), max_length=200, blank=True)
    lng = models.FloatField(_("经度(示意)"), null=True, blank=True)
    lat = models.FloatField(_("纬度(示意)"), null=True, blank=True)
    point_from = models.CharField(
        _("坐标所用代码"), max_length=6, blank=True, help_text=_("坐标数据集仍用旧代码时不同。")
    )

    class Meta(Region.Meta):
        verbose_name = _("区市县")
        verbose_name_plural = _("区市县")


class StatisticalZone(Region):
    """A development zone with a statistics code. Not a county-level division."""

    city = models.ForeignKey(
        City, on_delete=models.PROTECT, related_name="statistical_zones", verbose_name=_("城市")
    )

    class Meta(Region.Meta):
        verbose_name = _("统计用开发区")
        verbose_name_plural = _("统计用开发区")
