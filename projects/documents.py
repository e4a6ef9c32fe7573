"""The public document of a project, and what the catalogue says of the years."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from contacts.documents import DepartmentPart
from projects.models import Indicator, Milestone, Programme, Project, ProjectDepartment
from projects.restore import restore_project
from publishing.document_fields import (
    DocumentSerializer,
    EntryDocument,
    KindField,
    MarkdownField,
    PartialDateSerializerField,
    PartSerializer,
)
from publishing.registry import Kind, register_collection, register_kind, register_part
from regions.documents import CityPart
from sources.documents import CitationPart


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


class ProjectDocument(EntryDocument):
    """One project of a year, or a development of the same time."""

    kind = KindField("project")
    year = serializers.IntegerField(source="programme.year")
    programme = ProgrammePart()
    body_html = MarkdownField(source="body")
    cities = CityPart(many=True)
    departments = ProjectDepartmentPart(many=True)
    planned_finish = PartialDateSerializerField()
    revised_finish = PartialDateSerializerField()
    actual_finish = PartialDateSerializerField()
    indicators = IndicatorPart(many=True)
    milestones = MilestonePart(many=True)
    citations = CitationPart(many=True)

    class Meta:
        model = Project
        fields = [
            *EntryDocument.COMMON,
            *("year", "programme", "body", "body_html", "placement", "rank", "circle"),
            *("circle_note", "cities", "status", "status_note", "progress", "departments"),
            *("planned_finish", "revised_finish", "revision_reason", "actual_finish"),
            *("indicators", "milestones"),
            *EntryDocument.GROUND,
        ]


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
    return facets + ([f"circle:{document['circle']}"] if document["circle"] else [])


def project_path(document):
    return reverse("projects:project-detail", args=[document["year"], document["slug"]])


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
    )
)
register_part(Programme, ProgrammePart)
register_collection("programmes", programme_documents)
