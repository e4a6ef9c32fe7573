"""Nobody's save is overwritten unseen: who saves over a colleague's newer save is asked first.

The form carries what it showed (`_base`). A save whose base is no longer what is stored is refused
with a page that puts both side by side; what was typed travels along in it, so nothing is lost.
"""

from dataclasses import dataclass

from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.admin.utils import flatten_fieldsets, unquote
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import transaction
from django.forms import CheckboxInput, ChoiceField, ModelChoiceField
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from publishing.conflicts import CHOICE_PREFIX, MINE, choices_between, merged
from publishing.form_state import FormPage, fields_of, name_of, plain_widget, seal, unseal
from publishing.rows import Child
from publishing.text_diff import Piece, text_pieces
from publishing.widgets import TranslationsWidget

BASE, RESOLVED = "_base", "_resolved"
_CARRIED_APART = ("csrfmiddlewaretoken", BASE, RESOLVED)


class ConflictGuard:
    """Adds the check to a `ModelAdmin` of rows."""

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        if request.method != "POST" or object_id is None:
            return super().changeform_view(request, object_id, form_url, extra_context)
        with transaction.atomic():
            conflict = self._check_base(request, object_id)
            return conflict or super().changeform_view(request, object_id, form_url, extra_context)

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if change and self.has_change_permission(request, obj):
            formsets = [
                inline.formset
                for inline in context["inline_admin_formsets"]
                if inline.has_change_permission
            ]
            page = FormPage(context["adminform"].form, formsets)
            is_sent_back = request.method == "POST"  # with errors: the base is as old as it was
            base = request.POST.get(BASE, "") if is_sent_back else seal(page.stored())
            context["form_base"], context["form_name"] = base, name_of(unseal(base))
        return super().render_change_form(request, context, add, change, form_url, obj)

    def _check_base(self, request, object_id):
        """The page of choices, or None where the posted form may be saved (as merged)."""
        row = self.get_object(request, unquote(object_id))
        if row is None or not self.has_change_permission(request, row):
            return None  # refused by the form itself
        _lock(row)
        row = self.get_object(request, unquote(object_id))
        if row is None:
            return None  # deleted while waiting for the lock
        page = self._stored_page(request, row)
        theirs, base = page.stored(), unseal(request.POST.get(BASE))
        if RESOLVED in request.POST and base is not None:
            picks = {key: request.POST[key] for key in request.POST if _is_choice(key)}
            request.POST = merged(page, request.POST, base, picks)
        if base == theirs:
            return None
        choices = choices_between(page.posted(request.POST), theirs, base)
        if not choices:  # both made the same changes
            request.POST = merged(page, request.POST, theirs, {})
            return None
        return self._conflict_page(request, row, page, theirs, choices)

    def _stored_page(self, request, row):
        """The forms as a GET would show them now."""
        fields = flatten_fieldsets(self.get_fieldsets(request, row))
        form = self.get_form(request, row, change=True, fields=fields)(instance=row)
        formsets = [
            formset_class(
                instance=row,
                prefix=formset_class.get_default_prefix(),
                queryset=inline.get_queryset(request),
            )
            for formset_class, inline in self.get_formsets_with_inlines(request, row)
            if inline.has_change_permission(request, row)
        ]
        return FormPage(form, formsets)

    def _conflict_page(self, request, row, page, theirs, choices):
        carried = [
            (key, value)
            for key, values in request.POST.lists()
            if key not in _CARRIED_APART and not _is_choice(key)
            for value in values
        ]
        context = {
            **self.admin_site.each_context(request),
            "title": _("同事刚刚保存过"),
            "subtitle": str(row),
            "opts": self.opts,
            "original": row,
            "saved": _last_save_by_another(row, request.user),
            "choices": in_words(page, choices),
            "carried": carried,
            "base": seal(theirs),
        }
        return TemplateResponse(request, "admin/publishing/conflict.html", context, status=409)


@dataclass(frozen=True)
class ShownChoice:
    """A choice as a person reads it."""

    key: str
    label: str
    mine: str
    theirs: str
    default: str
    is_mine_untouched: bool
    pieces: tuple[Piece, ...]

    @property
    def is_mine_default(self):
        return self.default == MINE


