"""A city's way of doing a measure."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contacts.models import Department, Office
from guide.models.limits import limit_constraint, limit_unit_field, limit_value_field
from guide.models.measure import Measure
from publishing.rows import Child
from regions.models import City


class Provision(Child):
    """What one city does for one measure; “unverified” where the data cannot tell."""

    class Status(models.TextChoices):
        IMPLEMENTED = "implemented", _("已落实")  # the city has confirmed it
        ANNOUNCED = "announced", _("已公布")  # a source says so, the city has not confirmed
        IN_PROGRESS = "in_progress", _("推进中")
        UNAVAILABLE = "unavailable", _("暂未开通")
        NOT_APPLICABLE = "not_applicable", _("不适用")
        UNVERIFIED = "unverified", _("未核实")

    class Mode(models.TextChoices):
        ONLINE = "online", _("全程网办")
        CROSS_CITY_PROXY = "cross_city_proxy", _("异地代收代办")
        JOINT = "joint", _("多地联办")
        SINGLE_CITY = "single_city", _("单城办理")

    # A city with one of these is among the cities that the measure reaches.
    REACHED = (Status.IMPLEMENTED, Status.ANNOUNCED, Status.IN_PROGRESS)

    measure = models.ForeignKey(
        Measure, on_delete=models.CASCADE, related_name="provisions", verbose_name=_("举措")
    )
    city = models.ForeignKey(
        City, on_delete=models.PROTECT, related_name="provisions", verbose_name=_("城市")
    )
    status = models.CharField(_("状态"), max_length=16, choices=Status, default=Status.UNVERIFIED)
    reason = models.CharField(_("说明"), max_length=300, blank=True)
    department = models.ForeignKey(
        Department,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("责任部门"),
    )
    mode = models.CharField(_("办理方式"), max_length=20, choices=Mode, blank=True)
    promised_value = limit_value_field(_("本市时限"))
    promised_unit = limit_unit_field(_("本市时限单位"))
    offices = models.ManyToManyField(
        Office, blank=True, related_name="provisions", verbose_name=_("办事地点")
    )
    confirmed_on = models.DateField(_("本市确认日期"), null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("确认人"),
    )

    parent_field = "measure"
    translatable = ("reason",)

    class Meta:
        verbose_name = _("城市落实情况")
        verbose_name_plural = _("城市落实情况")
        ordering = ["city__code"]
        constraints = [
            models.UniqueConstraint(
                fields=["measure", "city"], name="guide_provision_one_per_city"
            ),
            models.CheckConstraint(
                name="guide_provision_implemented_is_confirmed",
                condition=~Q(status="implemented") | Q(confirmed_on__isnull=False),
                violation_error_message=_("“已落实”要填本市确认日期。"),
            ),
            limit_constraint("promised", name="guide_provision_promised_limit"),
        ]

    def __str__(self):
        return f"{self.city}:{self.get_status_display()}"


class ProvisionLink(Child):
    """Where to do it online in that city."""

    provision = models.ForeignKey(Provision, on_delete=models.CASCADE, related_name="links")
    label = models.CharField(_("链接文字"), max_length=60)
    url = models.URLField(_("链接"), max_length=500)

    parent_field = "provision"
    translatable = ("label",)

    class Meta:
        verbose_name = _("办理链接")
        verbose_name_plural = _("办理链接")
        ordering = ["position", "id"]

    def __str__(self):
        return self.label
