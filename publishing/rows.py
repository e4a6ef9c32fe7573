"""Abstract rows of the working copy: what every table of the portal has in common."""

import uuid

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, ProtectedError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from publishing import services
from qingdao_portal.texts import clean_value


class Evidence(models.TextChoices):
    """How an entry is tied to what was announced (data README)."""

    NAMED_IN_GUIDE = "named_in_guide", _("报道称收入指南")
    NAMED_IN_ANNOUNCEMENT = "named_in_announcement", _("报道点名")
    PUBLISHED_POLICY = "published_policy", _("已公布政策")
    UNSOURCED = "unsourced", _("未找到可引来源")


class WorkflowState(models.TextChoices):
    """How far an entry's working copy is on its way to the public."""

    DRAFT = "draft", _("草稿")
    SUBMITTED = "submitted", _("待审")
    RETURNED = "returned", _("退回")
    APPROVED = "approved", _("通过")
    SCHEDULED = "scheduled", _("定时")
    PUBLISHED = "published", _("已发布")
    WITHDRAWN = "withdrawn", _("撤回")


class Row(models.Model):
    """A row with a UUID that never changes and with clean text in it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    translations = models.JSONField(
        _("译文"),
        default=dict,
        blank=True,
        help_text=_("每种语言的译文;没有译文时显示中文。"),
    )

    translatable = ()  # names of the text fields that may have translations

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        self._clean_texts()
        super().save(*args, **kwargs)

    def clean_fields(self, exclude=None):
        self._clean_texts()
        super().clean_fields(exclude)

    def clean(self):
        super().clean()
        for language, texts in self.translations.items():
            if language not in dict(settings.CONTENT_LANGUAGES):
                raise ValidationError({"translations": _("不认识的语言:%s") % language})
            if not isinstance(texts, dict) or set(texts) - set(self.translatable):
                allowed = "、".join(self.translatable)
                raise ValidationError({"translations": _("译文只能是这些字段:%s") % allowed})

    def _clean_texts(self):
        """Strip what PostgreSQL, HTML or XML refuse; validators let control characters pass."""
        for field in self._meta.concrete_fields:
            value = self.__dict__.get(field.attname)
            if isinstance(value, str | list | dict):
                setattr(self, field.attname, clean_value(value))


class Reference(Row):
    """A row that published documents quote. It has no editions of its own.

    Saving one brings its quotes in current editions and the catalogue up to date in the same
    transaction; deleting one that a current edition quotes is refused.
    """

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        with transaction.atomic():
            self.before_change()
            super().save(*args, **kwargs)
            self.touch()

    def delete(self, *args, **kwargs):
        with transaction.atomic():
            self.before_change()
            if self.is_in_use():
                raise ProtectedError(_("已发布的条目正在引用“%s”,不能删除。") % self, {self})
            pk, result = self.pk, super().delete(*args, **kwargs)
            self.pk = pk  # Django clears it, and the refresh asks by it
            self.touch()
            return result

    def before_change(self):
        """Take the publishing lock before any row lock, so that no two savers deadlock."""
        services.lock_publishing()

    def is_in_use(self):
        """Whether a live edition quotes the row, so that it must stay."""
        return services.is_quoted(self)

    def touch(self):
        """Tell the public side that this row, or a child of it, has changed."""
        services.refresh_quotes(self)


class Entry(Row):
    """A row that is published by itself, as editions. Subclasses set `kind`."""

    slug = models.SlugField(_("网址名"), max_length=80, unique=True)
    title = models.CharField(_("名称"), max_length=120)
    summary = models.TextField(_("摘要"), max_length=500, blank=True)
    evidence = models.CharField(
        _("依据"), max_length=30, choices=Evidence, default=Evidence.UNSOURCED
    )
    caveat = models.TextField(_("使用提示"), blank=True, help_text=_("始终随条目公开显示。"))
    note = models.TextField(_("编辑备注"), blank=True, help_text=_("只有工作人员看得到。"))
    last_verified_on = models.DateField(_("最近核对日期"), null=True, blank=True)
    last_verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("核对人"),
    )
    review_due_on = models.DateField(_("下次核对日期"), null=True, blank=True)
    position = models.PositiveIntegerField(
        _("顺序"), default=0, help_text=_("列表里的先后,小的在前;不是官方编号。")
    )
    created_at = models.DateTimeField(_("创建时间"), auto_now_add=True)
    changed_at = models.DateTimeField(_("修改时间"), default=timezone.now, editable=False)
    version = models.PositiveIntegerField(_("修改次数"), default=1, editable=False)
    workflow_state = models.CharField(
        _("流程状态"),
        max_length=10,
        choices=WorkflowState,
        default=WorkflowState.DRAFT,
        editable=False,
        db_index=True,
    )
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("送审人"),
    )
    approved_version = models.PositiveIntegerField(null=True, blank=True, editable=False)

    kind = ""

    class Meta:
        abstract = True

    def __str__(self):
        return self.title

    def save(self, *args, **kwargs):
        """Save an edit: whatever was submitted or approved before, this is a draft again."""
        self.changed_at = timezone.now()
        if self._state.adding:
            super().save(*args, **kwargs)
            return
        self.version = F("version") + 1
        self.workflow_state = WorkflowState.DRAFT
        self.approved_version = None
        super().save(*args, **kwargs)
        self.refresh_from_db(fields=["version"])

    def before_change(self):
        """Nothing: what staff change in an entry is not public until it is published."""

    def touch(self):
        """Note that a child of this entry has changed: an edit of the entry."""
        type(self).objects.filter(pk=self.pk).update(
            changed_at=timezone.now(),
            version=F("version") + 1,
            workflow_state=WorkflowState.DRAFT,
            approved_version=None,
        )


class Child(Row):
    """A row that belongs to one entry or reference row, named by `parent_field`."""

    position = models.PositiveIntegerField(_("顺序"), default=0)

    parent_field = ""

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        with transaction.atomic():
            self.parent.before_change()
            super().save(*args, **kwargs)
            self.parent.touch()

    def delete(self, *args, **kwargs):
        with transaction.atomic():
            self.parent.before_change()
            result = super().delete(*args, **kwargs)
            self.parent.touch()
            return result

    @property
    def parent(self):
        return getattr(self, self.parent_field)

    def before_change(self):
        """Pass on what a child of this row is about to do."""
        self.parent.before_change()

    def touch(self):
        """Pass on that a child of this row has changed."""
        self.parent.touch()
