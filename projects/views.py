"""Pages of the ten key projects. They read editions and the catalogue only."""

from django.db.models import Q
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from projects.board import standing_of
from projects.figures import bars_of, shown_columns, timeline_of
from projects.filters import BoardFilter
from projects.history import history_of
from projects.models import Project
from publishing.catalogue import catalogue_at
from publishing.models import Edition
from publishing.pages import entry_page, items_of
from qingdao_portal.parameters import takes


@takes()
@require_safe
def programme_list(request):
    context = {"catalogue": catalogue_at(request.site_version)}
    return render(request, "projects/programme_list.html", context)


@takes("circle", "city")
@require_safe
def programme_detail(request, year):
    """One year's board: `circle` and `city` narrow it. The whole year is one page.

    One query brings the year's projects and those of later years that continue them.
    """
    catalogue = catalogue_at(request.site_version)
    programme = find_programme(catalogue, year)
    chosen = BoardFilter(request, catalogue)
    facets = Q(facets__contains=[f"year:{year}"]) | Q(facets__contains=[f"continues:{year}"])
    items = items_of(Edition.objects.current().of_kind("project").filter(facets).in_order())
    day = request.site_day
    everything = [standing_of(item, day) for item in items if item["year"] == year]
    listed = [s for s in everything if s.project["placement"] == Project.Placement.LISTED]
    standings = chosen.narrow(everything)
    total = programme["total"]
    context = {
        "catalogue": catalogue,
        "programme": programme,
        "day": day,
        "chosen": chosen,
        "circles_reset": chosen.without("circle"),
        "cities_reset": chosen.without("city"),
        "circles": chosen.circle_choices(everything),
        "cities": chosen.city_choices(everything),
        "tally": _tally(everything, chosen),
        "everything": everything,
        "listed": listed,
        "standings": standings,
        "behind": [standing for standing in standings if standing.lags],
        "timeline": timeline_of(standings, day),
        "continued": [item for item in items if item["year"] == year and item.get("continues")],
        "continuing": [item for item in items if item["year"] > year],
        "unnamed_count": None if total is None else max(total - len(listed), 0),
        "status_counts": _count_by_column(listed),
    }
    return render(request, "projects/programme_detail.html", context)


def find_programme(catalogue, year):
    """The list of that year in the catalogue. Raises Http404."""
    for programme in catalogue["programmes"]:
        if programme["year"] == year:
            return programme
    raise Http404(_("没有这个年度。"))


def _count_by_column(standings):
    """`[(column, number), …]` in the order of the columns, without zeros."""
    columns = [standing.column for standing in standings]
    return [(column, columns.count(column)) for column in shown_columns(standings)]


def _tally(standings, chosen):
    """The whole year by circle and by city: the columns that occur and a bar for each."""
    columns = shown_columns(standings)
    groups = [
        ("circles", _("按圈"), chosen.circle_choices(standings)),
        ("cities", _("按市"), chosen.city_choices(standings)),
    ]
    most = max([1, *(choice.count for *_names, choices in groups for choice in choices)])
    return {
        "columns": columns,
        "groups": [bars_of(*group, columns, most) for group in groups],
    }


@takes()
@entry_page("project")
def project_detail(request, edition, year):
    if edition.document["year"] != year:
        return redirect(edition.get_absolute_url(), permanent=True)
    project, day = edition.item, request.site_day
    standing = standing_of(project, day)
    context = {
        "project": project,
        "standing": standing,
        "timeline": timeline_of([standing], day),
        "history": history_of(edition),
        "day": day,
    }
    return render(request, "projects/project_detail.html", context)
