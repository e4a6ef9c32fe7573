from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from contacts.models import Department, Hotline, HotlineCitation, Office, OpeningHours
from publishing.admin import TRANSLATIONS, ChildInline, CitationInline, ReferenceAdmin


class HotlineCitationInline(CitationInline):
    model = HotlineCitation


class OpeningHoursInline(ChildInline):
    model = OpeningHours
    fields = [("weekday", "opens_at", "closes_at")]


@admin.register(Hotline)
class HotlineAdmin(ReferenceAdmin):
    exchange_names = ["number", "slug"]
    list_display = ["number", "name", "purpose", "hours", "is_emergency", "evidence", "position"]
    list_filter = ["is_emergency", "evidence", "domains"]
    search_fields = ["number", "name", "purpose", "slug"]
    inlines = [HotlineCitationInline]
    fieldsets = [
        (None, {"fields": ["number", "name", "purpose", "hours", "is_emergency", "slug"]}),
        (_("依据"), {"fields": ["evidence"]}),
        TRANSLATIONS,
        (_("编辑内部"), {"fields": ["position", "note"]}),
    ]


@admin.register(Office)
class OfficeAdmin(ReferenceAdmin):
    exchange_names = [("city__short_name", "name")]
    place_field = "city"
    list_display = ["name", "city", "county", "address", "phone", "is_barrier_free"]
    list_filter = ["city", "is_barrier_free"]
    list_select_related = ["city", "county"]
    search_fields = ["name", "address", "phone", "department__name"]
    autocomplete_fields = ["city", "county", "department"]
    inlines = [OpeningHoursInline]
    fieldsets = [
        (None, {"fields": ["name", "department", ("city", "county"), "address", "phone"]}),
        (_("到访"), {"fields": ["is_barrier_free", "note"]}),
        TRANSLATIONS,
    ]


@admin.register(Department)
class DepartmentAdmin(ReferenceAdmin):
    list_display = ["name", "level", "city"]
    list_filter = ["level", "city"]
    list_select_related = ["city"]
    search_fields = ["name"]
    autocomplete_fields = ["city"]
    fieldsets = [
        (None, {"fields": ["name", ("level", "city")]}),
        TRANSLATIONS,
        (_("编辑内部"), {"fields": ["note"]}),
    ]