def in_words(page, choices):
    """The choices as read by a person; one query per model that is named, whatever the number."""
    formsets = {formset.prefix: formset for formset in page.formsets}
    fields = {"": page.form.fields} | {
        prefix: fields_of(formset) for prefix, formset in formsets.items()
    }
    names = _names(fields, choices)
    return [_shown(choice, formsets, fields[choice.prefix], names) for choice in choices]


def _shown(choice, formsets, fields, names):
    if choice.field:
        field = fields[choice.field]
        label = str(field.label)
        mine, theirs = (_words(field, texts, names) for texts in (choice.mine, choice.theirs))
        pieces = tuple(text_pieces(theirs, mine)) if mine and theirs and _is_text(field) else ()
    else:
        label, pieces = "", ()
        mine, theirs = (_row_words(fields, row, names) for row in (choice.mine, choice.theirs))
    if choice.prefix:
        label = " · ".join(part for part in (*_row_names(choice, formsets), label) if part)
    return ShownChoice(
        choice.key, label, mine, theirs, choice.default, choice.is_mine_untouched, pieces
    )


def _row_names(choice, formsets):
    """What kind of row it is and, if it is stored, what it is called."""
    formset = formsets[choice.prefix]
    rows = {str(form.instance.pk): form.instance for form in formset.initial_forms}
    yield str(formset.model._meta.verbose_name)
    if choice.pk in rows:
        yield str(rows[choice.pk])


def _row_words(fields, row, names):
    if row is None:
        return _("(没有这一行)")
    lines = (
        (fields[name].label, _words(fields[name], texts, names)) for name, texts in row.items()
    )
    return "\n".join(f"{label}:{words}" for label, words in lines if words)


def _words(field, texts, names):
    """What is typed into a field as a person reads it, '' for nothing."""
    widget, values = plain_widget(field), texts.get("", [])
    if isinstance(widget, TranslationsWidget):
        lines = (
            (language, widget.model._meta.get_field(name).verbose_name, text)
            for code, language in settings.CONTENT_LANGUAGES
            for name in widget.model.translatable
            for text in texts.get(f"-{code}-{name}", [])
        )
        return "\n".join(f"{language} · {label}:{text}" for language, label, text in lines)
    if isinstance(widget, CheckboxInput):
        return _("是") if values else _("否")
    if isinstance(field, ModelChoiceField):
        model_names = names[field.queryset.model]
        return _("、").join(model_names.get(value, value) for value in values)
    if isinstance(field, ChoiceField):
        labels = {str(code): str(label) for code, label in field.choices}
        return _("、").join(labels.get(value, value) for value in values)
    return "\n".join(values)


def _names(fields, choices):
    """`{model: {id: name}}` of the rows that the choices name."""
    wanted = {}
    for choice in choices:
        rows = (choice.mine, choice.theirs)
        for row in rows if not choice.field else ({choice.field: texts} for texts in rows):
            for name, texts in (row or {}).items():
                field = fields[choice.prefix][name]
                if isinstance(field, ModelChoiceField):
                    ids = wanted.setdefault(field.queryset.model, set())
                    ids.update(texts.get("", []))
    return {model: _names_of(model, ids) for model, ids in wanted.items()}


def _names_of(model, ids):
    rows = model._default_manager.in_bulk([pk for pk in ids if _is_key(model, pk)])
    return {str(pk): str(row) for pk, row in rows.items()}


def _is_key(model, value):
    try:
        model._meta.pk.to_python(value)
    except ValidationError:
        return False
    return True


def _is_text(field):
    return not isinstance(field, ChoiceField | ModelChoiceField) and not isinstance(
        plain_widget(field), TranslationsWidget | CheckboxInput
    )


def _is_choice(key):
    return key.startswith(CHOICE_PREFIX)


def _lock(row):
    """Let nobody else save the row or its entry until this transaction ends."""
    while isinstance(row, Child):  # the entry first, as everywhere: savers cannot deadlock
        row = row.parent
    type(row)._base_manager.select_for_update().filter(pk=row.pk).first()


def _last_save_by_another(row, user):
    """The log's last word on who else saved the row, None where it has none."""
    content_type = ContentType.objects.get_for_model(row)
    entries = LogEntry.objects.filter(content_type=content_type, object_id=str(row.pk))
    return entries.exclude(user=user).select_related("user").order_by("-id").first()
