"""How documents embed sources."""

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from publishing.document_fields import PartialDateSerializerField, PartSerializer
from publishing.registry import register_part
from sources.models import Source


class SourcePart(PartSerializer):
    date = PartialDateSerializerField(help_text=_("来源的日期,知道多细就写多细。"))

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

    purpose = _("引用的来源和引文")

    source = SourcePart()
    quote = serializers.CharField(allow_blank=True)
    quote_note = serializers.CharField(allow_blank=True)


register_part(Source, SourcePart)
