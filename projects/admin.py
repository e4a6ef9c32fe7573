from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from projects.models import (
    Indicator,
    Milestone,
    Programme,
    ProgrammeCitation,
    Project,
    ProjectCitation,
    ProjectDepartment,
    StatusChange,
)
from publishing.admin import (
    TRANSLATIONS,
    ChildInline,
    CitationInline,
    EntryAdmin,
    ReferenceAdmin,
    StateFilter,
    for_staff,
    ground,
)


class StatusChangeInline(CitationInline):
    """When the project reached which status, each with the source that says so."""

    model = StatusChange
    fields = [
        ("status", "changed_on", "position"),
        *("text", "source", ("quote", "quote_note"), "translations"),
    ]


class MilestoneInline(ChildInline):
    model = Milestone
    fields = [("text", "position"), ("planned_on", "met_on", "is_met"), "translations"]


class IndicatorInline(ChildInline):
    model = Indicator
    fields = [("name", "value", "unit", "target", "as_of", "position"), "translations"]


class ProjectDepartmentInline(ChildInline):
    model = ProjectDepartment
    fields = [("department", "role", "position")]
    autocomplete_fields = ["department"]


class ProjectCitationInline(CitationInline):
    model = ProjectCitation


class ProgrammeCitationInline(CitationInline):
    model = ProgrammeCitation


@admin.register(Project)
class ProjectAdmin(EntryAdmin):
    list_display = [
        *("title", "state", "edition_name", "programme", "placement", "circle", "status"),
        *("evidence", "last_verified_on", "looks"),
    ]
    list_filter = [
        *(StateFilter, "programme", "placement", "circle", "status", "evidence", "cities"),
        "last_verified_on",
    ]
    list_select_related = ["programme"]
    search_fields = ["title", "slug", "summary", "programme__title"]
    autocomplete_fields = ["programme", "continues"]
    checkbox_fields = ["cities"]
    inlines = [
        *(StatusChangeInline, MilestoneInline, IndicatorInline, ProjectDepartmentInline),
        ProjectCitationInline,
    ]
    fieldsets = [
        (None, {"fields": ["title", "slug", ("programme", "continues"), ("placement", "rank")]}),
        (_("内容"), {"fields": ["summary", "body", ("circle", "circle_note"), "cities"]}),
        (
            _("进展"),
            {
                "fields": [
                    ("status", "status_note"),
                    "progress",
                    ("planned_finish", "actual_finish"),
                    ("revised_finish", "revision_reason"),
                ]
            },
        ),
        ground(),
        TRANSLATIONS,
        for_staff(),
    ]


@admin.register(Programme)
class ProgrammeAdmin(ReferenceAdmin):
    list_display = ["year", "title", "total", "announced_on", "is_full_list_public"]
    search_fields = ["title", "year"]
    inlines = [ProgrammeCitationInline]
    fieldsets = [
        (None, {"fields": ["title", ("year", "total"), "fields", "announced_on"]}),
        (_("清单"), {"fields": ["is_full_list_public", "note"]}),
        TRANSLATIONS,
    ]
