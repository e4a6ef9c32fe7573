"""Who works on the portal, for which cities and domains, and what they did."""

import uuid

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _


class User(AbstractUser):
    """A member of staff. The groups say what they may do, cities and domains where."""

    cities = models.ManyToManyField(
        "regions.City",
        blank=True,
        related_name="editors",
        verbose_name=_("所管城市"),
        help_text=_("市级编辑只能修改这些城市的内容。"),
    )
    domains = models.ManyToManyField(
        "guide.Domain",
        blank=True,
        related_name="editors",
        verbose_name=_("所管领域"),
        help_text=_("领域编辑只能修改这些领域的举措。"),
    )
    edits_projects = models.BooleanField(_("可改十大实事"), default=False)
    edits_zones = models.BooleanField(_("可改合作区"), default=False)
    # A new one ends all sessions of the user.
    session_stamp = models.UUIDField(default=uuid.uuid4, editable=False)

    class Meta(AbstractUser.Meta):
        verbose_name = _("工作人员")
        verbose_name_plural = _("工作人员")

    def __str__(self):
        return self.get_full_name() or self.username

    def get_full_name(self):
        """Family name first, as Chinese names are written."""
        return f"{self.last_name}{self.first_name}".strip()

    def _get_session_auth_hash(self, secret=None):
        """What a session must know to stay valid: Django's password hash, and the stamp."""
        of_password = super()._get_session_auth_hash(secret=secret)
        text = f"{of_password}{self.session_stamp}"
        return salted_hmac("staff.User", text, secret=secret, algorithm="sha256").hexdigest()

    def end_sessions(self):
        """Sign the user out everywhere."""
        self.session_stamp = uuid.uuid4()
        self.save(update_fields=["session_stamp"])


class AuditEntry(models.Model):
    """Something that somebody did. Append-only: PostgreSQL refuses changes (migration 0004)."""

    class Action(models.TextChoices):
        SIGNED_IN = "signed_in", _("登录")
        PASSWORD_ACCEPTED = "password_accepted", _("密码正确,待二次验证")
        SIGN_IN_FAILED = "sign_in_failed", _("登录失败")
        CODE_REFUSED = "code_refused", _("验证码未通过")
        LOCKED_OUT = "locked_out", _("暂停登录")
        SIGNED_OUT = "signed_out", _("退出")
        SESSION_ENDED = "session_ended", _("登录过期")
        PASSWORD_CHANGED = "password_changed", _("修改密码")
        FACTOR_ENROLLED = "factor_enrolled", _("设置二次验证")
        FACTOR_RESET = "factor_reset", _("重置二次验证")
        RECOVERY_CODES_MADE = "recovery_codes_made", _("生成恢复码")
        USER_ADDED = "user_added", _("新增人员")
        USER_CHANGED = "user_changed", _("修改人员")
        USER_DELETED = "user_deleted", _("删除人员")
        GROUP_ADDED = "group_added", _("新增角色")
        GROUP_CHANGED = "group_changed", _("修改角色")
        GROUP_DELETED = "group_deleted", _("删除角色")
        RIGHTS_CHANGED = "rights_changed", _("修改权限")
        SUBMITTED = "submitted", _("送审")
        RETURNED = "returned", _("退回")
        APPROVED = "approved", _("通过")
        SCHEDULED = "scheduled", _("定时")
        UNSCHEDULED = "unscheduled", _("取消定时")
        SCHEDULE_FAILED = "schedule_failed", _("定时未能执行")
        VERIFIED = "verified", _("核实无误")
        PUBLISHED = "published", _("发布")
        WITHDRAWN = "withdrawn", _("撤回")
        CHECK_LINK_MADE = "check_link_made", _("建立外部核对链接")
        CHECK_LINK_REVOKED = "check_link_revoked", _("收回外部核对链接")
        FEEDBACK_ANSWERED = "feedback_answered", _("答复反馈")
        FEEDBACK_ROUTED = "feedback_routed", _("转办反馈")
        FEEDBACK_DELETED = "feedback_deleted", _("删除反馈")
        PARTNER_ADDED = "partner_added", _("登记合作方")
        PARTNER_CHANGED = "partner_changed", _("修改合作方")
        API_KEY_MADE = "api_key_made", _("新建密钥")
        API_KEY_REVOKED = "api_key_revoked", _("收回密钥")
        SUBSCRIPTION_ADDED = "subscription_added", _("新增推送订阅")
        SUBSCRIPTION_CHANGED = "subscription_changed", _("修改推送订阅")
        WEBHOOK_SECRET_MADE = "webhook_secret_made", _("新建推送签名密钥")
        WEBHOOK_SWITCHED_OFF = "webhook_switched_off", _("停用推送")
        DELIVERIES_REPLAYED = "deliveries_replayed", _("重发推送")
        EXPORTED = "exported", _("导出")
        IMPORTED = "imported", _("导入")

        @classmethod
        def pairs(cls):
            """The choices, as a callable: a new action needs no migration."""
            return cls.choices

    at = models.DateTimeField(_("时间"), default=timezone.now, db_index=True)
    action = models.CharField(_("事项"), max_length=40, choices=Action.pairs)
    # No constraint: the log outlives accounts and keeps none from being deleted.
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        null=True,
        related_name="+",
        verbose_name=_("人员"),
    )
    actor_name = models.CharField(_("姓名"), max_length=200, blank=True)
    object_kind = models.CharField(_("对象类别"), max_length=100, blank=True)
    object_id = models.CharField(_("对象编号"), max_length=100, blank=True)
    object_title = models.CharField(_("对象"), max_length=200, blank=True)
    address = models.GenericIPAddressField(_("来源地址"), null=True, blank=True)
    details = models.JSONField(_("详情"), default=dict, blank=True, encoder=DjangoJSONEncoder)

    class Meta:
        verbose_name = _("操作记录")
        verbose_name_plural = _("操作记录")
        ordering = ["-id"]
        default_permissions = ["view"]
        indexes = [
            models.Index(fields=["action", "-id"], name="staff_audit_by_action"),
            models.Index(fields=["object_kind", "object_id"], name="staff_audit_by_object"),
        ]

    def __str__(self):
        return f"{self.get_action_display()} {timezone.localtime(self.at):%Y-%m-%d %H:%M}"


class FailureCount(models.Model):
    """How often something was tried in vain under one key; see `staff.lockout`."""

    key = models.CharField(max_length=64, primary_key=True)
    failures = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField(db_index=True)

    def __str__(self):
        return f"{self.failures} × {self.key[:8]}"
