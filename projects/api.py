"""The API of the yearly projects."""

from django.utils.translation import gettext_lazy as _

from projects.documents import ProgrammeDocument, ProjectDocument
from projects.models import Project
from publishing.api.filters import (
    CatalogueFacetFilter,
    ChoiceFacetFilter,
    EntryFilterSet,
    FacetFilter,
)
from publishing.api.schemas import EditionFacts, ItemFields
from publishing.api.tables import EDITION_COLUMNS, day, each, fields
from publishing.api.views import CatalogueViewSet, EntryViewSet, HistoryViewSet


class ProjectItem(ItemFields, ProjectDocument):
    """A project as it is now."""

    class Meta(ProjectDocument.Meta):
        fields = [*ItemFields.FIELDS, *ProjectDocument.Meta.fields]


class ProjectEdition(EditionFacts, ProjectItem):
    """A project as it was in one edition."""

    class Meta(ProjectItem.Meta):
        fields = [*EditionFacts.FIELDS, *ProjectItem.Meta.fields]


class ProjectFilter(EntryFilterSet):
    year = FacetFilter(schema={"pattern": "^[0-9]{4}$"}, description=_("年度,如 2024。"))
    city = CatalogueFacetFilter("cities", description=_("城市,/api/v1/cities/ 里的 slug。"))
    circle = ChoiceFacetFilter(Project.Circle, description=_("交通圈、产业圈、生活圈、安全圈。"))
    status = ChoiceFacetFilter(Project.Status, description=_("状态。"))
    placement = ChoiceFacetFilter(
        Project.Placement, description=_("listed:列入十大实事;concurrent:同期进展。")
    )


class Projects:
    """What the views of projects share."""

    kind = "project"
    label = _("实事项目")
    tag = "projects"


class ProjectViewSet(Projects, EntryViewSet):
    singular = "Project"
    plural = "Projects"
    serializer_class = ProjectItem
    filterset_class = ProjectFilter
    csv_columns = {
        **fields("slug", "title", "url", "year", "placement", "rank", "circle"),
        "cities": each("cities", "short_name"),
        **fields("summary", "status", "status_note", "progress"),
        "planned_finish": day("planned_finish"),
        "revised_finish": day("revised_finish"),
        "revision_reason": lambda item: item["revision_reason"],
        "actual_finish": day("actual_finish"),
        **fields("evidence", "caveat"),
        **EDITION_COLUMNS,
    }


class ProjectHistoryViewSet(Projects, HistoryViewSet):
    singular = "ProjectEdition"
    plural = "ProjectEditions"
    serializer_class = ProjectEdition


class ProgrammeViewSet(CatalogueViewSet):
    singular = "Programme"
    plural = "Programmes"
    label = _("年度实事清单")
    collection = "programmes"
    lookup_field = "year"
    lookup_value_regex = "[0-9]{4}"
    path_parameters = {"year": ({"type": "integer", "minimum": 2000, "maximum": 2100}, _("年度。"))}
    serializer_class = ProgrammeDocument
