"""Serializer fields and bases that the documents of all kinds share."""

from django.utils.html import strip_tags
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from qingdao_portal.dates import date_in_words, parse_partial_date
from qingdao_portal.markdown import render_markdown

PARTIAL_DATE_SCHEMA = {
    "type": "object",
    "description": _("知道到年、月或日的日期"),
    "properties": {
        "value": {"type": "string", "pattern": "^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$"},
        "precision": {"type": "string", "enum": ["year", "month", "day"]},
    },
    "required": ["value", "precision"],
}
TRANSLATIONS_SCHEMA = {
    "type": "object",
    "description": _("语言代码 → 字段 → 译文;没有译文的用中文。"),
    "additionalProperties": {"type": "object", "additionalProperties": {"type": "string"}},
}


@extend_schema_field(PARTIAL_DATE_SCHEMA, component_name="PartialDate")
class PartialDateSerializerField(serializers.Field):
    """`{"value": "2024-02", "precision": "month"}`, null where nothing is known."""

    def __init__(self, **kwargs):
        super().__init__(read_only=True, allow_null=True, **kwargs)

    def to_representation(self, value):
        # A row that was just made, not read back, holds the date as it was given: plain text.
        return parse_partial_date(value).as_document()

    def in_words(self, date):
        """As staff read it: 2024年2月."""
        return date_in_words(date["value"])


@extend_schema_field(TRANSLATIONS_SCHEMA)
class TranslationsField(serializers.JSONField):
    """Translated texts by language and field."""


class TitleTranslationsField(TranslationsField):
    """Of another entry's translations those of its title: no more of it is quoted.

    Editions of before the field have none.
    """

    def __init__(self, **kwargs):
        super().__init__(required=False, **kwargs)

    def to_representation(self, value):
        translated = {code: texts.get("title") for code, texts in value.items()}
        return {code: {"title": title} for code, title in translated.items() if title}


@extend_schema_field(
    {
        "type": "object",
        "description": _("语言代码 → 译文比中文旧的地方(行的标识.字段)。"),
        "additionalProperties": {"type": "array", "items": {"type": "string"}},
    }
)
class OutdatedTranslationsField(serializers.Field):
    """Empty until publishing compares the document with the edition before it."""

    def __init__(self, **kwargs):
        super().__init__(read_only=True, **kwargs)

    def to_representation(self, value):
        return {}


@extend_schema_field({"type": "string", "description": _("同名 Markdown 的安全 HTML。")})
class MarkdownField(serializers.Field):
    """Staff's Markdown as safe HTML."""

    def __init__(self, **kwargs):
        super().__init__(read_only=True, **kwargs)

    def to_representation(self, value):
        return render_markdown(value)

    def in_words(self, html):
        """As staff read it: without the tags."""
        return strip_tags(html)


class DocumentSerializer(serializers.ModelSerializer):
    """Part of a document. It is never read in, and what it names is always there.

    What models tell editors about their fields (help texts) is not for those who read documents.
    """

    def get_fields(self):
        fields = super().get_fields()
        for name, field in fields.items():
            field.required = not field.read_only
            if name not in self._declared_fields:
                field.help_text = None
        return fields


class PartSerializer(DocumentSerializer):
    """A quoted row: its UUID, its texts and their translations."""

    id = serializers.UUIDField()
    translations = TranslationsField()


class KindField(serializers.CharField):
    """The kind of an entry: the same word in every document of that kind."""

    def __init__(self, kind):
        self.kind = kind
        super().__init__()
        extend_schema_field({"type": "string", "const": kind})(self)

    def to_representation(self, value):
        return self.kind


class EntryDocument(PartSerializer):
    """What the documents of all kinds have. Subclasses say their `kind`."""

    outdated_translations = OutdatedTranslationsField(source="*")

    COMMON = ["id", "kind", "slug", "position", "title", "summary"]
    GROUND = [
        *("evidence", "caveat", "citations", "last_verified_on"),
        *("translations", "outdated_translations"),
    ]
