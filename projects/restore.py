"""An old document of a project back into its rows."""

from contacts.restore import restore_departments
from projects.models import Programme, Project
from publishing.restore import partial_date
from sources.models import Source
from sources.restore import restore_citations


def restore_project(project, document, writer):
    """Make the rows of a project say what the document says."""
    writer.address(project, document)
    project.programme = writer.find(Programme, document["programme"]) or project.programme
    if "continues" in document:  # editions of before the field say nothing of it
        project.continues = writer.find(Project, document["continues"])
    writer.fields(
        project,
        document,
        *("position", "title", "summary", "body", "placement", "circle", "circle_note", "status"),
        *("status_note", "progress", "revision_reason", "evidence", "caveat", "translations"),
    )
    project.rank = None
    writer.unique(project, document, "rank", programme=project.programme)
    for name in ("planned_finish", "revised_finish", "actual_finish"):
        setattr(project, name, partial_date(document[name]))
    verified_on = document["last_verified_on"]
    writer.verification(project, "last_verified_on", "last_verified_by", verified_on)
    project.save()
    writer.quoted(project.cities, document["cities"])
    _restore_children(project, document, writer)


def _restore_children(project, document, writer):
    def milestone(row, part):
        writer.fields(row, part, "text", "is_met", "translations")
        row.planned_on, row.met_on = (partial_date(part[key]) for key in ("planned_on", "met_on"))
        row.save()

    def indicator(row, part):
        writer.fields(row, part, "name", "value", "unit", "target", "translations")
        row.as_of = partial_date(part["as_of"])
        row.save()

    def status_change(row, part):
        source = writer.find(Source, part["source"])
        if source is not None:
            row.source = source
            writer.fields(row, part, "status", "text", "quote", "quote_note", "translations")
            row.changed_on = partial_date(part["changed_on"])
            row.save()

    if "status_changes" in document:
        writer.children(project.status_changes, document["status_changes"], status_change)
    writer.children(project.milestones, document["milestones"], milestone)
    writer.children(project.indicators, document["indicators"], indicator)
    restore_departments(project, document["departments"], writer)
    restore_citations(project, document["citations"], writer)
