"""The finder's questions and rules, and the releases by which they become public."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from publishing.rows import Row

# Parameters that pages know already, or that the finder needs itself.
RESERVED_NAMES = ("from", "to", "view", "page", "change")
validate_name = RegexValidator(r"\A[a-z][a-z0-9-]*\Z", _("只用小写字母、数字和连字符,字母开头。"))


class Question(Row):
    """One question, asked on a page of its own. The first by position opens the finder."""

    class Role(models.TextChoices):
        LIVE = "live", _("问住在哪个市")
        GO = "go", _("问去哪个市")
        JUDGE = "judge", _("问本人情况:决定是否适用")
        SELECT = "select", _("问需要:决定列出哪些条目")

    slug = models.CharField(
        _("网址里的名字"), max_length=20, unique=True, validators=[validate_name]
    )
    text = models.CharField(_("问题"), max_length=80)
    hint = models.CharField(_("补充说明"), max_length=200, blank=True)
    role = models.CharField(_("用途"), max_length=8, choices=Role, default=Role.JUDGE)
    position = models.PositiveIntegerField(
        _("顺序"), default=0, help_text=_("最小的是第一个问题。")
    )

    translatable = ("text", "hint")

    class Meta:
        verbose_name = _("问题")
        verbose_name_plural = _("问题")
        ordering = ["position", "slug"]

    def __str__(self):
        return self.text

    def clean(self):
        super().clean()
        if self.slug in RESERVED_NAMES:
            raise ValidationError({"slug": _("“%s”另有用处,请换一个名字。") % self.slug})


class Answer(Row):
    """One answer to a question, and the question that it leads to; to the result without one."""

    question = models.ForeignKey(
        Question, on_delete=models.CASCADE, related_name="answers", verbose_name=_("问题")
    )
    slug = models.CharField(
        _("网址里的名字"),
        max_length=20,
        validators=[validate_name],
        help_text=_("问城市的,用城市的网址名;不在五市用 other,只在本市用 home。"),
    )
    label = models.CharField(_("回答"), max_length=60)
    hint = models.CharField(_("补充说明"), max_length=120, blank=True)
    next_question = models.ForeignKey(
        Question,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("下一个问题"),
        help_text=_("不选就直接给出结果。"),
    )
    no_entry = models.CharField(
        _("没有条目时的说明"),
        max_length=200,
        blank=True,
        help_text=_("确实没有收录条目的,在这里如实说明;读者会看到它和12345。"),
    )
    position = models.PositiveIntegerField(_("顺序"), default=0)

    translatable = ("label", "hint", "no_entry")

    class Meta:
        verbose_name = _("回答")
        verbose_name_plural = _("回答")
        ordering = ["question__position", "question__slug", "position", "slug"]
        constraints = [
            models.UniqueConstraint(fields=["question", "slug"], name="finder_answer_once")
        ]

    def __str__(self):
        return f"{self.question}{self.label}"


class Rule(Row):
    """When one entry is listed, and whether it applies. The entry is named by kind and UUID."""

    class Place(models.TextChoices):
        GO = "go", _("看去的市(没有就看住的市)")
        BOTH = "both", _("住的市和去的市都看")

    kind = models.CharField(_("类别"), max_length=20, default="measure")
    entry_id = models.UUIDField(_("条目"))
    place = models.CharField(_("看哪个市的情况"), max_length=4, choices=Place, default=Place.GO)
    next_step = models.CharField(_("下一步"), max_length=200, blank=True)
    position = models.PositiveIntegerField(_("顺序"), default=0)

    translatable = ("next_step",)

    class Meta:
        verbose_name = _("条目规则")
        verbose_name_plural = _("条目规则")
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "entry_id"], name="finder_rule_once")
        ]

    def __str__(self):
        return f"{self.kind} {self.entry_id}"


class Condition(Row):
    """What one answer means for one entry, in words that the reader sees."""

    class Verdict(models.TextChoices):
        APPLIES = "applies", _("适用")
        MAYBE = "maybe", _("可能适用")
        NOT = "not", _("不适用")

    rule = models.ForeignKey(Rule, on_delete=models.CASCADE, related_name="conditions")
    answer = models.ForeignKey(
        Answer, on_delete=models.CASCADE, related_name="conditions", verbose_name=_("回答")
    )
    verdict = models.CharField(
        _("是否适用"), max_length=8, choices=Verdict, default=Verdict.APPLIES
    )
    why = models.CharField(
        _("为什么"), max_length=200, help_text=_("读者会看到,只写条目里有依据的。")
    )
    position = models.PositiveIntegerField(_("顺序"), default=0)

    parent_field = "rule"
    translatable = ("why",)

    class Meta:
        verbose_name = _("条件")
        verbose_name_plural = _("条件")
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["rule", "answer"], name="finder_condition_once")
        ]

    def __str__(self):
        return self.why


class Release(models.Model):
    """One public state of all questions and rules. Never changed; the newest is in force."""

    document = models.JSONField(_("内容"), encoder=DjangoJSONEncoder)
    note = models.CharField(_("修改说明"), max_length=300, blank=True)
    published_at = models.DateTimeField(_("发布时间"), auto_now_add=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("发布人"),
    )

    class Meta:
        verbose_name = _("发布")
        verbose_name_plural = _("检查和发布")
        ordering = ["-id"]
        permissions = [("publish_release", _("可以发布“帮我找”"))]

    def __str__(self):
        return f"#{self.pk}"
