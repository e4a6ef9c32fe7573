"""A measure of the guide, with everything a resident needs to use it."""

from django.contrib.postgres.fields import ArrayField
from django.db import models, transaction
from django.db.models import Prefetch, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from contacts.models import Department, Hotline, Office
from guide.models.limits import limit_constraint, limit_unit_field, limit_value_field
from guide.models.reference import Domain, Scenario
from publishing.rows import Child, Entry
from regions.models import City
from sources.models import Citation, Source


class MeasureQuerySet(models.QuerySet):
    """The working copy, for staff and for building documents. Public pages read editions."""

    def for_document(self):
        """Load all that a document embeds, in a fixed number of queries."""
        office = ["city", "county__city", "department__city"]
        return self.select_related("domain").prefetch_related(
            "scenarios",
            "hotlines",
            self._joined("offices", *office),
            "offices__hours",
            "related",
            self._joined("departments", "department__city"),
            "steps",
            "materials",
            "questions",
            self._joined("citations", "source"),
            self._joined("provisions", "city", "department__city"),
            "provisions__links",
            *(f"provisions__offices__{name}" for name in office),
            "provisions__offices__hours",
        )

    def _joined(self, name, *relations):
        """Rows of the measure in one query with what they point to."""
        rows = self.model._meta.get_field(name).related_model._default_manager
        return Prefetch(name, rows.select_related(*relations))


class Measure(Entry):
    """One measure: the standard text for all five cities."""

    class Scope(models.TextChoices):
        CORRIDOR = "corridor", _("沿线")
        CITY = "city", _("本市")
        JIAODONG = "jiaodong", _("胶东五市")
        PROVINCE = "province", _("全省")
        NATIONAL = "national", _("全国")

    class GuideConfidence(models.TextChoices):
        EXPLICIT = "explicit", _("报道明说在指南内")
        CONTEXTUAL = "contextual", _("报道在介绍指南时举例")
        RELATED = "related", _("与指南相关")
        NONE = "none", _("未见关联")

    class Fee(models.TextChoices):
        UNKNOWN = "unknown", _("未核实")
        FREE = "free", _("不收费")
        CHARGED = "charged", _("收费")

    domain = models.ForeignKey(
        Domain, on_delete=models.PROTECT, related_name="measures", verbose_name=_("领域")
    )
    domain_note = models.CharField(
        _("领域备注"), max_length=200, blank=True, help_text=_("只有工作人员看得到。")
    )
    scenarios = models.ManyToManyField(
        Scenario, blank=True, related_name="measures", verbose_name=_("生活场景")
    )
    audience = models.CharField(_("适用对象"), max_length=200, blank=True)
    body = models.TextField(_("正文"), blank=True, help_text=_("Markdown;小标题从 ### 开始。"))
    scope = models.CharField(_("适用范围"), max_length=10, choices=Scope)
    promised_value = limit_value_field(_("承诺时限"))
    promised_unit = limit_unit_field(_("承诺时限单位"))
    statutory_value = limit_value_field(_("法定时限"))
    statutory_unit = limit_unit_field(_("法定时限单位"))
    limit_note = models.CharField(_("时限说明"), max_length=200, blank=True)
    fee = models.CharField(_("收费"), max_length=10, choices=Fee, default=Fee.UNKNOWN)
    fee_note = models.CharField(_("收费说明"), max_length=200, blank=True)
    guide_confidence = models.CharField(
        _("与指南的关系"), max_length=12, choices=GuideConfidence, default=GuideConfidence.NONE
    )
    official_number = models.PositiveSmallIntegerField(
        _("官方编号"),
        null=True,
        blank=True,
        unique=True,
        help_text=_("只在附上官方文本后填写(1—28);列表里的位置不是编号。"),
    )
    hotlines = models.ManyToManyField(
        Hotline, blank=True, related_name="measures", verbose_name=_("热线")
    )
    offices = models.ManyToManyField(
        Office, blank=True, related_name="measures", verbose_name=_("办事地点")
    )
    related = models.ManyToManyField("self", blank=True, verbose_name=_("相关举措"))
    keywords = ArrayField(
        models.CharField(max_length=40),
        verbose_name=_("关键词"),
        default=list,
        blank=True,
        help_text=_("居民会用的说法,用英文逗号分开。"),
    )

    kind = "measure"
    translatable = ("title", "summary", "audience", "body", "limit_note", "fee_note", "caveat")

    objects = MeasureQuerySet.as_manager()

    class Meta:
        verbose_name = _("举措")
        verbose_name_plural = _("举措")
        ordering = ["position", "slug"]
        permissions = [("publish_measure", _("可以发布和撤回举措"))]
        indexes = [
            models.Index(fields=["position", "slug"], name="guide_measure_in_order"),
            models.Index(fields=["workflow_state", "position"], name="guide_measure_on_its_way"),
            models.Index(
                fields=["review_due_on", "last_verified_on", "created_at"],
                name="guide_measure_due",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="guide_measure_official_number",
                condition=Q(official_number__isnull=True) | Q(official_number__range=(1, 28)),
                violation_error_message=_("官方编号在1到28之间。"),
            ),
            limit_constraint("promised", name="guide_measure_promised_limit"),
            limit_constraint("statutory", name="guide_measure_statutory_limit"),
        ]

    def save(self, *args, **kwargs):
        is_new = self._state.adding
        with transaction.atomic():
            super().save(*args, **kwargs)
            if is_new:
                self._add_provisions()

    def get_absolute_url(self):
        return reverse("guide:measure-detail", args=[self.slug])

    def _add_provisions(self):
        """Give each city its row, “unverified” until somebody knows better."""
        cities = City.objects.exclude(provisions__measure=self)
        self.provisions.bulk_create(
            self.provisions.model(measure=self, city=city) for city in cities
        )


