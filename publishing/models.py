"""Editions: the immutable documents that everybody but staff reads."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.db.models.fields.json import KT
from django.utils.translation import gettext_lazy as _

from publishing.checks.models import CheckAnswer, CheckLink, RequestCount  # noqa: F401
from publishing.lists.models import Announcement, FacetCount, Listing  # noqa: F401
from publishing.registry import kinds
from publishing.translations import in_page_language
from qingdao_portal.kept_parts import Item


class EditionQuerySet(models.QuerySet):
    """Filters in the words of publishing. Public code starts at `current` or `public`."""

    def newest(self):
        """The newest edition of each entry, tombstones included."""
        return self.filter(is_current=True)

    def current(self):
        """What is live: the newest edition of each entry that is not withdrawn."""
        return self.newest().exclude(event=Edition.Event.WITHDRAWN)

    def of_kind(self, *names):
        return self.filter(kind__in=names)

    def with_facets(self, *facets):
        """Editions that carry all of `facets`, e.g. `domain:medical`, `city:qingdao`."""
        return self.filter(facets__contains=list(facets)) if facets else self

    def quoting(self, part_id):
        """Live editions whose document embeds the row with this UUID."""
        return self.current().filter(references__contains=[part_id])

    def to_show(self):
        """Without what only finds editions: a document quotes dozens of rows."""
        return self.defer("facets", "references")

    def without_document(self):
        """For histories, and for those who may have what a document comes to already."""
        return self.to_show().defer("document")

    def in_order(self):
        """Editions in the order staff gave the entries, oldest first among equals."""
        return self.order_by(*Edition.IN_ORDER)


class Edition(models.Model):
    """One published state of one entry. Never changed after it is made.

    `id` is the sequence: contiguous and given out under the publishing lock, so a reader who has
    seen N has seen everything below N. A trigger refuses every UPDATE but of `is_current`, and
    every DELETE.
    """

    IN_ORDER = ("position", "first_published_at", "id")

    class Event(models.TextChoices):
        PUBLISHED = "published", _("发布")
        MINOR = "minor", _("小幅更新")
        MOVED = "moved", _("网址变更")
        WITHDRAWN = "withdrawn", _("撤回")

    id = models.BigIntegerField(_("序号"), primary_key=True)
    kind = models.CharField(_("类别"), max_length=20)
    entry_id = models.UUIDField(_("条目"))
    slug = models.SlugField(_("网址名"), max_length=80)
    number = models.PositiveIntegerField(_("版次"))
    event = models.CharField(_("事件"), max_length=20, choices=Event)
    note = models.TextField(_("修改说明"), blank=True)
    document = models.JSONField(_("内容"), encoder=DjangoJSONEncoder)
    # So that lists and searches of staff need not unpack the documents.
    title = models.GeneratedField(
        verbose_name=_("名称"),
        expression=KT("document__title"),
        output_field=models.TextField(),
        db_persist=True,
    )
    facets = ArrayField(models.CharField(max_length=160), verbose_name=_("筛选项"), default=list)
    references = ArrayField(models.UUIDField(), verbose_name=_("引用"), default=list)
    position = models.IntegerField(_("顺序"), default=0)
    successor_id = models.UUIDField(_("替代条目"), null=True, blank=True)
    published_at = models.DateTimeField(_("发布时间"))
    first_published_at = models.DateTimeField(_("首次发布时间"))
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("发布人"),
    )
    is_current = models.BooleanField(_("现行"), default=True)

    objects = EditionQuerySet.as_manager()

    class Meta:
        verbose_name = _("版本")
        verbose_name_plural = _("版本")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(name="publishing_edition_id_positive", condition=Q(id__gte=1)),
            models.CheckConstraint(
                name="publishing_edition_withdrawn_has_reason",
                condition=~Q(event="withdrawn") | ~Q(note=""),
            ),
            models.CheckConstraint(
                name="publishing_edition_only_withdrawn_has_successor",
                condition=Q(event="withdrawn") | Q(successor_id__isnull=True),
            ),
            models.UniqueConstraint(
                fields=["kind", "entry_id", "number"], name="publishing_edition_number"
            ),
            models.UniqueConstraint(
                fields=["kind", "entry_id"],
                condition=Q(is_current=True),
                name="publishing_edition_one_current",
            ),
            models.UniqueConstraint(
                fields=["kind", "slug"],
                condition=Q(is_current=True),
                name="publishing_edition_current_slug",
            ),
        ]
        indexes = [
            models.Index(fields=["kind", "slug", "-id"], name="publishing_edition_by_slug"),
            models.Index(
                fields=["-id"], condition=~Q(event="minor"), name="publishing_edition_announced"
            ),
            *(
                models.Index(
                    fields=["kind", field, "id"],
                    condition=Q(is_current=True),
                    name=f"publishing_edition_by_{name}",
                )
                for name, field in (
                    ("title", "title"),
                    ("update", "published_at"),
                    ("first", "first_published_at"),
                )
            ),
            models.Index(
                fields=["kind", "position", "first_published_at", "id"],
                condition=Q(is_current=True),
                name="publishing_edition_in_order",
            ),
            GinIndex(
                fields=["facets"],
                condition=Q(is_current=True),
                name="publishing_edition_facets",
            ),
            GinIndex(
                fields=["references"],
                condition=Q(is_current=True),
                name="publishing_edition_quotes",
            ),
        ]

    def __str__(self):
        return f"{self.title} #{self.number}"

    def get_absolute_url(self):
        return kinds[self.kind].path(self.document)

    @property
    def is_withdrawn(self):
        return self.event == self.Event.WITHDRAWN

    @property
    def key(self):
        """What stands for all that it says: an edition never changes.

        A database that was set back gives the same sequence out again, but at another time.
        """
        return self.entry_id, self.id, self.published_at

    @property
    def item(self):
        """The document with what the edition knows of it: what pages and API show."""
        shown = {
            "id": str(self.entry_id),
            "kind": self.kind,
            "slug": self.slug,
            "url": self.get_absolute_url(),
            "edition": self.number,
            "sequence": self.id,
            "published_at": self.first_published_at,
            "updated_at": self.published_at,
            **in_page_language(self.document),
        }
        if self.id is None:  # a preview: it may change yet
            return shown
        item = Item(shown)
        item.edition_key = self.key
        return item


class Presence(models.Model):
    """Somebody who has the form of a row open; see `publishing.presence`."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=60)  # the model's label
    row_id = models.UUIDField()
    seen_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("正在编辑")
        verbose_name_plural = _("正在编辑")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "kind", "row_id"], name="publishing_presence_once"
            )
        ]

    def __str__(self):
        return f"{self.user} {self.kind} {self.row_id}"


