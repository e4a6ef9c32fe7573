"""What the admins of all rows share: their widgets, and children inside a parent's form."""

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminTextareaWidget, RelatedFieldWidgetWrapper
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import models
from django.db.models import ProtectedError
from django.forms import CheckboxSelectMultiple, TextInput
from django.http import HttpResponseRedirect
from django.utils.functional import cached_property
from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exchange.admin import ExchangeMixin
from publishing.admin.conflicts import ConflictGuard
from publishing.admin.presence import PresenceNotice
from publishing.forms import ChildForm, ChildFormSet, LinesField, TranslationsField, WordsField
from publishing.widgets import LoadedAutocompleteSelect, PlainAutocompleteSelectMultiple
from qingdao_portal.dates import PartialDateField
from staff import access

MOST_LISTED = 5000  # rows of a list that its pages reach


class RowAdminMixin:
    """Form fields that fit the rows of the portal, in pages of their own and in inlines."""

    line_fields = ()  # array fields whose texts may hold commas: one per line
    checkbox_fields = ()  # many-to-many fields with few choices
    tall_fields = ("body",)

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name == "translations":
            return TranslationsField(
                self.model, label=db_field.verbose_name, help_text=db_field.help_text
            )
        if isinstance(db_field, ArrayField):
            is_lines = db_field.name in self.line_fields
            return db_field.formfield(form_class=LinesField if is_lines else WordsField)
        if isinstance(db_field, PartialDateField):
            return db_field.formfield(widget=TextInput(attrs={"class": "partial-date"}))
        if isinstance(db_field, models.TextField):
            rows = 18 if db_field.name in self.tall_fields else 3
            kwargs["widget"] = AdminTextareaWidget(attrs={"rows": rows})
        if isinstance(db_field, models.URLField):
            kwargs["assume_scheme"] = "https"  # for an address typed without one
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if isinstance(getattr(field, "widget", None), RelatedFieldWidgetWrapper):
            field.widget.can_change_related = field.widget.can_delete_related = False
        return field

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs["widget"] = LoadedAutocompleteSelect(db_field, self.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        if db_field.name in self.checkbox_fields:
            kwargs["widget"] = CheckboxSelectMultiple
        elif db_field.name in self.get_autocomplete_fields(request):
            kwargs["widget"] = PlainAutocompleteSelectMultiple(db_field, self.admin_site)
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def get_fieldsets(self, request, obj=None):
        """As declared; who may only look reads translations as text, not as stored."""
        fieldsets = super().get_fieldsets(request, obj)
        if not self._is_for_looking(request, obj):
            return fieldsets
        return [
            (name, options | {"fields": [_readable(field) for field in options["fields"]]})
            for name, options in fieldsets
        ]

    def get_readonly_fields(self, request, obj=None):
        fields = super().get_readonly_fields(request, obj)
        return [*fields, "translated_texts"] if self._is_for_looking(request, obj) else fields

    def _is_for_looking(self, request, obj):
        return obj is not None and not self.has_change_permission(request, obj)

    @admin.display(description=gettext_lazy("译文"))
    def translated_texts(self, obj):
        lines = (
            (label, obj._meta.get_field(field).verbose_name, text)
            for code, label in settings.CONTENT_LANGUAGES
            for field, text in obj.translations.get(code, {}).items()
        )
        return format_html_join("", "<p>{} {}:{}</p>", lines) or "-"


def _readable(field):
    return "translated_texts" if field == "translations" else field


class ChildInline(RowAdminMixin, admin.StackedInline):
    """Rows that belong to the row on the page: who may change that may change them.

    Stacked, because a table has no labels for its inputs and does not fit a phone; the stylesheet
    sets the fields of one line side by side.
    """

    form = ChildForm
    formset = ChildFormSet
    extra = 0

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "translations":
            field.help_text = ""  # said once, on the parent's field
        return field

    def get_queryset(self, request):
        return super().get_queryset(request).select_related(*self.autocomplete_fields)

    def has_view_permission(self, request, obj=None):
        return self.admin_site._registry[self.parent_model].has_view_permission(request)

    def has_add_permission(self, request, obj=None):
        return self._may_edit_parent(request, obj)

    def has_change_permission(self, request, obj=None):
        return self._may_edit_parent(request, obj)

    def has_delete_permission(self, request, obj=None):
        return self._may_edit_parent(request, obj)

    def _may_edit_parent(self, request, parent):
        if parent is None or parent._state.adding:
            return access.may_add(request.user, self.parent_model)
        return edits(request, parent)


class CitationInline(ChildInline):
    """The sources of the row on the page, with the words that were quoted."""

    fields = [("source", "position"), ("quote", "quote_note")]
    autocomplete_fields = ["source"]


def edits(request, row):
    """Whether the user may edit the row; asked once per request and row."""
    known = request.__dict__.setdefault("_edits", {})
    key = type(row), row.pk
    if key not in known:
        known[key] = access.may_edit(request.user, row)
    return known[key]


class BoundedPaginator(Paginator):
    """Counts no further than anybody turns pages: searches and filters narrow what is longer."""

    @cached_property
    def count(self):
        return min(self._counted, MOST_LISTED)

    @property
    def is_cut(self):
        """Whether there are more rows than are counted; lists say so."""
        return self._counted > MOST_LISTED

    @cached_property
    def _counted(self):
        return self.object_list.order_by()[: MOST_LISTED + 1].count()


class StaffAdmin(admin.ModelAdmin):
    """What somebody types into the address of a list is no error."""

    list_per_page = 50
    paginator = BoundedPaginator
    show_full_result_count = False
    view_on_site = False  # the public address is that of the edition, not of the row

    def lookup_allowed(self, lookup, value, request):
        """Refuse what an error may come of: malformed patterns, years that no calendar has."""
        is_refused = lookup.rpartition("__")[2] in ("regex", "iregex", "year", "iso_year")
        return not is_refused and super().lookup_allowed(lookup, value, request)

    def response_action(self, request, queryset):
        try:
            return super().response_action(request, queryset)
        except ValidationError:  # a selected “id” that is no UUID
            self.message_user(request, _("所选的条目不存在。"), messages.WARNING)
            return HttpResponseRedirect(request.get_full_path())


class RowAdmin(ConflictGuard, PresenceNotice, RowAdminMixin, ExchangeMixin, StaffAdmin):
    """The page of one kind of row. What is in use is not deleted, and the user is told so.

    Who may not edit a row reads it; rows and choices of other cities and domains are closed on
    the server, whatever is posted.
    """

    place_field = ""  # the field that names the city or domain by which editing is allowed

    def has_add_permission(self, request):
        return super().has_add_permission(request) and access.may_add(request.user, self.model)

    def has_change_permission(self, request, obj=None):
        may_change = super().has_change_permission(request, obj)
        return may_change and (obj is None or edits(request, obj))

    def has_delete_permission(self, request, obj=None):
        may_delete = super().has_delete_permission(request, obj)
        return may_delete and (obj is None or edits(request, obj))

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change, **kwargs)
        form.user = request.user  # the class is made anew for each request
        return form

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == self.place_field and not access.is_administrator(request.user):
            places = {"city": request.user.cities, "domain": request.user.domains}
            kwargs["queryset"] = places[self.place_field].all()
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_deleted_objects(self, objs, request):
        """Refuse rows of others: the action that deletes several asks no other question."""
        deleted, counts, perms_needed, protected = super().get_deleted_objects(objs, request)
        own = access.editable(request.user, self.model._default_manager.all())
        own_ids = set(own.filter(pk__in=[row.pk for row in objs]).values_list("pk", flat=True))
        reasons = [_("“%s”不由您负责,不能删除。") % row for row in objs if row.pk not in own_ids]
        return deleted, counts, perms_needed, [*protected, *reasons]

    def delete_view(self, request, object_id, extra_context=None):
        try:
            return super().delete_view(request, object_id, extra_context)
        except ProtectedError:
            return self._refuse_delete(request)

    def changelist_view(self, request, extra_context=None):
        try:
            return super().changelist_view(request, extra_context)
        except ProtectedError:
            return self._refuse_delete(request)

    def _refuse_delete(self, request):
        """Somebody began to use the row after the page was shown that asks for confirmation."""
        self.message_user(request, _("有内容正在使用它,没有删除。"), messages.ERROR)
        return HttpResponseRedirect(request.get_full_path())
