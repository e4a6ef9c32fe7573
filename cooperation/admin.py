from django.contrib import admin
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cooperation.models import (
    Agreement,
    AgreementCitation,
    Aim,
    Event,
    EventCitation,
    Party,
    Signatory,
    Zone,
    ZoneCitation,
)
from publishing.admin import (
    TRANSLATIONS,
    ChildInline,
    CitationInline,
    EntryAdmin,
    OneChangeMixin,
    RowAdmin,
    StateFilter,
    for_staff,
    ground,
)
from publishing.forms import RowForm


class SignatoryInline(ChildInline):
    model = Signatory
    fields = [("county", "position")]
    autocomplete_fields = ["county"]


class AimInline(ChildInline):
    model = Aim
    fields = [("text", "position"), "translations"]


class EventInline(ChildInline):
    """What happened in a zone; sources are added on the event's own page."""

    model = Event
    fields = [("date", "kind", "place", "position"), "text"]
    show_change_link = True


class AgreementInline(ChildInline):
    """What a zone signed; its parties and sources are added on its own page."""

    model = Agreement
    fields = [("title", "slug"), ("kind", "signed_on", "position")]
    show_change_link = True


class ZoneCitationInline(CitationInline):
    model = ZoneCitation


class PartyInline(ChildInline):
    model = Party
    fields = [("name", "position"), "translations"]


class AgreementCitationInline(CitationInline):
    model = AgreementCitation


class EventCitationInline(CitationInline):
    model = EventCitation


@admin.register(Zone)
class ZoneAdmin(OneChangeMixin, EntryAdmin):
    """Its events and agreements take the publishing lock, so the form is saved as one change."""

    list_display = [
        *("title", "state", "edition_name", "theme", "zone_kind", "signed_on", "evidence"),
        *("last_verified_on", "looks"),
    ]
    list_filter = [StateFilter, "zone_kind", "evidence", "signatories__county__city"]
    search_fields = ["title", "slug", "theme", "summary", "signatories__county__name"]
    inlines = [
        *(SignatoryInline, AimInline, EventInline, AgreementInline, ZoneCitationInline),
    ]
    fieldsets = [
        (None, {"fields": ["title", "slug", "theme", ("zone_kind", "signed_on"), "summary"]}),
        ground(),
        TRANSLATIONS,
        for_staff(),
    ]


class OfZoneOrAllAdmin(OneChangeMixin, RowAdmin):
    """A row of one zone, public with the zone, or of the whole area, public when saved."""

    form = RowForm
    change_form_template = "admin/publishing/reference_change_form.html"
    import_note = _("属于合作区的,随合作区发布才公开;五市共同的,导入后立即公开。")
    autocomplete_fields = ["zone"]
    list_select_related = ["zone"]

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        context["effect_of_saving"] = gettext(
            "选了合作区的,随合作区发布才公开;不选合作区的是五市共同的,保存后立即公开。"
        )
        return super().render_change_form(request, context, add, change, form_url, obj)


@admin.register(Agreement)
class AgreementAdmin(OfZoneOrAllAdmin):
    list_display = ["title", "kind", "document_number", "signed_on", "zone", "position"]
    list_filter = ["kind", ("zone", admin.EmptyFieldListFilter), "zone"]
    search_fields = ["title", "slug", "document_number", "summary", "parties__name"]
    line_fields = ["dimensions"]
    inlines = [PartyInline, AgreementCitationInline]
    fieldsets = [
        (
            None,
            {"fields": ["title", "slug", "zone", "kind", ("document_number", "signed_on")]},
        ),
        (_("内容"), {"fields": ["summary", "dimensions", "note"]}),
        TRANSLATIONS,
        (_("列表"), {"fields": ["position"]}),
    ]


@admin.register(Event)
class EventAdmin(OfZoneOrAllAdmin):
    list_display = ["text", "date", "kind", "place", "zone", "position"]
    list_filter = ["kind", ("zone", admin.EmptyFieldListFilter), "zone"]
    search_fields = ["text", "place", "date"]
    inlines = [EventCitationInline]
    fieldsets = [
        (None, {"fields": ["text", ("date", "place"), "kind", "zone"]}),
        TRANSLATIONS,
        (_("列表"), {"fields": ["position"]}),
    ]
