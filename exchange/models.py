"""Imports between preview and confirmation."""

import uuid

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from exchange import limits
from qingdao_portal.texts import clean_text


class PendingImportQuerySet(models.QuerySet):
    def of(self, user):
        """What the user may still confirm. Nobody sees another's."""
        return self.filter(owner=user, expires_at__gt=timezone.now())

    def drop_expired(self):
        return self.filter(expires_at__lte=timezone.now()).delete()

    @transaction.atomic
    def keep(self, *, owner, model_label, file_name, sheets):
        """Store what was read. It replaces what the owner left unconfirmed for the same rows."""
        self.drop_expired()
        self.filter(owner=owner, model_label=model_label).delete()
        return self.create(
            owner=owner,
            model_label=model_label,
            file_name=clean_text(file_name)[:200],
            sheets=sheets,
            expires_at=timezone.now() + limits.PENDING_FOR,
        )


class PendingImport(models.Model):
    """The texts of an uploaded file, and the plan made of them that its owner was shown."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="+",
        verbose_name=_("导入人"),
    )
    model_label = models.CharField(_("内容"), max_length=100)
    file_name = models.CharField(_("文件名"), max_length=200)
    sheets = models.JSONField(_("文件内容"))
    plan = models.JSONField(_("预览"), default=dict)
    created_at = models.DateTimeField(_("上传时间"), auto_now_add=True)
    expires_at = models.DateTimeField(_("失效时间"), db_index=True)

    objects = PendingImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("待确认的导入")
        verbose_name_plural = _("待确认的导入")
        ordering = ["-created_at"]

    def __str__(self):
        return self.file_name
