"""All editions, for looking things up. Nobody changes one, not even a superuser."""

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from publishing import registry
from publishing.admin.rows import StaffAdmin
from publishing.models import Edition


class KindFilter(admin.SimpleListFilter):
    title = gettext_lazy("类别")
    parameter_name = "kind"

    def lookups(self, request, model_admin):
        return [(name, kind.model._meta.verbose_name) for name, kind in registry.kinds.items()]

    def queryset(self, request, queryset):
        return queryset.of_kind(self.value()) if self.value() else queryset


@admin.register(Edition)
class EditionAdmin(StaffAdmin):
    list_display = [
        *("id", "title", "kind_name", "number", "event", "note", "published_at", "published_by"),
        *("is_current", "looks"),
    ]
    list_filter = [KindFilter, "event", "is_current", "published_at"]
    list_select_related = ["published_by"]
    search_fields = ["slug", "note", "title"]
    fields = [
        *("id", "title", "kind_name", "slug", "number", "event", "note", "published_at"),
        *("first_published_at", "published_by", "is_current", "looks"),
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).defer("document", "facets", "references")

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    @admin.display(description=gettext_lazy("类别"), ordering="kind")
    def kind_name(self, edition):
        return registry.kinds[edition.kind].model._meta.verbose_name

    @admin.display(description=gettext_lazy("查看"))
    def looks(self, edition):
        options = registry.kinds[edition.kind].model._meta
        address = reverse(
            f"admin:{options.app_label}_{options.model_name}_version",
            args=[edition.entry_id, edition.number],
        )
        return format_html('<a href="{}">{}</a>', address, _("这一版"))
