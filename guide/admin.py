from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from guide.calendar_admin import WorkCalendarAdmin
from guide.models import (
    Domain,
    Guide,
    GuideCitation,
    Material,
    Measure,
    MeasureCitation,
    MeasureDepartment,
    Provision,
    ProvisionLink,
    ProvisionReview,
    Question,
    Scenario,
    Step,
    WorkCalendar,
)
from guide.review_admin import AnswersByEditing, ProvisionReviewAdmin, ShowsCityReviews
from publishing.admin import (
    TRANSLATIONS,
    ChildInline,
    CitationInline,
    EntryAdmin,
    ReferenceAdmin,
    RowAdmin,
    StateFilter,
    for_staff,
    ground,
)
from publishing.forms import RowForm

PROMISED = ("promised_value", "promised_unit")
STATUTORY = ("statutory_value", "statutory_unit")


class ProvisionInline(ChildInline):
    """The five cities at a glance; the rest of a provision is on its own page."""

    model = Provision
    fields = [("status", "reason", "mode", *PROMISED, "confirmed_on")]
    max_num = 5
    show_change_link = True

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("city")

    def has_add_permission(self, request, obj=None):
        return False  # a measure gets its five when it is made

    def has_delete_permission(self, request, obj=None):
        return False


class StepInline(ChildInline):
    model = Step
    fields = [("channel", "text", "position"), ("url", "url_label"), "translations"]


class MaterialInline(ChildInline):
    model = Material
    fields = [("name", "note", "is_required", "position"), "translations"]


class QuestionInline(ChildInline):
    model = Question
    fields = [("question", "position"), "answer", "translations"]


class MeasureDepartmentInline(ChildInline):
    model = MeasureDepartment
    fields = [("department", "role", "position")]
    autocomplete_fields = ["department"]


class MeasureCitationInline(CitationInline):
    model = MeasureCitation


class ProvisionLinkInline(ChildInline):
    model = ProvisionLink
    fields = [("label", "url", "position"), "translations"]


class GuideCitationInline(CitationInline):
    model = GuideCitation


@admin.register(Measure)
class MeasureAdmin(ShowsCityReviews, EntryAdmin):
    place_field = "domain"
    list_display = [
        *("title", "state", "edition_name", "domain", "evidence", "last_verified_on", "looks"),
    ]
    list_filter = [
        *(StateFilter, "domain", "evidence", "guide_confidence", "scope", "scenarios"),
        "last_verified_on",
    ]
    list_select_related = ["domain"]
    search_fields = ["title", "slug", "summary", "audience", "keywords", "domain__name"]
    autocomplete_fields = ["hotlines", "offices", "related"]
    checkbox_fields = ["scenarios"]
    inlines = [
        *(ProvisionInline, StepInline, MaterialInline, QuestionInline),
        *(MeasureDepartmentInline, MeasureCitationInline),
    ]
    fieldsets = [
        (None, {"fields": ["title", "slug", "domain", "summary", ("audience", "scope"), "body"]}),
        (_("时限和收费"), {"fields": [PROMISED, STATUTORY, "limit_note", ("fee", "fee_note")]}),
        (
            _("怎么找到,找谁办"),
            {"fields": ["scenarios", "keywords", "hotlines", "offices", "related"]},
        ),
        ground(("guide_confidence", "official_number")),
        (_("各市确认"), {"fields": ["city_reviews"]}),
        TRANSLATIONS,
        for_staff("domain_note"),
    ]
    readonly_fields = [*EntryAdmin.readonly_fields, "city_reviews"]

    def get_inlines(self, request, obj):
        """A measure has no provisions before it is saved for the first time."""
        return [inline for inline in self.inlines if obj or inline is not ProvisionInline]

    def save_formset(self, request, form, formset, change):
        if formset.model is Provision:
            for row in formset.forms:
                stamp_confirmation(row, by=request.user)
        super().save_formset(request, form, formset, change)


@admin.register(Provision)
class ProvisionAdmin(AnswersByEditing, RowAdmin):
    """A city's way of doing a measure. It is made and deleted with the measure."""

    form = RowForm
    change_form_template = "admin/guide/provision_change_form.html"
    list_display = ["measure", "city", "status", "mode", "department", "confirmed_on"]
    list_filter = ["status", "city", "mode", "measure__domain", "confirmed_on"]
    list_select_related = ["measure", "city", "department"]
    ordering = ["measure__position", "measure__slug", "city__code"]  # along an index
    search_fields = ["measure__title", "measure__slug", "reason", "department__name"]
    autocomplete_fields = ["department", "offices"]
    readonly_fields = ["measure", "city", "confirmed_by"]
    inlines = [ProvisionLinkInline]
    fieldsets = [
        (None, {"fields": [("measure", "city"), "status", "reason"]}),
        (_("怎么办"), {"fields": ["mode", PROMISED, "department", "offices"]}),
        (_("本市确认"), {"fields": [("confirmed_on", "confirmed_by")]}),
        TRANSLATIONS,
    ]

    def before_import(self, request, row, changed_names):
        if "confirmed_on" in changed_names:
            row.confirmed_by = request.user if row.confirmed_on else None

    def save_model(self, request, obj, form, change):
        stamp_confirmation(form, by=request.user)
        super().save_model(request, obj, form, change)

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


admin.site.register(ProvisionReview, ProvisionReviewAdmin)
admin.site.register(WorkCalendar, WorkCalendarAdmin)


@admin.register(Domain)
class DomainAdmin(ReferenceAdmin):
    exchange_names = ["name", "slug"]
    list_display = ["name", "slug", "position"]
    search_fields = ["name", "slug"]
    autocomplete_fields = ["hotlines"]
    fieldsets = [(None, {"fields": ["name", "slug", "hotlines", "position"]}), TRANSLATIONS]


@admin.register(Scenario)
class ScenarioAdmin(ReferenceAdmin):
    exchange_names = ["name", "slug"]
    list_display = ["name", "summary", "slug", "position"]
    search_fields = ["name", "summary", "slug"]
    fieldsets = [(None, {"fields": ["name", "summary", "slug", "position"]}), TRANSLATIONS]


@admin.register(Guide)
class GuideAdmin(ReferenceAdmin):
    list_display = ["name", "published_on", "measures_total", "is_full_list_public"]
    search_fields = ["name", "venue"]
    inlines = [GuideCitationInline]
    fieldsets = [
        (None, {"fields": ["name", ("published_on", "venue"), "departments_note"]}),
        (_("清单"), {"fields": ["measures_total", "is_full_list_public", "scope_warning"]}),
        TRANSLATIONS,
    ]


def stamp_confirmation(form, *, by):
    """Note who said that the city has confirmed a provision, or that it has not."""
    if "confirmed_on" in form.changed_data:
        form.instance.confirmed_by = by if form.instance.confirmed_on else None
