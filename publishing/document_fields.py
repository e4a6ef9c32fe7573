"""Serializer fields and bases that the documents of all kinds share."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from qingdao_portal.dates import parse_partial_date
from qingdao_portal.markdown import render_markdown

PARTIAL_DATE_SCHEMA = {
    "oneOf": [
        {
            "type": "object",
            "properties": {
                "value": {"type": "string", "pattern": r"^\d{4}(-\d{2}(-\d{2})?)?$"},
                "precision": {"type": "string", "enum": ["year", "month", "day"]},
            },
            "required": ["value", "precision"],
            "additionalProperties": False,
        },
        {"type": "null"},
    ]
}
TRANSLATIONS_SCHEMA = {
    "type": "object",
    "description": "Language code to field to text; a missing text falls back to Chinese.",
    "additionalProperties": {"type": "object", "additionalProperties": {"type": "string"}},
}


@extend_schema_field(PARTIAL_DATE_SCHEMA)
class PartialDateSerializerField(serializers.Field):
    """`{"value": "2024-02", "precision": "month"}`, null where nothing is known."""

    def __init__(self, **kwargs):
        super().__init__(read_only=True, **kwargs)

    def to_representation(self, value):
        # A row that was just made, not read back, holds the date as it was given: plain text.
        return parse_partial_date(value).as_document()


@extend_schema_field(TRANSLATIONS_SCHEMA)
class TranslationsField(serializers.JSONField):
    """Translated texts by language and field."""


@extend_schema_field({"type": "string", "description": "Safe HTML of the Markdown beside it."})
class MarkdownField(serializers.Field):
    """Staff's Markdown as safe HTML."""

    def __init__(self, **kwargs):
        super().__init__(read_only=True, **kwargs)

    def to_representation(self, value):
        return render_markdown(value)


class PartSerializer(serializers.ModelSerializer):
    """A quoted row: its UUID, its texts and their translations."""

    id = serializers.UUIDField()
    translations = TranslationsField()


class EntryDocument(PartSerializer):
    """What the documents of all kinds have."""

    kind = serializers.CharField()

    COMMON = ["id", "kind", "slug", "position", "title", "summary"]
    GROUND = ["evidence", "caveat", "citations", "last_verified_on", "translations"]
