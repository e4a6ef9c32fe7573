"""Inter-city county cooperation: zones, what was agreed and what happened."""

from django.contrib.postgres.fields import ArrayField
from django.db import models, transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from publishing.rows import Child, Entry, Reference
from qingdao_portal.dates import PartialDateField
from regions.models import County
from sources.models import Citation


class ZoneQuerySet(models.QuerySet):
    """The working copy, for staff and for building documents. Public pages read editions."""

    def for_document(self):
        return self.prefetch_related(
            "signatories__county__city",
            "aims",
            "events__citations__source",
            "agreements__parties",
            "agreements__citations__source",
            "citations__source",
        )


class Zone(Entry):
    """A cooperation zone of neighbouring counties of different cities."""

    class Kind(models.TextChoices):
        SIGNED_2025 = "signed_2025", _("2025年4月28日签约")
        APPROVED_2022 = "approved_2022", _("2022年获批")
        OTHER = "other", _("其他")

    theme = models.CharField(_("主题"), max_length=120)
    zone_kind = models.CharField(_("类型"), max_length=20, choices=Kind, default=Kind.OTHER)
    signed_on = PartialDateField(_("签约日期"))

    kind = "zone"
    translatable = ("title", "summary", "theme", "caveat")

    objects = ZoneQuerySet.as_manager()

    class Meta:
        verbose_name = _("合作区")
        verbose_name_plural = _("合作区")
        ordering = ["position", "slug"]
        permissions = [("publish_zone", _("可以发布和撤回合作区"))]

    def get_absolute_url(self):
        return reverse("cooperation:zone-detail", args=[self.slug])


class Signatory(Child):
    """A county-level division that takes part in a zone."""

    zone = models.ForeignKey(Zone, on_delete=models.CASCADE, related_name="signatories")
    county = models.ForeignKey(
        County, on_delete=models.PROTECT, related_name="signatories", verbose_name=_("区市县")
    )

    parent_field = "zone"

    class Meta:
        verbose_name = _("参与区市县")
        verbose_name_plural = _("参与区市县")
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["zone", "county"], name="cooperation_signatory_once")
        ]

    def __str__(self):
        return str(self.county)


class Aim(Child):
    """One thing a zone is for."""

    zone = models.ForeignKey(Zone, on_delete=models.CASCADE, related_name="aims")
    text = models.CharField(_("内容"), max_length=300)

    parent_field = "zone"
    translatable = ("text",)

    class Meta:
        verbose_name = _("目标")
        verbose_name_plural = _("目标")
        ordering = ["position", "id"]

    def __str__(self):
        return self.text


class ZoneCitation(Citation):
    zone = models.ForeignKey(Zone, on_delete=models.CASCADE, related_name="citations")

    parent_field = "zone"


class OfZoneOrAll(Reference):
    """A row of one zone, published with it; or of the whole area, shown at once.

    Without a zone it is reference data. With one, saving it is an edit of that zone.
    """

    zone = models.ForeignKey(
        Zone,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="%(class)ss",
        verbose_name=_("合作区"),
        help_text=_("不选就是五市共同的,保存后立即公开。"),
    )
    position = models.PositiveIntegerField(_("顺序"), default=0)

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        with transaction.atomic():
            self.before_change()
            left = Zone.objects.filter(**{f"{self._meta.model_name}s": self.pk})
            for zone in left.exclude(pk=self.zone_id):
                zone.touch()
            super().save(*args, **kwargs)

    def is_in_use(self):
        """Never: the live edition of a zone keeps what it showed."""
        return False

    def touch(self):
        """Renew the catalogue, and note the edit with the zone that publishes the row."""
        super().touch()
        if self.zone:
            self.zone.touch()


class Agreement(OfZoneOrAll):
    """Something the parties signed or issued."""

    class Kind(models.TextChoices):
        AGREEMENT = "agreement", _("协议")
        ACTION_PLAN = "action_plan", _("行动方案")
        PLAN = "plan", _("规划")

    slug = models.SlugField(_("网址名"), max_length=80, unique=True)
    title = models.CharField(_("名称"), max_length=120)
    kind = models.CharField(_("类型"), max_length=12, choices=Kind, default=Kind.AGREEMENT)
    document_number = models.CharField(_("文号"), max_length=60, blank=True)
    signed_on = PartialDateField(_("签署或印发日期"))
    summary = models.TextField(_("摘要"), blank=True)
    note = models.CharField(_("公开说明"), max_length=300, blank=True)
    dimensions = ArrayField(
        models.CharField(max_length=60), verbose_name=_("主要方面"), default=list, blank=True
    )

    translatable = ("title", "summary", "note")

    class Meta:
        verbose_name = _("协议和方案")
        verbose_name_plural = _("协议和方案")
        ordering = ["position", "slug"]

    def __str__(self):
        return self.title


class Party(Child):
    """A company or body that signed an agreement."""

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="parties")
    name = models.CharField(_("名称"), max_length=80)

    parent_field = "agreement"
    translatable = ("name",)

    class Meta:
        verbose_name = _("签约方")
        verbose_name_plural = _("签约方")
        ordering = ["position", "id"]

    def __str__(self):
        return self.name


class AgreementCitation(Citation):
    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="citations")

    parent_field = "agreement"


class Event(OfZoneOrAll):
    """Something that happened."""

    class Kind(models.TextChoices):
        MEETING = "meeting", _("会议")
        HISTORY = "history", _("历程")
        BACKGROUND = "background", _("背景")

    date = PartialDateField(_("日期"))
    kind = models.CharField(_("类型"), max_length=12, choices=Kind, default=Kind.HISTORY)
    text = models.CharField(_("内容"), max_length=300)
    place = models.CharField(_("地点"), max_length=60, blank=True)

    translatable = ("text", "place")

    class Meta:
        verbose_name = _("事件")
        verbose_name_plural = _("事件")
        ordering = ["position", "date", "id"]

    def __str__(self):
        return self.text


class EventCitation(Citation):
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="citations")

    parent_field = "event"
