"""Where facts come from."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from publishing.rows import Child, Reference
from qingdao_portal.dates import PartialDateField


class Source(Reference):
    """One publication that entries quote. Many entries may quote the same one."""

    class DateKind(models.TextChoices):
        PUBLISHED = "published", _("发布日期")
        EVENT = "event", _("事件日期")
        INFERRED_FROM_URL = "inferred_from_url", _("由网址推断")
        UNKNOWN = "unknown", _("日期不详")

    class Link(models.TextChoices):
        OFFICIAL = "official", _("官方")
        MEDIA = "media", _("媒体")
        DATASET = "dataset", _("数据集")
        REPOST = "repost", _("转载(不给链接)")
        NONE = "none", _("没有来源页")

    key = models.SlugField(_("简称"), max_length=40, unique=True)
    title = models.CharField(_("标题"), max_length=200, blank=True)
    publisher = models.CharField(_("发布者"), max_length=120, blank=True)
    date = PartialDateField(_("日期"))
    date_kind = models.CharField(
        _("日期性质"), max_length=20, choices=DateKind, default=DateKind.UNKNOWN
    )
    link = models.CharField(_("链接性质"), max_length=10, choices=Link, default=Link.REPOST)
    url = models.URLField(_("链接"), max_length=500, blank=True)

    translatable = ("title", "publisher")

    class Meta:
        verbose_name = _("来源")
        verbose_name_plural = _("来源")
        ordering = ["key"]
        constraints = [
            models.CheckConstraint(
                name="sources_source_repost_has_no_url",
                condition=~Q(link__in=["repost", "none"]) | Q(url=""),
                violation_error_message=_("转载页不给链接:请清空链接,或改链接性质。"),
            ),
            models.CheckConstraint(
                name="sources_source_date_or_unknown",
                condition=Q(date="", date_kind="unknown") | (~Q(date="") & ~Q(date_kind="unknown")),
                violation_error_message=_("日期和日期性质要一致:没有日期就选“日期不详”。"),
            ),
        ]

    def __str__(self):
        return " · ".join(text for text in (self.publisher, self.title) if text) or self.key


class Citation(Child):
    """A source as quoted by one row. Subclasses add the row and set `parent_field`."""

    source = models.ForeignKey(
        Source, on_delete=models.PROTECT, related_name="+", verbose_name=_("来源")
    )
    quote = models.TextField(_("引文"), blank=True, help_text=_("原文中的短句,不改字。"))
    quote_note = models.CharField(_("引文说明"), max_length=200, blank=True)

    translatable = ()

    class Meta:
        abstract = True
        verbose_name = _("引用来源")
        verbose_name_plural = _("引用来源")
        ordering = ["position", "id"]

    def __str__(self):
        return str(self.source)
