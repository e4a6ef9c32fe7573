"""Measures as a plain DRF endpoint: rows, prefetched, through nested model serializers."""

from rest_framework import routers, serializers, viewsets
from rest_framework.pagination import PageNumberPagination

from contacts.models import Department, Hotline, Office
from guide.models import (
    Domain,
    Material,
    Measure,
    MeasureCitation,
    MeasureDepartment,
    Provision,
    ProvisionLink,
    Question,
    Scenario,
    Step,
)
from regions.models import City
from sources.models import Source


class DomainSerializer(serializers.ModelSerializer):
    class Meta:
        model = Domain
        fields = ["id", "slug", "name", "translations"]


class ScenarioSerializer(serializers.ModelSerializer):
    class Meta:
        model = Scenario
        fields = ["id", "slug", "name", "summary", "translations"]


class CitySerializer(serializers.ModelSerializer):
    class Meta:
        model = City
        fields = ["id", "slug", "code", "name", "short_name", "translations"]


class DepartmentSerializer(serializers.ModelSerializer):
    city = CitySerializer()

    class Meta:
        model = Department
        fields = ["id", "name", "level", "city", "translations"]


class HotlineSerializer(serializers.ModelSerializer):
    class Meta:
        model = Hotline
        fields = [
            *("id", "slug", "number", "name", "purpose", "hours"),
            *("is_emergency", "evidence", "translations"),
        ]


class OfficeSerializer(serializers.ModelSerializer):
    city = CitySerializer()
    department = DepartmentSerializer()

    class Meta:
        model = Office
        fields = ["id", "name", "department", "city", "address", "phone", "note", "translations"]


class SourceSerializer(serializers.ModelSerializer):
    class Meta:
        model = Source
        fields = ["id", "key", "publisher", "title", "date", "date_kind", "link", "url"]


class CitationSerializer(serializers.ModelSerializer):
    source = SourceSerializer()

    class Meta:
        model = MeasureCitation
        fields = ["source", "quote", "quote_note"]


class MeasureDepartmentSerializer(serializers.ModelSerializer):
    department = DepartmentSerializer()

    class Meta:
        model = MeasureDepartment
        fields = ["role", "department"]


class StepSerializer(serializers.ModelSerializer):
    class Meta:
        model = Step
        fields = ["id", "channel", "text", "url", "url_label", "translations"]


class MaterialSerializer(serializers.ModelSerializer):
    class Meta:
        model = Material
        fields = ["id", "name", "note", "is_required", "translations"]


class QuestionSerializer(serializers.ModelSerializer):
    class Meta:
        model = Question
        fields = ["id", "question", "answer", "translations"]


class LinkSerializer(serializers.ModelSerializer):
    class Meta:
        model = ProvisionLink
        fields = ["label", "url"]


class ProvisionSerializer(serializers.ModelSerializer):
    city = CitySerializer()
    department = DepartmentSerializer()
    links = LinkSerializer(many=True)
    offices = OfficeSerializer(many=True)

    class Meta:
        model = Provision
        fields = [
            *("id", "city", "status", "reason", "department", "mode", "promised_value"),
            *("promised_unit", "links", "offices", "confirmed_on", "translations"),
        ]


class RelatedSerializer(serializers.ModelSerializer):
    class Meta:
        model = Measure
        fields = ["id", "slug", "title"]


class MeasureSerializer(serializers.ModelSerializer):
    domain = DomainSerializer()
    scenarios = ScenarioSerializer(many=True)
    departments = MeasureDepartmentSerializer(many=True)
    steps = StepSerializer(many=True)
    materials = MaterialSerializer(many=True)
    questions = QuestionSerializer(many=True)
    hotlines = HotlineSerializer(many=True)
    offices = OfficeSerializer(many=True)
    related = RelatedSerializer(many=True)
    provisions = ProvisionSerializer(many=True)
    citations = CitationSerializer(many=True)

    class Meta:
        model = Measure
        fields = [
            *("id", "slug", "position", "title", "summary", "audience", "body", "domain"),
            *("scenarios", "scope", "limit_note", "fee", "fee_note", "departments", "steps"),
            *("materials", "questions", "hotlines", "offices", "related", "keywords"),
            *("provisions", "guide_confidence", "official_number", "evidence", "caveat"),
            *("citations", "last_verified_on", "translations"),
        ]


class Pages(PageNumberPagination):
    page_size = 28


class MeasureViewSet(viewsets.ReadOnlyModelViewSet):
    queryset = Measure.objects.for_document().order_by("position", "id")
    serializer_class = MeasureSerializer
    pagination_class = Pages
    lookup_field = "slug"


router = routers.SimpleRouter()
router.register("measures", MeasureViewSet)
urlpatterns = router.urls
