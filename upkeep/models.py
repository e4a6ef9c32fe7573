"""What the daily tasks remember. Nothing here is public."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


class LinkCheck(models.Model):
    """An outside address that live entries lead to, and what came of asking for it."""

    class Status(models.TextChoices):
        UNCHECKED = "unchecked", _("未检查")
        ALIVE = "alive", _("正常")
        UNCLEAR = "unclear", _("无法判断")
        FAILING = "failing", _("打不开,继续观察")
        DEAD = "dead", _("已失效")

    class Reason(models.TextChoices):
        NOT_FOUND = "not_found", _("网页不存在(404、410)")
        NO_SUCH_NAME = "no_such_name", _("域名不存在")
        UNREACHABLE = "unreachable", _("服务器没有回应")
        SERVER_ERROR = "server_error", _("服务器出错(5xx)")
        DECLINED = "declined", _("服务器不让程序查看")
        INSECURE = "insecure", _("证书或加密方式无法核对")
        FORBIDDEN = "forbidden", _("不允许检查的地址")

    url = models.CharField(_("链接"), max_length=2000, unique=True)
    entry_ids = ArrayField(models.UUIDField(), verbose_name=_("所在条目"), default=list)
    status = models.CharField(
        _("状态"), max_length=10, choices=Status, default=Status.UNCHECKED, db_index=True
    )
    reason = models.CharField(_("原因"), max_length=12, choices=Reason, blank=True)
    failures = models.PositiveSmallIntegerField(_("连续打不开的天数"), default=0)
    first_failed_on = models.DateField(_("最早打不开"), null=True, blank=True)
    last_failed_on = models.DateField(_("最近打不开"), null=True, blank=True)
    last_checked_at = models.DateTimeField(_("最近检查"), null=True, blank=True, db_index=True)
    last_answered_at = models.DateTimeField(_("最近有回应"), null=True, blank=True)

    class Meta:
        verbose_name = _("外部链接")
        verbose_name_plural = _("外部链接")
        ordering = ["url"]

    def __str__(self):
        return self.url


class Reminder(models.Model):
    """That somebody was sent the mail of a day: the row is made first, so nobody gets two."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="+",
        verbose_name=_("工作人员"),
    )
    day = models.DateField(_("日期"))

    class Meta:
        verbose_name = _("提醒邮件")
        verbose_name_plural = _("提醒邮件")
        ordering = ["-day", "user"]
        constraints = [
            models.UniqueConstraint(fields=["user", "day"], name="upkeep_reminder_one_a_day")
        ]

    def __str__(self):
        return f"{self.day} {self.user}"
