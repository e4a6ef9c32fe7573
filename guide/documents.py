"""The public document of a measure, and what the catalogue says of the guide."""

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from contacts.documents import DepartmentPart, HotlinePart, OfficePart
from guide.comparison import DIFFERS, Row
from guide.models import (
    CalendarSpan,
    Domain,
    Guide,
    Material,
    Measure,
    MeasureDepartment,
    Provision,
    ProvisionLink,
    Question,
    Scenario,
    Step,
    WorkCalendar,
)
from guide.models.limits import LimitUnit, limit_document
from guide.restore import restore_measure
from publishing import services
from publishing.document_fields import (
    DocumentSerializer,
    EntryDocument,
    KindField,
    MarkdownField,
    PartialDateSerializerField,
    PartSerializer,
    TitleTranslationsField,
)
from publishing.models import Edition
from publishing.registry import Kind, register_collection, register_kind, register_part
from qingdao_portal.addresses import path_of
from regions.documents import CityPart
from sources.documents import CitationPart, SourcePart

LIMIT_SCHEMA = {
    "type": "object",
    "description": _("时限"),
    "properties": {
        "value": {"type": ["integer", "null"], "description": _("“即时办结”没有数值。")},
        "unit": {"type": "string", "enum": LimitUnit.values},
    },
    "required": ["value", "unit"],
}


@extend_schema_field(LIMIT_SCHEMA, component_name="TimeLimit")
class LimitField(serializers.Field):
    """A time limit, null where none is known."""

    def __init__(self, **kwargs):
        super().__init__(source="*", read_only=True, allow_null=True, **kwargs)

    def to_representation(self, row):
        return limit_document(row, self.field_name.removesuffix("_limit"))

    def in_words(self, limit):
        """As staff read it: 9个工作日."""
        label = LimitUnit(limit["unit"]).label
        return f"{limit['value']}{label}" if limit["value"] else label


class DomainPart(PartSerializer):
    class Meta:
        model = Domain
        fields = ["id", "slug", "name", "translations"]


class DomainDocument(DomainPart):
    """A domain with the numbers to call."""

    hotlines = HotlinePart(many=True)

    class Meta(DomainPart.Meta):
        fields = ["id", "slug", "name", "hotlines", "translations"]


class ScenarioPart(PartSerializer):
    class Meta:
        model = Scenario
        fields = ["id", "slug", "name", "summary", "translations"]


class MeasureDepartmentPart(DocumentSerializer):
    department = DepartmentPart()

    class Meta:
        model = MeasureDepartment
        fields = ["role", "department"]


class StepPart(PartSerializer):
    class Meta:
        model = Step
        fields = ["id", "channel", "text", "url", "url_label", "translations"]


class MaterialPart(PartSerializer):
    class Meta:
        model = Material
        fields = ["id", "name", "note", "is_required", "translations"]


class QuestionPart(PartSerializer):
    answer_html = MarkdownField(source="answer")

    class Meta:
        model = Question
        fields = ["id", "question", "answer", "answer_html", "translations"]


class ProvisionLinkPart(DocumentSerializer):
    class Meta:
        model = ProvisionLink
        fields = ["label", "url"]


class ProvisionPart(PartSerializer):
    city = CityPart()
    department = DepartmentPart(allow_null=True)
    promised_limit = LimitField()
    links = ProvisionLinkPart(many=True)
    offices = OfficePart(many=True)

    class Meta:
        model = Provision
        fields = [
            *("id", "city", "status", "reason", "department", "mode", "promised_limit"),
            *("links", "offices", "confirmed_on", "translations"),
        ]


class RelatedPart(serializers.Serializer):
    """Another entry, by name."""

    purpose = _("相关条目")

    id = serializers.UUIDField()
    kind = KindField("measure")
    slug = serializers.SlugField()
    title = serializers.CharField()
    translations = TitleTranslationsField()


class FeePart(serializers.Serializer):
    purpose = _("收费")

    kind = serializers.ChoiceField(choices=Measure.Fee.choices, source="fee")
    note = serializers.CharField(source="fee_note", allow_blank=True)


