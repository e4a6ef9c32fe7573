"""The page of a city."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from publishing.catalogue import catalogue_at
from publishing.models import Edition
from publishing.pages import PAGE_SIZE, find_part, items_of
from qingdao_portal.parameters import takes

# More than any city has today; beyond it the page links to the lists, which have pages.
LIMITS = {"measure": PAGE_SIZE, "project": PAGE_SIZE, "zone": PAGE_SIZE}


@takes()
@require_safe
def city_detail(request, slug):
    """What reaches one city: measures, projects and zones, in one query."""
    catalogue = catalogue_at(request.site_version)
    city = find_part(catalogue["cities"], slug)
    facet = f"city:{slug}"
    items = items_of(_editions_with(facet))
    by_kind = {kind: [item for item in items if item["kind"] == kind] for kind in LIMITS}
    counts = catalogue["counts"]
    context = {
        "catalogue": catalogue,
        "city": city,
        "offices": [office for office in catalogue["offices"] if office["city"]["slug"] == slug],
        "measures": by_kind["measure"],
        "projects": by_kind["project"],
        "zones": by_kind["zone"],
        "reached_count": counts["measure"].get(facet, 0),
        "other_count": counts["measure"]["total"] - counts["measure"].get(facet, 0),
    }
    return render(request, "regions/city_detail.html", context)


def _editions_with(facet):
    current = Edition.objects.current().with_facets(facet).in_order()
    first, *others = (current.of_kind(kind)[:limit] for kind, limit in LIMITS.items())
    return first.union(*others, all=True)
