"""What readers report and ask, the answers, and how many found a page of use."""

import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from feedback.references import LENGTH, in_groups, make_reference
from regions.models import City

TEXT_LENGTH = 2000
CONTACT_LENGTH = 100
ANSWER_LENGTH = 4000
PATH_LENGTH = 300


class MessageQuerySet(models.QuerySet):
    def waiting(self, today):
        """Not answered yet, and still in time."""
        return self.filter(answered_at=None, due_on__gte=today)

    def overdue(self, today):
        """Not answered although it should have been."""
        return self.filter(answered_at=None, due_on__lt=today)

    def answered(self):
        return self.filter(answered_at__isnull=False)


class Message(models.Model):
    """What one reader sent about one page.

    `id` follows from the form and the words in it, so that sending the same twice stores it once.
    The reference number is the only key to the reader's own view of it.
    """

    class Kind(models.TextChoices):
        CORRECTION = "correction", _("纠错")
        QUESTION = "question", _("咨询")

    id = models.UUIDField(primary_key=True, editable=False)
    reference = models.CharField(
        _("编号"), max_length=LENGTH, unique=True, default=make_reference, editable=False
    )
    kind = models.CharField(_("类别"), max_length=10, choices=Kind)
    text = models.TextField(_("内容"), max_length=TEXT_LENGTH)
    contact = models.CharField(_("联系方式"), max_length=CONTACT_LENGTH, blank=True)
    about = models.CharField(_("网页"), max_length=PATH_LENGTH, blank=True)
    about_title = models.CharField(_("关于"), max_length=200, blank=True)
    entry_kind = models.CharField(_("条目类别"), max_length=20, blank=True)
    entry_id = models.UUIDField(_("条目"), null=True, blank=True)
    edition = models.PositiveIntegerField(_("当时的版本"), null=True, blank=True)
    city = models.ForeignKey(
        City,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("城市"),
        help_text=_("由这个市的编辑答复。"),
    )
    domain = models.ForeignKey(
        "guide.Domain",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("领域"),
        help_text=_("由这个领域的编辑答复。"),
    )
    received_at = models.DateTimeField(_("收到时间"), default=timezone.now)
    due_on = models.DateField(_("答复期限"))
    answer = models.TextField(_("答复"), max_length=ANSWER_LENGTH, blank=True)
    answered_at = models.DateTimeField(_("答复时间"), null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("答复人"),
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("反馈")
        verbose_name_plural = _("反馈和答复")
        ordering = ["due_on", "received_at", "id"]
        default_permissions = ["view", "change", "delete"]
        constraints = [
            models.CheckConstraint(
                name="feedback_message_answer_has_a_time",
                condition=Q(answered_at__isnull=True, answer="")
                | Q(answered_at__isnull=False) & ~Q(answer=""),
            )
        ]
        indexes = [
            models.Index(
                fields=["due_on"], name="feedback_message_open", condition=Q(answered_at=None)
            ),
            models.Index(fields=["received_at"], name="feedback_message_age"),
        ]

    def __str__(self):
        """Nothing personal and no key: the logs of staff keep this longer than the message."""
        return f"{self.get_kind_display()} {timezone.localtime(self.received_at):%Y-%m-%d}"

    @property
    def shown_reference(self):
        return in_groups(self.reference)

    @property
    def is_overdue(self):
        return self.answered_at is None and self.due_on < timezone.localdate()

    @property
    def contact_deleted_on(self):
        """The day on which the contact is gone at the latest."""
        return self.day_after(contact_days())

    @property
    def deleted_on(self):
        """The day on which the whole message is gone at the latest."""
        return self.day_after(settings.FEEDBACK_KEEP_DAYS)

    def day_after(self, days):
        return timezone.localdate(self.received_at) + datetime.timedelta(days=days)


class Usefulness(models.Model):
    """How many readers found a page of use on one day. Nothing tells who they were."""

    day = models.DateField(_("日期"))
    path = models.CharField(_("网页"), max_length=PATH_LENGTH)
    title = models.CharField(_("名称"), max_length=200, blank=True)
    entry_id = models.UUIDField(_("条目"), null=True, blank=True)
    yes = models.PositiveIntegerField(_("有用"), default=0)
    no = models.PositiveIntegerField(_("没用"), default=0)

    class Meta:
        verbose_name = _("有用吗")
        verbose_name_plural = _("有用吗(每天的统计)")
        ordering = ["-day", "-no", "path"]
        default_permissions = ["view"]
        constraints = [
            models.UniqueConstraint(fields=["day", "path"], name="feedback_usefulness_once")
        ]

    def __str__(self):
        return f"{self.day} {self.title or self.path}"


def contact_days():
    """For how many days a contact is kept: never longer than its message."""
    return min(settings.FEEDBACK_CONTACT_DAYS, settings.FEEDBACK_KEEP_DAYS)
