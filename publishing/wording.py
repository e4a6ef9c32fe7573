"""A document in the words of staff: what its fields are called and how their values read.

The serializers that make documents say it all: the labels of the models' fields, the names of
choices, what is nested in what. Nothing is listed a second time here.
"""

import json

from django.conf import settings
from django.core.exceptions import FieldDoesNotExist
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.drainage import get_override
from rest_framework import serializers

from publishing import registry
from publishing.document_fields import KindField, OutdatedTranslationsField, TranslationsField
from qingdao_portal.dates import date_in_words

# By what a row is called: the first of these that it has all of.
_NAMES = (
    *(("publisher", "title"), ("number", "name"), ("title",), ("name",), ("text",), ("question",)),
    *(("label",), ("city",), ("department",), ("source",)),
)


# Fields that no model has under this name.
_LABELS = {
    "cities": gettext_lazy("涉及城市"),
    "kind": gettext_lazy("类别"),
    "note": gettext_lazy("说明"),
    "numbers": gettext_lazy("逐个号码"),
    "outdated_translations": gettext_lazy("比中文旧的译文"),
    "quote": gettext_lazy("引文"),
    "quote_note": gettext_lazy("引文说明"),
    "slug": gettext_lazy("网址名"),
    "source": gettext_lazy("来源"),
    "title": gettext_lazy("名称"),
    "translations": gettext_lazy("译文"),
    "year": gettext_lazy("年份"),
}


def label_of(serializer, name):
    """What a field of a document is called, e.g. 承诺时限; its own name for an unknown one."""
    model = _model_of(serializer)
    return str((model and _model_label(model, name)) or _LABELS.get(name, name))


def _model_of(serializer):
    return getattr(getattr(serializer, "Meta", None), "model", None)


def _model_label(model, name):
    for candidate in (name, name.removesuffix("_html"), name.replace("_limit", "_value")):
        try:
            field = model._meta.get_field(candidate)
        except FieldDoesNotExist:
            continue
        if field.auto_created:  # the rows of an inline
            return field.related_model._meta.verbose_name_plural
        return field.verbose_name
    return None


def nested_in(serializer, name):
    """The serializer of the part or parts under a field, None where the value is plain."""
    field = serializer.fields.get(name)
    if isinstance(field, serializers.SerializerMethodField):
        # What a method returns is declared for the OpenAPI document.
        field = get_override(getattr(serializer, field.method_name), "field")
    if isinstance(field, serializers.ListSerializer):
        return field.child
    return field if isinstance(field, serializers.Serializer) else None


def is_quoted(serializer):
    """Whether its parts are rows of their own that documents quote: a city, another entry."""
    model = _model_of(serializer)
    return registry.is_part(model) if model else "id" in serializer.fields


def is_text(field):
    """Whether the value is staff's own text, to be compared word by word."""
    own_words = hasattr(field, "in_words") or isinstance(field, serializers.ChoiceField)
    return isinstance(field, serializers.CharField) and not own_words


def in_words(field, value):
    """A plain value as a person reads it; '' for nothing."""
    if value is None or value == "":
        return ""
    if hasattr(field, "in_words"):
        return str(field.in_words(value))
    if isinstance(field, serializers.ChoiceField):
        return str(field.choices.get(value, value))
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(field, serializers.DateField):
        return date_in_words(value)
    if isinstance(value, list):
        return _("、").join(str(item) for item in value)
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


def title_of(part):
    """What a row is called in a sentence: a department by its name, a step by its text."""
    for keys in _NAMES:
        if all(part.get(key) for key in keys):
            return " ".join(
                title_of(part[key]) if isinstance(part[key], dict) else part[key] for key in keys
            )
    return " ".join(str(value) for value in part.values() if isinstance(value, str | int))


def is_translations(field):
    return isinstance(field, TranslationsField)


def translated_texts(translations):
    """`{(language code, field): text}` of a row's translations."""
    return {
        (code, name): text
        for code, texts in (translations or {}).items()
        for name, text in texts.items()
    }


def translation_label(serializer, code, name):
    """What a translated text is called, e.g. English · 名称."""
    language = dict(settings.CONTENT_LANGUAGES).get(code, code)
    return f"{language} · {label_of(serializer, name)}"


def is_constant(serializer, name):
    """Whether nobody edits the field: it is always the same, or publishing works it out."""
    return isinstance(serializer.fields.get(name), KindField | OutdatedTranslationsField)
