"""The public document of a zone, and what the catalogue says of the whole area."""

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cooperation.models import Agreement, Aim, Event, Party, Zone
from cooperation.restore import restore_zone
from publishing.document_fields import (
    EntryDocument,
    KindField,
    PartialDateSerializerField,
    PartSerializer,
)
from publishing.registry import Kind, register_collection, register_kind
from qingdao_portal.addresses import path_of
from regions.documents import CityPart, CountyPart
from sources.documents import CitationPart


class AimPart(PartSerializer):
    class Meta:
        model = Aim
        fields = ["id", "text", "translations"]


class EventPart(PartSerializer):
    date = PartialDateSerializerField()
    citations = CitationPart(many=True)

    class Meta:
        model = Event
        fields = ["id", "kind", "date", "text", "place", "citations", "translations"]


class PartyPart(PartSerializer):
    class Meta:
        model = Party
        fields = ["id", "name", "translations"]


class AgreementPart(PartSerializer):
    signed_on = PartialDateSerializerField()
    dimensions = serializers.ListField(child=serializers.CharField())
    parties = PartyPart(many=True)
    citations = CitationPart(many=True)

    class Meta:
        model = Agreement
        fields = [
            *("id", "slug", "title", "kind", "document_number", "signed_on", "summary", "note"),
            *("dimensions", "parties", "citations", "translations"),
        ]


class ZoneDocument(EntryDocument):
    """A cooperation zone with the divisions it joins."""

    kind = KindField("zone")
    signatories = serializers.SerializerMethodField(help_text=_("参与的区市县。"))
    cities = serializers.SerializerMethodField(help_text=_("这些区市县所在的城市。"))
    signed_on = PartialDateSerializerField()
    aims = AimPart(many=True)
    events = EventPart(many=True)
    agreements = AgreementPart(many=True)
    citations = CitationPart(many=True)

    class Meta:
        model = Zone
        fields = [
            *EntryDocument.COMMON,
            *("theme", "zone_kind", "signatories", "cities", "signed_on", "aims", "events"),
            "agreements",
            *EntryDocument.GROUND,
        ]

    @extend_schema_field(CountyPart(many=True))
    def get_signatories(self, zone):
        counties = [signatory.county for signatory in zone.signatories.all()]
        return CountyPart(counties, many=True).data

    @extend_schema_field(CityPart(many=True))
    def get_cities(self, zone):
        cities = {signatory.county.city for signatory in zone.signatories.all()}
        return CityPart(sorted(cities, key=lambda city: city.code), many=True).data


def build_zone(zone):
    """The document of a zone from its rows as they are now."""
    return ZoneDocument(Zone.objects.for_document().get(pk=zone.pk)).data


def zone_facets(document):
    """What lists of zones may be filtered by."""
    return [
        f"kind:{document['zone_kind']}",
        f"theme:{document['theme']}",
        f"evidence:{document['evidence']}",
        *(f"county:{county['code']}" for county in document["signatories"]),
        *(f"city:{city['slug']}" for city in document["cities"]),
    ]


def zone_path(document):
    return path_of("cooperation:zone-detail", document["slug"])


def agreement_documents():
    agreements = Agreement.objects.filter(zone=None).prefetch_related(
        "parties", "citations__source"
    )
    return AgreementPart(agreements, many=True).data


def event_documents():
    events = Event.objects.filter(zone=None).prefetch_related("citations__source")
    return EventPart(events, many=True).data


register_kind(
    Kind(
        name="zone",
        model=Zone,
        build=build_zone,
        serializer=ZoneDocument,
        facets=zone_facets,
        path=zone_path,
        template="cooperation/zone_detail.html",
        restore=restore_zone,
        letter="z",
    )
)
register_collection("agreements", agreement_documents)
register_collection("events", event_documents)
