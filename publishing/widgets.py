"""Widgets of the staff area that Django's admin does not have."""

from typing import NamedTuple

from django import forms
from django.conf import settings
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.db import models
from django.template.loader import render_to_string


class LoadedAutocompleteSelect(AutocompleteSelect):
    """An autocomplete that does not ask the database for a label the form has already loaded.

    Django's own costs one query per field and row, so that a page with more inline rows costs
    more queries. `loaded` is the selected object, set by the form.
    """

    loaded = None

    def optgroups(self, name, value, attrs=None):
        if self.loaded is None or [str(item) for item in value] != [str(self.loaded.pk)]:
            return super().optgroups(name, value, attrs)
        labels = [] if self.is_required else [("", "")]
        labels.append((self.loaded.pk, str(self.loaded)))
        options = [
            self.create_option(name, key, label, selected=bool(key), index=index)
            for index, (key, label) in enumerate(labels)
        ]
        return [(None, options, 0)]


class PlainAutocompleteSelectMultiple(AutocompleteSelectMultiple):
    """An autocomplete without “clear all”, a cross that select2 puts into its list unlabelled."""

    def build_attrs(self, base_attrs, extra_attrs=None):
        return super().build_attrs(base_attrs, extra_attrs) | {"data-allow-clear": "false"}


class TranslatedText(NamedTuple):
    """One text of one language in the form."""

    name: str
    id: str
    label: str
    value: str
    is_long: bool


class TranslationsWidget(forms.Widget):
    """The translations of a row: per language one labelled text for each translatable field."""

    template_name = "admin/widgets/translations.html"

    def __init__(self, model, attrs=None):
        super().__init__(attrs)
        self.model = model

    def render(self, name, value, attrs=None, renderer=None):
        # The forms' own renderer does not look into the project's templates.
        return render_to_string(self.template_name, self.get_context(name, value, attrs))

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        context["languages"] = [
            self._language(name, code, label, (value or {}).get(code, {}))
            for code, label in settings.CONTENT_LANGUAGES
        ]
        return context

    def format_value(self, value):
        return None  # the texts are in `languages`

    def value_from_datadict(self, data, files, name):
        texts = {
            code: self._posted_texts(data, name, code)
            for code, _label in settings.CONTENT_LANGUAGES
        }
        return {code: posted for code, posted in texts.items() if posted}

    def value_omitted_from_data(self, data, files, name):
        return not any(key.startswith(f"{name}-") for key in data)

    def id_for_label(self, id_):
        return None  # a label cannot stand for many inputs

    def _posted_texts(self, data, name, code):
        posted = {
            field: data.get(_text_name(name, code, field), "").strip()
            for field in self.model.translatable
        }
        return {field: text for field, text in posted.items() if text}

    def _language(self, name, code, label, values):
        texts = []
        for field in self.model.translatable:
            model_field = self.model._meta.get_field(field)
            text_name = _text_name(name, code, field)
            texts.append(
                TranslatedText(
                    name=text_name,
                    id=f"id_{text_name}",
                    label=model_field.verbose_name,
                    value=values.get(field, ""),
                    is_long=isinstance(model_field, models.TextField),
                )
            )
        filled = sum(bool(text.value) for text in texts)
        return {"code": code, "label": label, "texts": texts, "filled": filled}


def _text_name(name, code, field):
    return f"{name}-{code}-{field}"
