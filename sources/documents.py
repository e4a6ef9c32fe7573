"""How documents embed sources."""

from rest_framework import serializers

from publishing.document_fields import PartialDateSerializerField, PartSerializer
from publishing.registry import register_part
from sources.models import Source


class SourcePart(PartSerializer):
    date = PartialDateSerializerField(help_text="Date of the source, as precise as known.")

    class Meta:
        model = Source
        fields = [
            "id",
            "key",
            "publisher",
            "title",
            "date",
            "date_kind",
            "link",
            "url",
            "translations",
        ]


class CitationPart(serializers.Serializer):
    """A source with the words quoted from it."""

    source = SourcePart()
    quote = serializers.CharField(allow_blank=True)
    quote_note = serializers.CharField(allow_blank=True)


register_part(Source, SourcePart)
