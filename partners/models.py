"""Who reads the API with a key, and how much they read on which day."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

DEFAULT_REQUESTS_PER_MINUTE = 3000
MOST_REQUESTS_PER_MINUTE = 100_000


class Partner(models.Model):
    """A site or program that may read more than anybody may. Never deleted, only switched off."""

    name = models.CharField(_("名称"), max_length=100, unique=True)
    contact_email = models.EmailField(
        _("联系邮箱"), blank=True, help_text=_("出了问题往这里发信。最好是岗位邮箱,不用个人的。")
    )
    requests_per_minute = models.PositiveIntegerField(
        _("每分钟请求数上限"),
        default=DEFAULT_REQUESTS_PER_MINUTE,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_REQUESTS_PER_MINUTE)],
        help_text=_("所有密钥合在一起算。答304的和由缓存答的不算。"),
    )
    is_active = models.BooleanField(
        _("启用"), default=True, help_text=_("停用后,它的所有密钥马上无效。")
    )
    note = models.TextField(_("备注"), blank=True)
    added_at = models.DateTimeField(_("登记时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("合作方")
        verbose_name_plural = _("合作方")
        ordering = ["name"]
        default_permissions = ["view", "add", "change"]

    def __str__(self):
        return self.name


class ApiKeyQuerySet(models.QuerySet):
    def live(self):
        """Keys that open something now: not revoked, not expired, of a partner that is on."""
        is_current = Q(revoked_at=None, expires_on__gte=timezone.localdate())
        return self.filter(is_current, partner__is_active=True)


class ApiKey(models.Model):
    """A key of a partner, known by its hash only: the key itself is shown once and not kept.

    A partner may have several, so that a new one is in use before the old one is revoked.
    """

    partner = models.ForeignKey(
        Partner, on_delete=models.PROTECT, related_name="keys", verbose_name=_("合作方")
    )
    label = models.CharField(
        _("用途"), max_length=100, help_text=_("用在哪里,例如“正式环境”。换密钥时好认。")
    )
    start = models.CharField(_("密钥开头"), max_length=12)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    made_at = models.DateTimeField(_("新建时间"), auto_now_add=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("新建人"),
    )
    expires_on = models.DateField(_("有效期至"), help_text=_("这一天还有效。"))
    revoked_at = models.DateTimeField(_("收回时间"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("最近使用"), null=True, blank=True)

    objects = ApiKeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("密钥")
        verbose_name_plural = _("密钥")
        ordering = ["-made_at", "-id"]
        default_permissions = ["view", "add", "change"]

    def __str__(self):
        return f"{self.partner} · {self.label}({self.start}…)"

    @property
    def is_expired(self):
        return self.expires_on < timezone.localdate()


class DailyUse(models.Model):
    """How many requests of a partner were answered, and how many refused, on one day."""

    partner = models.ForeignKey(
        Partner, on_delete=models.PROTECT, related_name="daily_uses", verbose_name=_("合作方")
    )
    day = models.DateField(_("日期"))
    answered = models.PositiveBigIntegerField(_("已答复"), default=0)
    refused = models.PositiveBigIntegerField(_("超限未答"), default=0)

    class Meta:
        verbose_name = _("用量")
        verbose_name_plural = _("用量(每天的统计)")
        ordering = ["-day", "partner__name", "id"]
        default_permissions = ["view"]
        constraints = [
            models.UniqueConstraint(fields=["partner", "day"], name="partners_dailyuse_once")
        ]

    def __str__(self):
        return f"{self.day} {self.partner}"
