"""Pages of the cooperation zones. They read editions and the catalogue only."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from cooperation.schematic import schematic_of
from publishing.catalogue import catalogue_at
from publishing.models import Edition
from publishing.pages import entry_page, items_of, page_of
from qingdao_portal.parameters import takes


@takes()
@require_safe
def zone_list(request):
    """The zones with the divisions they join, and what the five cities agreed together."""
    catalogue = catalogue_at(request.site_version)
    count = catalogue["counts"]["zone"]["total"]
    page = page_of(request, Edition.objects.current().of_kind("zone").in_order(), count=count)
    zones = items_of(page)
    context = {
        "catalogue": catalogue,
        "page_obj": page,
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
