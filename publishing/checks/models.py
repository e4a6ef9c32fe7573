"""Links by which people without an account see a draft, and what they answered."""

import hashlib
import uuid
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from publishing.registry import kinds

MAX_LIFETIME = timedelta(days=60)
LABEL_LENGTH = 60
NAME_LENGTH = 60
REMARK_LENGTH = 2000


def hash_of(token):
    """What is stored of a token: it cannot be turned back into an address."""
    return hashlib.sha256(token.encode()).hexdigest()


class CheckLinkQuerySet(models.QuerySet):
    def live(self, now=None):
        """Links that still open: neither revoked nor expired."""
        return self.filter(revoked_at=None, expires_at__gt=now or timezone.now())

    def of_entry(self, entry):
        return self.filter(kind=entry.kind, entry_id=entry.pk)


class CheckLink(models.Model):
    """Leave for one recipient to read one entry's draft. The address itself is not stored."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("类别"), max_length=20)
    entry_id = models.UUIDField(_("条目"))
    version = models.PositiveIntegerField(_("修改次数"))
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    recipient = models.CharField(
        _("发给谁"),
        max_length=LABEL_LENGTH,
        help_text=_("单位或职务,例如“市医保局待遇科”。对方在页面上会看到。"),
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("建立人"),
    )
    created_at = models.DateTimeField(_("建立时间"), default=timezone.now)
    expires_at = models.DateTimeField(_("有效期至"))
    revoked_at = models.DateTimeField(_("收回时间"), null=True, blank=True)

    objects = CheckLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("外部核对链接")
        verbose_name_plural = _("外部核对链接")
        ordering = ["-created_at", "id"]
        constraints = [
            models.CheckConstraint(
                name="publishing_checklink_lifetime",
                condition=Q(expires_at__gt=F("created_at"))
                & Q(expires_at__lte=F("created_at") + MAX_LIFETIME),
            )
        ]
        indexes = [
            models.Index(
                fields=["kind", "entry_id", "-created_at"], name="publishing_checks_of_entry"
            )
        ]

    def __str__(self):
        return f"{self.recipient} {timezone.localtime(self.created_at):%Y-%m-%d}"

    @property
    def is_live(self):
        return self.revoked_at is None and self.expires_at > timezone.now()

    @cached_property
    def entry(self):
        """The row that the link shows, None where it was deleted. One query."""
        return kinds[self.kind].model.objects.filter(pk=self.entry_id).first()


class CheckAnswer(models.Model):
    """What somebody who followed a link said of the draft.

    `id` follows from the form that was sent and from what was in it, so that sending the same
    twice stores it once.
    """

    class Verdict(models.TextChoices):
        RIGHT = "right", _("无误")
        WRONG = "wrong", _("有误")

    id = models.UUIDField(primary_key=True, editable=False)
    link = models.ForeignKey(CheckLink, on_delete=models.PROTECT, related_name="answers")
    verdict = models.CharField(_("结论"), max_length=5, choices=Verdict)
    remark = models.TextField(_("意见"), max_length=REMARK_LENGTH, blank=True)
    name = models.CharField(_("自报姓名或单位"), max_length=NAME_LENGTH)
    at = models.DateTimeField(_("时间"), default=timezone.now)
    version = models.PositiveIntegerField(_("所见修改次数"))

    class Meta:
        verbose_name = _("外部核对意见")
        verbose_name_plural = _("外部核对意见")
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(
                name="publishing_checkanswer_wrong_says_what",
                condition=~Q(verdict="wrong") | ~Q(remark=""),
            )
        ]

    def __str__(self):
        return f"{self.get_verdict_display()} {self.name}"


class RequestCount(models.Model):
    """How many requests fell into a bucket since a moment; see `publishing.request_limits`."""

    bucket = models.CharField(max_length=40, primary_key=True)
    started_at = models.BigIntegerField()  # seconds since 1970
    count = models.PositiveIntegerField()

    def __str__(self):
        return f"{self.count} × {self.bucket}"
