"""The ten key projects (十大实事) of each year, and developments of the same time."""

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from contacts.models import Department
from publishing.rows import Child, Entry, Reference
from qingdao_portal.dates import PartialDateField
from regions.models import City
from sources.models import Citation


class Programme(Reference):
    """One year's list, as far as it is public."""

    year = models.PositiveSmallIntegerField(_("年度"), unique=True)
    title = models.CharField(_("名称"), max_length=120)
    total = models.PositiveSmallIntegerField(_("总数"), null=True, blank=True)
    fields = ArrayField(
        models.CharField(max_length=20), verbose_name=_("涉及领域"), default=list, blank=True
    )
    announced_on = PartialDateField(_("公布日期"))
    is_full_list_public = models.BooleanField(_("已找到完整清单"), default=False)
    note = models.TextField(_("公开说明"), blank=True)

    translatable = ("title", "note")

    class Meta:
        verbose_name = _("年度十大实事")
        verbose_name_plural = _("年度十大实事")
        ordering = ["-year"]
        constraints = [
            models.CheckConstraint(
                name="projects_programme_year", condition=Q(year__range=(2000, 2100))
            ),
            models.CheckConstraint(
                name="projects_programme_total_positive",
                condition=Q(total__isnull=True) | Q(total__gte=1),
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("projects:programme-detail", args=[self.year])


class ProgrammeCitation(Citation):
    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="citations")

    parent_field = "programme"


class ProjectQuerySet(models.QuerySet):
    """The working copy, for staff and for building documents. Public pages read editions."""

    def for_document(self):
        return self.select_related("programme", "continues__programme").prefetch_related(
            "cities",
            "status_changes__source",
            "departments__department__city",
            "indicators",
            "milestones",
            "citations__source",
        )


class Project(Entry):
    """One project of a year, or a development of the same time that is not shown to be one."""

    class Placement(models.TextChoices):
        LISTED = "listed", _("列入十大实事")
        CONCURRENT = "concurrent", _("同期进展")

    class Circle(models.TextChoices):
        TRANSPORT = "transport", _("交通圈")
        INDUSTRY = "industry", _("产业圈")
        LIVING = "living", _("生活圈")
        SAFETY = "safety", _("安全圈")

    class Status(models.TextChoices):
        UNKNOWN = "unknown", _("未核实")
        NOT_STARTED = "not_started", _("未开始")
        IN_PROGRESS = "in_progress", _("进行中")
        COMPLETED = "completed", _("已完成")
        DELAYED = "delayed", _("滞后")

    programme = models.ForeignKey(
        Programme, on_delete=models.PROTECT, related_name="projects", verbose_name=_("年度")
    )
    continues = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,  # the thread from year to year would be cut without a word
        null=True,
        blank=True,
        related_name="continued_by",
        verbose_name=_("延续自"),
        help_text=_("更早年度的项目;只在有来源说明是延续时选。"),
    )
    placement = models.CharField(
        _("归属"), max_length=12, choices=Placement, default=Placement.CONCURRENT
    )
    rank = models.PositiveSmallIntegerField(
        _("官方序号"), null=True, blank=True, help_text=_("只在官方清单给出序号时填写。")
    )
    body = models.TextField(_("正文"), blank=True, help_text=_("Markdown;小标题从 ### 开始。"))
    circle = models.CharField(_("所属圈"), max_length=12, choices=Circle, blank=True)
    circle_note = models.CharField(_("归圈说明"), max_length=200, blank=True)
    cities = models.ManyToManyField(
        City, blank=True, related_name="projects", verbose_name=_("涉及城市")
    )
    status = models.CharField(_("状态"), max_length=12, choices=Status, default=Status.UNKNOWN)
    status_note = models.CharField(_("状态说明"), max_length=200, blank=True)
    progress = models.PositiveSmallIntegerField(
        _("进度(%)"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(100)],
        help_text=_("只填有出处的百分比。"),
    )
    planned_finish = PartialDateField(_("计划完成"))
    revised_finish = PartialDateField(_("调整后计划完成"))
    revision_reason = models.CharField(_("调整原因"), max_length=300, blank=True)
    actual_finish = PartialDateField(_("实际完成"))

    kind = "project"
    translatable = (
        *("title", "summary", "body", "circle_note", "status_note", "revision_reason", "caveat"),
    )

    objects = ProjectQuerySet.as_manager()

    class Meta:
        verbose_name = _("实事项目")
        verbose_name_plural = _("实事项目")
        ordering = ["-programme__year", "position", "slug"]
        permissions = [("publish_project", _("可以发布和撤回实事项目"))]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "rank"], name="projects_project_rank_in_year"
            ),
            models.CheckConstraint(
                name="projects_project_only_listed_has_rank",
                condition=Q(rank__isnull=True) | Q(placement="listed", rank__gte=1),
                violation_error_message=_("只有列入十大实事的项目才有官方序号。"),
            ),
            models.CheckConstraint(
                name="projects_project_progress",
                condition=Q(progress__isnull=True) | Q(progress__range=(0, 100)),
            ),
            models.CheckConstraint(
                name="projects_project_revision_has_reason",
                condition=Q(revised_finish="") | ~Q(revision_reason=""),
                violation_error_message=_("调整了完成日期,要写明原因。"),
            ),
            models.CheckConstraint(
                name="projects_project_finished_is_completed",
                condition=Q(actual_finish="") | Q(status="completed"),
                violation_error_message=_("填了实际完成日期,状态应为“已完成”。"),
            ),
            models.CheckConstraint(
                name="projects_project_continues_another",
                condition=Q(continues__isnull=True) | ~Q(continues=F("id")),
                violation_error_message=_("项目不能延续它自己。"),
            ),
        ]

    def clean(self):
        super().clean()
        is_threaded = self.continues_id and self.programme_id
        if is_threaded and self.continues.programme.year >= self.programme.year:
            raise ValidationError({"continues": _("只能延续更早年度的项目。")})

    def get_absolute_url(self):
        return reverse("projects:project-detail", args=[self.programme.year, self.slug])


