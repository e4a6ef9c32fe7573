"""What was planned for a time. It is planned and taken back on the entry's pages."""

from django.contrib import admin
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from publishing import plans, registry
from publishing.admin.rows import StaffAdmin
from publishing.models import Schedule


class PlanFilter(admin.SimpleListFilter):
    """The plans behind the numbers of the to-do."""

    title = _("待办")
    parameter_name = "todo"

    def lookups(self, request, model_admin):
        return [("week", _("今后7天")), ("failed", _("未能执行,待处理"))]

    def queryset(self, request, queryset):
        if self.value() == "week":
            return plans.coming(queryset, timezone.now())
        return plans.failed(queryset, request.user) if self.value() == "failed" else queryset


@admin.register(Schedule)
class ScheduleAdmin(StaffAdmin):
    list_display = [
        *("due_at", "act", "title", "kind_name", "status", "result", "note", "made_by"),
    ]
    list_filter = [PlanFilter, "status", "act", "due_at"]
    list_select_related = ["made_by"]
    search_fields = ["note", "result", "made_by__username"]
    fields = [
        *("title", "kind_name", "act", "due_at", "note", "minor", "made_by", "made_at"),
        *("status", "result", "ended_at"),
    ]

    def get_queryset(self, request):
        titles = [
            Subquery(kind.model.objects.filter(pk=OuterRef("entry_id")).values("title")[:1])
            for kind in registry.kinds.values()
        ]
        return super().get_queryset(request).annotate(entry_title=Coalesce(*titles))

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    @admin.display(description=_("条目"))
    def title(self, plan):
        if plan.entry_title is None:
            return _("(已删除)")
        options = registry.kinds[plan.kind].model._meta
        name = f"admin:{options.app_label}_{options.model_name}_change"
        address = reverse(name, args=[plan.entry_id])
        return format_html('<a href="{}">{}</a>', address, plan.entry_title)

    @admin.display(description=_("类别"), ordering="kind")
    def kind_name(self, plan):
        return registry.kinds[plan.kind].model._meta.verbose_name
