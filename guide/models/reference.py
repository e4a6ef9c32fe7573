"""What measures are sorted by, and the guide itself."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contacts.models import Hotline
from publishing.rows import Reference
from qingdao_portal.dates import PartialDateField
from sources.models import Citation


class Guide(Reference):
    """The published guide, as far as the report tells it."""

    name = models.CharField(_("名称"), max_length=120, unique=True)
    published_on = PartialDateField(_("发布日期"))
    venue = models.CharField(_("发布场合"), max_length=120, blank=True)
    measures_total = models.PositiveSmallIntegerField(_("举措总数"), null=True, blank=True)
    departments_note = models.CharField(_("涉及部门"), max_length=120, blank=True)
    is_full_list_public = models.BooleanField(_("已找到全文清单"), default=False)
    scope_warning = models.TextField(_("范围提示"), blank=True)

    translatable = ("name", "venue", "departments_note", "scope_warning")

    class Meta:
        verbose_name = _("行动指南")
        verbose_name_plural = _("行动指南")
        ordering = ["published_on", "name"]
        constraints = [
            models.CheckConstraint(
                name="guide_guide_total_positive",
                condition=Q(measures_total__isnull=True) | Q(measures_total__gte=1),
            )
        ]

    def __str__(self):
        return self.name


class GuideCitation(Citation):
    guide = models.ForeignKey(Guide, on_delete=models.CASCADE, related_name="citations")

    parent_field = "guide"


class Domain(Reference):
    """One of the seven domains of the guide."""

    slug = models.SlugField(_("网址名"), max_length=40, unique=True)
    name = models.CharField(_("名称"), max_length=40, unique=True)
    position = models.PositiveIntegerField(_("顺序"), default=0)
    hotlines = models.ManyToManyField(
        Hotline, blank=True, related_name="domains", verbose_name=_("热线")
    )

    translatable = ("name",)

    class Meta:
        verbose_name = _("领域")
        verbose_name_plural = _("领域")
        ordering = ["position", "slug"]

    def __str__(self):
        return self.name


class Scenario(Reference):
    """A situation in life (生活场景) in which several measures help."""

    slug = models.SlugField(_("网址名"), max_length=40, unique=True)
    name = models.CharField(_("名称"), max_length=40, unique=True)
    summary = models.CharField(_("一句话说明"), max_length=120, blank=True)
    position = models.PositiveIntegerField(_("顺序"), default=0)

    translatable = ("name", "summary")

    class Meta:
        verbose_name = _("生活场景")
        verbose_name_plural = _("生活场景")
        ordering = ["position", "slug"]

    def __str__(self):
        return self.name