class MeasureDepartment(Child):
    """A department's part in a measure."""

    class Role(models.TextChoices):
        LEAD = "lead", _("牵头单位")
        JOINT = "joint", _("配合单位")
        ISSUER = "issuer", _("发文单位")

    measure = models.ForeignKey(Measure, on_delete=models.CASCADE, related_name="departments")
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, related_name="+", verbose_name=_("部门")
    )
    role = models.CharField(_("角色"), max_length=10, choices=Role)

    parent_field = "measure"

    class Meta:
        verbose_name = _("责任单位")
        verbose_name_plural = _("责任单位")
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["measure", "department", "role"], name="guide_measuredepartment_once"
            )
        ]

    def __str__(self):
        return f"{self.get_role_display()}:{self.department}"


class Step(Child):
    """One step of one channel."""

    class Channel(models.TextChoices):
        ONLINE = "online", _("线上")
        WINDOW = "window", _("窗口")
        PHONE = "phone", _("电话")
        SELF_SERVICE = "self_service", _("自助")

    measure = models.ForeignKey(Measure, on_delete=models.CASCADE, related_name="steps")
    channel = models.CharField(_("渠道"), max_length=12, choices=Channel)
    text = models.CharField(_("怎么做"), max_length=300)
    url = models.URLField(_("链接"), max_length=500, blank=True)
    url_label = models.CharField(_("链接文字"), max_length=60, blank=True)

    parent_field = "measure"
    translatable = ("text", "url_label")

    class Meta:
        verbose_name = _("步骤")
        verbose_name_plural = _("步骤")
        ordering = ["position", "id"]

    def __str__(self):
        return self.text


class Material(Child):
    """Something to bring."""

    measure = models.ForeignKey(Measure, on_delete=models.CASCADE, related_name="materials")
    name = models.CharField(_("材料"), max_length=120)
    note = models.CharField(_("说明"), max_length=200, blank=True)
    is_required = models.BooleanField(_("必需"), default=True)

    parent_field = "measure"
    translatable = ("name", "note")

    class Meta:
        verbose_name = _("材料")
        verbose_name_plural = _("材料")
        ordering = ["position", "id"]

    def __str__(self):
        return self.name


class Question(Child):
    """A question residents ask, and its answer."""

    measure = models.ForeignKey(Measure, on_delete=models.CASCADE, related_name="questions")
    question = models.CharField(_("问题"), max_length=200)
    answer = models.TextField(_("回答"), help_text=_("Markdown"))

    parent_field = "measure"
    translatable = ("question", "answer")

    class Meta:
        verbose_name = _("常见问题")
        verbose_name_plural = _("常见问题")
        ordering = ["position", "id"]

    def __str__(self):
        return self.question


class MeasureCitation(Citation):
    measure = models.ForeignKey(Measure, on_delete=models.CASCADE, related_name="citations")
    source = models.ForeignKey(
        Source, on_delete=models.PROTECT, related_name="measure_citations", verbose_name=_("来源")
    )

    parent_field = "measure"
