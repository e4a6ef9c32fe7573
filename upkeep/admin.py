"""Outside links and what became of them. The checker writes them, nobody else."""

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _

from publishing import registry
from publishing.admin.rows import StaffAdmin
from upkeep.models import LinkCheck


@admin.register(LinkCheck)
class LinkCheckAdmin(StaffAdmin):
    list_display = [
        *("url", "status", "reason", "failures", "first_failed_on", "last_checked_at"),
    ]
    list_filter = ["status", "reason", "last_checked_at"]
    search_fields = ["url"]
    fields = [
        *("url", "entries", "status", "reason", "failures", "first_failed_on", "last_failed_on"),
        *("last_checked_at", "last_answered_at"),
    ]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    @admin.display(description=_("所在条目"))
    def entries(self, link):
        """The entries that lead to the address; one query for each kind."""
        found = []
        for kind in registry.kinds.values():
            options = kind.model._meta
            page = f"admin:{options.app_label}_{options.model_name}_change"
            rows = kind.model.objects.filter(pk__in=link.entry_ids).values_list("pk", "title")
            found += [(reverse(page, args=[pk]), title) for pk, title in rows]
        return format_html_join(", ", '<a href="{}">{}</a>', found) or "-"
