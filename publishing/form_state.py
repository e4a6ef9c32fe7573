"""What the form of a row holds, as a browser would send it: the common ground of two editors.

A state is plain JSON, `{"fields": {field: texts}, "rows": {prefix: {id: {field: texts}}}}`. `texts`
maps the end of an input's name ('' for most, `-en-title` for a translation) to the texts sent for
it; blanks are left out, so that what was never filled in and what was emptied are the same. In
what somebody posted, a row that they marked for deletion is None.
"""

import json
from dataclasses import dataclass
from hashlib import sha256

from django.core import signing
from django.forms import BaseModelForm, CheckboxInput
from django.forms.models import BaseInlineFormSet

from publishing.widgets import TranslationsWidget

_SALT = "publishing.form_state"
_OWN_INPUTS = ("DELETE", "ORDER")  # the formset's, not the row's


@dataclass(frozen=True)
class FormPage:
    """The form of one row with the formsets on its page that may be changed, none of them bound."""

    form: BaseModelForm
    formsets: list[BaseInlineFormSet]

    def stored(self):
        """The state that the page shows."""
        rows = {
            formset.prefix: {
                str(form.instance.pk): _sent(form, fields_of(formset))
                for form in formset.initial_forms
            }
            for formset in self.formsets
        }
        return {"fields": _sent(self.form, self.form.fields), "rows": rows}

    def posted(self, data):
        """The state that somebody posted; rows that are new to the database left out."""
        rows = {}
        for formset in self.formsets:
            fields = fields_of(formset)
            rows[formset.prefix] = {
                pk: None if f"{prefix}DELETE" in data else _posted(data, fields, prefix)
                for pk, prefix in posted_rows(formset, data)
                if pk
            }
        return {"fields": _posted(data, self.form.fields, ""), "rows": rows}


def fields_of(formset):
    """`{name: field}` of what can be typed into a row of the formset."""
    model = formset.model
    own = {model._meta.pk.name, formset.fk.name, *_OWN_INPUTS}
    return {name: f for name, f in formset.empty_form.fields.items() if name not in own}


def posted_rows(formset, data):
    """`[(id, prefix of the row's inputs)]`; the id is '' for a new row."""
    total = data.get(f"{formset.prefix}-TOTAL_FORMS", "")
    count = min(int(total), formset.absolute_max) if total.isdecimal() else 0
    prefixes = [f"{formset.prefix}-{index}-" for index in range(count)]
    return [(data.get(prefix + formset.model._meta.pk.name, ""), prefix) for prefix in prefixes]


def seal(state):
    """The state as a text for a hidden input, which nobody can forge."""
    return signing.dumps(state, salt=_SALT, compress=True)


def name_of(state):
    """A short name that two equal states share, and no others."""
    return sha256(json.dumps(state, sort_keys=True).encode()).hexdigest()[:16]


def unseal(text):
    """The state out of a hidden input; None where it is missing or was tampered with."""
    try:
        return signing.loads(text or "", salt=_SALT)
    except signing.BadSignature:
        return None


def plain_widget(field):
    """The widget itself, without the links that the staff area puts around it."""
    return getattr(field.widget, "widget", field.widget)


def _sent(form, fields):
    """What a browser would send for `fields` if the form were left as it is."""
    return {name: _without_blanks(_texts(form[name])) for name in fields}


def _texts(bound):
    widget, value = plain_widget(bound.field), bound.value()
    if isinstance(widget, TranslationsWidget):
        return {
            f"-{code}-{name}": [text]
            for code, texts in (value or {}).items()
            for name, text in texts.items()
        }
    if isinstance(widget, CheckboxInput):
        return {"": ["on"] if widget.check_test(value) else []}
    shown = widget.format_value(value)
    return {"": [str(item) for item in (shown if isinstance(shown, list) else [shown or ""])]}


def _posted(data, fields, prefix):
    states = {}
    for name, field in fields.items():
        html_name = f"{prefix}{name}"
        ends = [""]
        if isinstance(plain_widget(field), TranslationsWidget):
            ends = [key[len(html_name) :] for key in data if key.startswith(f"{html_name}-")]
        states[name] = _without_blanks({end: data.getlist(html_name + end) for end in ends})
    return states


def _without_blanks(texts):
    """Line ends as line feeds, and only what says something."""
    clean = {
        end: [value.replace("\r\n", "\n") for value in values if value]
        for end, values in texts.items()
    }
    return {end: sorted(values) for end, values in clean.items() if values}
