"""The page of a city."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from publishing.catalogue import catalogue_at
from publishing.lists.naming import list_name
from publishing.lists.reading import Entries, first_of
from publishing.pages import PAGE_SIZE, PAGED, ListPage, find_part, items_of, page_of
from qingdao_portal.parameters import takes

KINDS = ("measure", "project", "zone")


@takes(*PAGED)
@require_safe
def city_detail(request, slug):
    """What reaches one city: measures, projects and zones; further pages have measures alone."""
    catalogue = catalogue_at(request.site_version)
    city = find_part(catalogue["cities"], slug)
    facet = f"city:{slug}"
    counts = catalogue["counts"]
    reached_count = counts["measure"].get(facet, 0)
    if request.GET.keys().isdisjoint(PAGED):
        by_kind = _first_items(facet)
        following = "page=2" if reached_count > PAGE_SIZE else ""
        page = ListPage(by_kind["measure"], reached_count, 1, "", following)
    else:
        page = page_of(request, Entries("measure", [facet], counts=counts))
        by_kind = {"measure": items_of(page.rows), "project": [], "zone": []}
    context = {
        "catalogue": catalogue,
        "city": city,
        "page": page,
        "is_first": page.number == 1,
        "offices": [office for office in catalogue["offices"] if office["city"]["slug"] == slug],
        "measures": by_kind["measure"],
        "projects": by_kind["project"],
        "zones": by_kind["zone"],
        "reached_count": reached_count,
        "other_count": counts["measure"]["total"] - reached_count,
    }
    return render(request, "regions/city_detail.html", context)


def _first_items(facet):
    """Of each kind as many as a page has, in one query."""
    items = items_of(first_of(*(list_name(kind, facet) for kind in KINDS), limit=PAGE_SIZE))
    return {kind: [item for item in items if item["kind"] == kind] for kind in KINDS}