class ProjectDepartment(Child):
    """A department's part in a project."""

    class Role(models.TextChoices):
        LEAD = "lead", _("牵头单位")
        JOINT = "joint", _("配合单位")

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="departments")
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, related_name="+", verbose_name=_("部门")
    )
    role = models.CharField(_("角色"), max_length=10, choices=Role)

    parent_field = "project"

    class Meta:
        verbose_name = _("责任单位")
        verbose_name_plural = _("责任单位")
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "department", "role"], name="projects_projectdepartment_once"
            )
        ]

    def __str__(self):
        return f"{self.get_role_display()}:{self.department}"


class Indicator(Child):
    """A figure that tells how far a project is, as reported."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="indicators")
    name = models.CharField(_("指标"), max_length=60)
    value = models.DecimalField(_("数值"), max_digits=14, decimal_places=2)
    unit = models.CharField(_("单位"), max_length=20, blank=True)
    target = models.DecimalField(
        _("目标值"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    as_of = PartialDateField(_("截至"))

    parent_field = "project"
    translatable = ("name", "unit")

    class Meta:
        verbose_name = _("指标")
        verbose_name_plural = _("指标")
        ordering = ["position", "id"]

    def __str__(self):
        return self.name


class Milestone(Child):
    """Something planned or reached on the way."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="milestones")
    text = models.CharField(_("内容"), max_length=200)
    planned_on = PartialDateField(_("计划日期"))
    met_on = PartialDateField(_("达成日期"))
    is_met = models.BooleanField(_("已达成"), default=False)

    parent_field = "project"
    translatable = ("text",)

    class Meta:
        verbose_name = _("里程碑")
        verbose_name_plural = _("里程碑")
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(
                name="projects_milestone_date_means_met",
                condition=Q(met_on="") | Q(is_met=True),
                violation_error_message=_("填了达成日期,就要勾选“已达成”。"),
            )
        ]

    def __str__(self):
        return self.text


class StatusChange(Citation):
    """When a project reached a status, as a source says."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="status_changes")
    status = models.CharField(_("变为"), max_length=12, choices=Project.Status)
    changed_on = PartialDateField(_("变化日期"))
    text = models.CharField(_("发生了什么"), max_length=200, blank=True)

    parent_field = "project"
    translatable = ("text",)

    class Meta:
        verbose_name = _("状态变化")
        verbose_name_plural = _("状态变化")
        ordering = ["position", "id"]

    def __str__(self):
        return self.text or self.get_status_display()


class ProjectCitation(Citation):
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="citations")

    parent_field = "project"