class Catalogue(models.Model):
    """The one row that says how new the public side is, and holds what pages share.

    `sequence` is the newest edition, `revision` moves with every public change, reference rows
    included; together they are the site's version. `content` is described in
    `docs/architecture.md`.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    sequence = models.BigIntegerField(default=0)
    revision = models.BigIntegerField(default=0)
    content = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    changed_at = models.DateTimeField(auto_now=True)
    has_new_collections = True  # False where an edition moved only the version and the counts

    class Meta:
        verbose_name = _("公开目录")
        verbose_name_plural = _("公开目录")
        constraints = [
            models.CheckConstraint(name="publishing_catalogue_one_row", condition=Q(id=1))
        ]

    def __str__(self):
        return f"{self.sequence}.{self.revision}"


class WorkflowEvent(models.Model):
    """One act of somebody on an entry's way to the public, with what they said. Append-only."""

    class Action(models.TextChoices):
        SUBMITTED = "submitted", _("送审")
        RETURNED = "returned", _("退回")
        APPROVED = "approved", _("通过")
        SCHEDULED = "scheduled", _("定时")
        UNSCHEDULED = "unscheduled", _("取消定时")
        PUBLISHED = "published", _("发布")
        WITHDRAWN = "withdrawn", _("撤回")
        FAILED = "failed", _("未能执行")
        COMMENTED = "commented", _("留言")
        VERIFIED = "verified", _("核实无误")

    kind = models.CharField(_("类别"), max_length=20)
    entry_id = models.UUIDField(_("条目"))
    action = models.CharField(_("事项"), max_length=12, choices=Action)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("人员"),
    )
    at = models.DateTimeField(_("时间"), auto_now_add=True)
    comment = models.TextField(_("意见"), blank=True)
    version = models.PositiveIntegerField(_("修改次数"))

    class Meta:
        verbose_name = _("流程记录")
        verbose_name_plural = _("流程记录")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["kind", "entry_id", "-id"], name="publishing_workflow_of_entry")
        ]

    def __str__(self):
        return f"{self.get_action_display()} {self.at:%Y-%m-%d %H:%M}"


class Schedule(models.Model):
    """Something the worker is to do at a time, once."""

    class Act(models.TextChoices):
        PUBLISH = "publish", _("发布")
        WITHDRAW = "withdraw", _("撤回")

    class Status(models.TextChoices):
        WAITING = "waiting", _("等待")
        DONE = "done", _("已执行")
        FAILED = "failed", _("未能执行")
        CANCELLED = "cancelled", _("已取消")

    kind = models.CharField(_("类别"), max_length=20)
    entry_id = models.UUIDField(_("条目"))
    act = models.CharField(_("做什么"), max_length=10, choices=Act)
    due_at = models.DateTimeField(_("定于"))
    note = models.TextField(_("修改说明或撤回原因"), blank=True)
    minor = models.BooleanField(_("小幅更新"), default=False)
    successor_id = models.UUIDField(_("替代条目"), null=True, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("安排人"),
    )
    made_at = models.DateTimeField(_("安排时间"), auto_now_add=True)
    status = models.CharField(
        _("状态"), max_length=10, choices=Status, default=Status.WAITING, db_index=True
    )
    result = models.TextField(_("结果"), blank=True)
    ended_at = models.DateTimeField(_("执行时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("定时安排")
        verbose_name_plural = _("定时安排")
        ordering = ["due_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "entry_id", "act"],
                condition=Q(status="waiting"),
                name="publishing_schedule_one_waiting",
            ),
            models.CheckConstraint(
                name="publishing_schedule_withdrawal_has_reason",
                condition=~Q(act="withdraw") | ~Q(note=""),
            ),
        ]

    def __str__(self):
        return f"{self.get_act_display()} {self.due_at:%Y-%m-%d %H:%M}"
