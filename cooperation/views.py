"""Pages of the cooperation zones. They read editions and the catalogue only."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from publishing.catalogue import catalogue_at
from publishing.models import Edition
from publishing.pages import entry_page, items_of, page_of


@require_safe
def zone_list(request):
    """The zones with the divisions they join, and what the five cities agreed together."""
    catalogue = catalogue_at(request.site_version)
    count = catalogue["counts"]["zone"]["total"]
    page = page_of(request, Edition.objects.current().of_kind("zone").in_order(), count=count)
    context = {"catalogue": catalogue, "page_obj": page, "zones": items_of(page)}
    return render(request, "cooperation/zone_list.html", context)


@entry_page("zone")
def zone_detail(request, edition):
    return render(request, "cooperation/zone_detail.html", {"zone": edition.item})
