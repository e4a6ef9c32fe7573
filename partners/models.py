"""Who reads the API with a key, how much on which day, and who is told of changes."""

from datetime import timedelta

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from qingdao_portal import clock

DEFAULT_REQUESTS_PER_MINUTE = 1200
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
    expiry_told_at = models.DateTimeField(_("到期提醒"), null=True, blank=True)

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


LEASE = timedelta(seconds=60)  # prolonged before each message


class SubscriptionQuerySet(models.QuerySet):
    def sending(self):
        """Subscriptions that are told of changes: on, signed, and of a partner that is on."""
        return self.filter(is_active=True, partner__is_active=True).exclude(secret="")

    def due(self, now):
        """Those that nobody sends to at the moment, and whose wait after a failure is over.

        A lease that would last longer than any does is of a clock that was ahead: it counts for
        nothing. So does a wait after an attempt that, as it says, has yet to come.
        """
        is_free = Q(leased_until=None) | Q(leased_until__lt=now) | Q(leased_until__gt=now + LEASE)
        to_come = Delivery.objects.filter(
            subscription=OuterRef("pk"),
            state=Delivery.State.FAILING,
            last_at__gt=now + clock.MAY_DIFFER,
        )
        is_time = Q(next_attempt_at=None) | Q(next_attempt_at__lte=now) | Exists(to_come)
        return self.sending().filter(is_free, is_time)


class Subscription(models.Model):
    """An address of a partner that is told of changes, one after the other, by webhooks.

    `sent_up_to` is the sequence up to which everything was delivered: what comes next follows from
    the editions, so that nothing is lost and nothing overtakes.
    """

    partner = models.ForeignKey(
        Partner, on_delete=models.PROTECT, related_name="subscriptions", verbose_name=_("合作方")
    )
    url = models.CharField(
        _("接收地址"), max_length=500, help_text=_("公网上的 https 地址。不跟随跳转。")
    )
    kinds = ArrayField(
        models.CharField(max_length=20), verbose_name=_("类别"), default=list, blank=True
    )
    domains = ArrayField(
        models.CharField(max_length=80), verbose_name=_("领域"), default=list, blank=True
    )
    cities = ArrayField(
        models.CharField(max_length=80), verbose_name=_("城市"), default=list, blank=True
    )
    is_active = models.BooleanField(
        _("启用"), default=True, help_text=_("重新启用后,从停下的地方接着发,一条不少。")
    )
    # Readable, as signing needs it. What is sent holds nothing secret: see ADR 26.
    secret = models.CharField(max_length=60, blank=True, editable=False)
    old_secret = models.CharField(max_length=60, blank=True, editable=False)
    old_secret_until = models.DateTimeField(_("旧签名密钥用到"), null=True, editable=False)
    sent_up_to = models.PositiveBigIntegerField(_("已送到序号"), default=0, editable=False)
    failures = models.PositiveIntegerField(_("连续失败"), default=0, editable=False)
    failing_since = models.DateTimeField(_("开始失败"), null=True, editable=False)
    next_attempt_at = models.DateTimeField(_("下次尝试"), null=True, editable=False)
    leased_until = models.DateTimeField(null=True, editable=False)
    off_reason = models.CharField(_("停用原因"), max_length=200, blank=True, editable=False)
    added_at = models.DateTimeField(_("登记时间"), auto_now_add=True)

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("推送订阅")
        verbose_name_plural = _("推送订阅")
        ordering = ["partner__name", "id"]
        default_permissions = ["view", "add", "change"]

    def __str__(self):
        return f"{self.partner} → {self.url}"


class Delivery(models.Model):
    """One change on its way to one subscription, and what became of the last attempt."""

    class State(models.TextChoices):
        FAILING = "failing", _("未送达,会再试")
        DELIVERED = "delivered", _("已送达")
        REPLAY = "replay", _("等待重发")
        REPLAY_FAILED = "replay_failed", _("重发未成")

    subscription = models.ForeignKey(
        Subscription,
        on_delete=models.PROTECT,
        related_name="deliveries",
        verbose_name=_("订阅"),
    )
    sequence = models.PositiveBigIntegerField(_("变更序号"))
    title = models.CharField(_("条目"), max_length=200)
    event = models.CharField(_("事件"), max_length=60)
    state = models.CharField(_("状态"), max_length=15, choices=State)
    attempts = models.PositiveIntegerField(_("尝试次数"), default=0)
    result = models.CharField(_("最近结果"), max_length=200, blank=True)
    first_at = models.DateTimeField(_("首次尝试"), auto_now_add=True)
    last_at = models.DateTimeField(_("最近尝试"), null=True)

    class Meta:
        verbose_name = _("推送记录")
        verbose_name_plural = _("推送记录")
        ordering = ["-id"]
        default_permissions = ["view", "change"]
        constraints = [
            models.UniqueConstraint(
                fields=["subscription", "sequence"], name="partners_delivery_once"
            )
        ]
        indexes = [models.Index(fields=["last_at"], name="partners_delivery_by_age")]

    def __str__(self):
        return f"{self.subscription} #{self.sequence}"

    @property
    def message_id(self):
        """The same in all attempts and replays, so that receivers know what they have."""
        return f"msg_{self.subscription_id}_{self.sequence}"