class MeasureDocument(EntryDocument):
    """The standard text of a measure and each city's way of doing it."""

    kind = KindField("measure")
    body_html = MarkdownField(source="body")
    domain = DomainPart()
    scenarios = ScenarioPart(many=True)
    cities = serializers.SerializerMethodField(help_text=_("惠及的城市:已落实、已公布或推进中。"))
    promised_limit = LimitField()
    statutory_limit = LimitField()
    fee = FeePart(source="*")
    departments = MeasureDepartmentPart(many=True)
    steps = StepPart(many=True)
    materials = MaterialPart(many=True)
    questions = QuestionPart(many=True)
    hotlines = HotlinePart(many=True)
    offices = OfficePart(many=True)
    related = serializers.SerializerMethodField(help_text=_("相关的、现行的条目。"))
    keywords = serializers.ListField(child=serializers.CharField())
    provisions = ProvisionPart(many=True)
    citations = CitationPart(many=True)

    class Meta:
        model = Measure
        fields = [
            *EntryDocument.COMMON,
            *("audience", "body", "body_html", "domain", "scenarios", "cities", "scope"),
            *("promised_limit", "statutory_limit", "limit_note", "fee", "departments"),
            *("steps", "materials", "questions", "hotlines", "offices", "related", "keywords"),
            *("provisions", "guide_confidence", "official_number"),
            *EntryDocument.GROUND,
        ]

    @extend_schema_field(CityPart(many=True))
    def get_cities(self, measure):
        reached = [p.city for p in measure.provisions.all() if p.status in Provision.REACHED]
        return CityPart(reached, many=True).data

    @extend_schema_field(RelatedPart(many=True))
    def get_related(self, measure):
        live = self.context["live_related"]
        return [live[related.pk] for related in measure.related.all() if related.pk in live]


class GuideDocument(PartSerializer):
    published_on = PartialDateSerializerField()
    citations = CitationPart(many=True)

    class Meta:
        model = Guide
        fields = [
            *("id", "name", "published_on", "venue", "measures_total", "departments_note"),
            *("is_full_list_public", "scope_warning", "citations", "translations"),
        ]


def build_measure(measure):
    """The document of a measure from its rows as they are now."""
    measure = Measure.objects.for_document().get(pk=measure.pk)
    return MeasureDocument(measure, context={"live_related": _live_related(measure)}).data


def _live_related(measure):
    """Related measures by what is public of them: a draft's title must not slip through."""
    related = measure.related.all()
    soon = {row.pk: RelatedPart(row).data for row in related if services.is_going_live(row)}
    ids = [row.pk for row in related if row.pk not in soon]
    editions = Edition.objects.current().filter(kind="measure", entry_id__in=ids)
    return soon | {edition.entry_id: related_part(edition.document) for edition in editions}


def related_part(document):
    """How another document quotes the measure of `document`."""
    return RelatedPart(document).data


def measure_facets(document):
    """What lists of measures may be filtered by."""
    return [
        f"domain:{document['domain']['slug']}",
        f"scope:{document['scope']}",
        f"evidence:{document['evidence']}",
        *(f"city:{city['slug']}" for city in document["cities"]),
        *(f"scenario:{scenario['slug']}" for scenario in document["scenarios"]),
        *[DIFFERS] * Row(document, document["provisions"]).differs,
    ]


def measure_path(document):
    return path_of("guide:measure-detail", document["slug"])


def guide_document():
    """The guide that the portal is about: the newest row, or None on an empty site."""
    guide = Guide.objects.prefetch_related("citations__source").last()
    return GuideDocument(guide).data if guide else None


def domain_documents():
    return DomainDocument(Domain.objects.prefetch_related("hotlines"), many=True).data


def scenario_documents():
    return ScenarioPart(Scenario.objects.all(), many=True).data


def calendar_documents():
    """The years whose holidays staff have entered, each with its days off and on."""
    calendars = WorkCalendar.objects.select_related("source").prefetch_related("spans")
    documents = [_calendar_document(calendar) for calendar in calendars]
    return [document for document in documents if document["days_off"]]


def _calendar_document(calendar):
    days = {kind: [] for kind in CalendarSpan.Kind}
    for span in calendar.spans.all():
        days[span.kind] += [day.isoformat() for day in span.days]
    return {
        "year": calendar.year,
        "source": SourcePart(calendar.source).data,
        "days_off": days[CalendarSpan.Kind.HOLIDAY],
        "days_on": days[CalendarSpan.Kind.WORKDAY],
    }


register_kind(
    Kind(
        name="measure",
        model=Measure,
        build=build_measure,
        serializer=MeasureDocument,
        facets=measure_facets,
        path=measure_path,
        template="guide/measure_detail.html",
        restore=restore_measure,
        letter="m",
        part=related_part,
    )
)
register_part(Domain, DomainPart)
register_part(Scenario, ScenarioPart)
register_collection("guide", guide_document, empty=None)
register_collection("domains", domain_documents)
register_collection("calendars", calendar_documents)
register_collection("scenarios", scenario_documents)
