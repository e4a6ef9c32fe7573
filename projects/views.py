"""Pages of the ten key projects. They read editions and the catalogue only."""

from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from projects.models import Project
from publishing.catalogue import catalogue_at
from publishing.models import Edition
from publishing.pages import entry_page, items_of, page_of


@require_safe
def programme_list(request):
    context = {"catalogue": catalogue_at(request.site_version)}
    return render(request, "projects/programme_list.html", context)


@require_safe
def programme_detail(request, year):
    """One year: the projects that are known, those of the same time, and what is not known."""
    catalogue = catalogue_at(request.site_version)
    programme = _programme_of(catalogue, year)
    facet = f"year:{year}"
    editions = Edition.objects.current().of_kind("project").with_facets(facet).in_order()
    page = page_of(request, editions, count=catalogue["counts"]["project"].get(facet, 0))
    projects = items_of(page)
    listed = [item for item in projects if item["placement"] == Project.Placement.LISTED]
    total = programme["total"]
    context = {
        "catalogue": catalogue,
        "programme": programme,
        "page_obj": page,
        "listed": listed,
        "concurrent": [item for item in projects if item not in listed],
        "unnamed_count": None if total is None else max(total - len(listed), 0),
        "status_counts": _count_by_status(listed),
    }
    return render(request, "projects/programme_detail.html", context)


def _programme_of(catalogue, year):
    for programme in catalogue["programmes"]:
        if programme["year"] == year:
            return programme
    raise Http404(_("没有这个年度。"))


def _count_by_status(projects):
    """`[(status, number), …]` in the order of the choices, without zeros."""
    statuses = [item["status"] for item in projects]
    return [(code, statuses.count(code)) for code in Project.Status.values if code in statuses]


@entry_page("project")
def project_detail(request, edition, year):
    if edition.document["year"] != year:
        return redirect(edition.get_absolute_url(), permanent=True)
    return render(request, "projects/project_detail.html", {"project": edition.item})
