"""The public document of a project, and what the catalogue says of the years."""

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from contacts.documents import DepartmentPart
from projects.models import (
    Indicator,
    Milestone,
    Programme,
    Project,
    ProjectDepartment,
    StatusChange,
)
from projects.restore import restore_project
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


class ProgrammePart(PartSerializer):
    class Meta:
        model = Programme
        fields = ["id", "year", "title", "translations"]


class ProgrammeDocument(ProgrammePart):
    """A year's list as far as it is public."""

    fields_named = serializers.ListField(
        source="fields", child=serializers.CharField(), help_text=_("报道点到的领域。")
    )
    announced_on = PartialDateSerializerField()
    citations = CitationPart(many=True)

    class Meta(ProgrammePart.Meta):
        fields = [
            *("id", "year", "title", "total", "fields_named", "announced_on"),
            *("is_full_list_public", "note", "citations", "translations"),
        ]


class ProjectDepartmentPart(DocumentSerializer):
    department = DepartmentPart()

    class Meta:
        model = ProjectDepartment
        fields = ["role", "department"]


class FigureField(serializers.DecimalField):
    """A number as text, exactly as reported: 237, not 237.00."""

    def __init__(self, **kwargs):
        super().__init__(max_digits=14, decimal_places=2, normalize_output=True, **kwargs)


class IndicatorPart(PartSerializer):
    value = FigureField()
    target = FigureField(allow_null=True)
    as_of = PartialDateSerializerField()

    class Meta:
        model = Indicator
        fields = ["id", "name", "value", "unit", "target", "as_of", "translations"]


class MilestonePart(PartSerializer):
    planned_on = PartialDateSerializerField()
    met_on = PartialDateSerializerField()

    class Meta:
        model = Milestone
        fields = ["id", "text", "planned_on", "met_on", "is_met", "translations"]


class StatusChangePart(PartSerializer):
    """A status with the source that says when it was reached: a citation with more to it."""

    changed_on = PartialDateSerializerField()
    source = SourcePart()

    class Meta:
        model = StatusChange
        fields = [
            *("id", "status", "changed_on", "text", "source", "quote", "quote_note"),
            "translations",
        ]


class ContinuedPart(serializers.Serializer):
    """The project of an earlier year that another one continues, by name."""

    purpose = _("延续自更早年度的项目")

    id = serializers.UUIDField()
    kind = KindField("project")
    slug = serializers.SlugField()
    year = serializers.IntegerField(source="programme.year")
    title = serializers.CharField()
    translations = TitleTranslationsField()


class ProjectDocument(EntryDocument):
    """One project of a year, or a development of the same time."""

    kind = KindField("project")
    year = serializers.IntegerField(source="programme.year")
    programme = ProgrammePart()
    continues = serializers.SerializerMethodField(help_text=_("延续自哪个项目,它是现行的。"))
    body_html = MarkdownField(source="body")
    cities = CityPart(many=True)
    departments = ProjectDepartmentPart(many=True)
    planned_finish = PartialDateSerializerField()
    revised_finish = PartialDateSerializerField()
    actual_finish = PartialDateSerializerField()
    status_changes = StatusChangePart(many=True)
    indicators = IndicatorPart(many=True)
    milestones = MilestonePart(many=True)
    citations = CitationPart(many=True)

    class Meta:
        model = Project
        fields = [
            *EntryDocument.COMMON,
            *("year", "programme", "continues", "body", "body_html", "placement", "rank"),
            *("circle", "circle_note", "cities", "status", "status_note", "status_changes"),
            *("progress", "departments"),
            *("planned_finish", "revised_finish", "revision_reason", "actual_finish"),
            *("indicators", "milestones"),
            *EntryDocument.GROUND,
        ]

    @extend_schema_field(ContinuedPart(allow_null=True))
    def get_continues(self, project):
        return _live_part(project.continues) if project.continues else None


def _live_part(project):
    """A project by what is public of it, or None: a draft's title must not slip through."""
    if services.is_going_live(project):
        return ContinuedPart(project).data
    edition = Edition.objects.current().filter(kind="project", entry_id=project.pk).first()
    return continued_part(edition.document) if edition else None


def continued_part(document):
    """How another document quotes the project of `document`."""
    return ContinuedPart(document).data


def build_project(project):
    """The document of a project from its rows as they are now."""
    return ProjectDocument(Project.objects.for_document().get(pk=project.pk)).data


def project_facets(document):
    """What lists of projects may be filtered by."""
    facets = [
        f"year:{document['year']}",
        f"status:{document['status']}",
        f"placement:{document['placement']}",
        f"evidence:{document['evidence']}",
        *(f"city:{city['slug']}" for city in document["cities"]),
    ]
    if document["circle"]:
        facets.append(f"circle:{document['circle']}")
    if continued := document.get("continues"):  # not in editions of before the field
        facets.append(f"continues:{continued['year']}")
    return facets


def project_path(document):
    return path_of("projects:project-detail", document["year"], document["slug"])


def programme_documents():
    programmes = Programme.objects.prefetch_related("citations__source")
    return ProgrammeDocument(programmes, many=True).data


register_kind(
    Kind(
        name="project",
        model=Project,
        build=build_project,
        serializer=ProjectDocument,
        facets=project_facets,
        path=project_path,
        template="projects/project_detail.html",
        restore=restore_project,
        letter="p",
        part=continued_part,
    )
)
register_part(Programme, ProgrammePart)
register_collection("programmes", programme_documents)
