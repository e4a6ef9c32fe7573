"""Pages of the cooperation zones. They read editions and the catalogue only."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from cooperation.schematic import schematic_of
from publishing.catalogue import catalogue_at
from publishing.lists.reading import Entries
from publishing.pages import PAGED, entry_page, items_of, page_of
from qingdao_portal.parameters import takes


@takes(*PAGED)
@require_safe
def zone_list(request):
    """The zones with the divisions they join, and what the five cities agreed together."""
    catalogue = catalogue_at(request.site_version)
    page = page_of(request, Entries("zone", counts=catalogue["counts"]))
    zones = items_of(page.rows)
    context = {
        "catalogue": catalogue,
        "page": page,
        "zones": zones,
        "schematic": schematic_of(zones, catalogue["cities"], catalogue["agreements"]),
        "year": _year_with_projects(catalogue),
    }
    return render(request, "cooperation/zone_list.html", context)


def _year_with_projects(catalogue):
    """The newest year of the ten projects of which any is live; None before there is one."""
    counts = catalogue["counts"]["project"]
    years = (programme["year"] for programme in catalogue["programmes"])
    return max((year for year in years if counts.get(f"year:{year}")), default=None)


@takes()
@entry_page("zone")
def zone_detail(request, edition):
    return render(request, "cooperation/zone_detail.html", {"zone": edition.item})
