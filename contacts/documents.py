"""How documents embed departments, hotlines and offices."""

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from contacts.models import Department, Hotline, Office, OpeningHours
from publishing.document_fields import DocumentSerializer, PartSerializer
from publishing.registry import register_collection, register_part
from regions.documents import CityPart, CountyPart
from sources.documents import CitationPart


class DepartmentPart(PartSerializer):
    city = CityPart(allow_null=True)

    class Meta:
        model = Department
        fields = ["id", "name", "level", "city", "translations"]


class HotlinePart(PartSerializer):
    numbers = serializers.ListField(
        child=serializers.CharField(), help_text=_("逐个列出,可直接拨打。")
    )

    class Meta:
        model = Hotline
        fields = [
            *("id", "slug", "number", "numbers", "name", "purpose", "hours", "is_emergency"),
            *("evidence", "translations"),
        ]


class HotlineDocument(HotlinePart):
    """A hotline with its sources."""

    citations = CitationPart(many=True)

    class Meta(HotlinePart.Meta):
        fields = [*HotlinePart.Meta.fields[:-1], "citations", "translations"]


@extend_schema_field(
    {
        "type": "string",
        "pattern": "^[0-9]{2}:[0-9]{2}$",
        "description": _("当地时间(Asia/Shanghai)。"),
    }
)
class ClockField(serializers.TimeField):
    """Hours and minutes, as people read them off a door."""

    def __init__(self):
        super().__init__(format="%H:%M")


class OpeningHoursPart(DocumentSerializer):
    opens_at = ClockField()
    closes_at = ClockField()

    class Meta:
        model = OpeningHours
        fields = ["weekday", "opens_at", "closes_at"]


class OfficePart(PartSerializer):
    department = DepartmentPart(allow_null=True)
    city = CityPart()
    county = CountyPart(allow_null=True)
    hours = OpeningHoursPart(many=True)

    class Meta:
        model = Office
        fields = [
            *("id", "name", "department", "city", "county", "address", "phone"),
            *("is_barrier_free", "note", "hours", "translations"),
        ]


def hotline_documents():
    hotlines = Hotline.objects.prefetch_related("citations__source")
    return HotlineDocument(hotlines, many=True).data


def office_documents():
    offices = Office.objects.select_related("department__city", "city", "county__city")
    return OfficePart(offices.prefetch_related("hours"), many=True).data


register_part(Department, DepartmentPart)
register_part(Hotline, HotlinePart)
register_part(Office, OfficePart)
register_collection("hotlines", hotline_documents)
register_collection("offices", office_documents)
