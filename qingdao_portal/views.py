"""Pages about the site itself."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from publishing.catalogue import catalogue_at
from publishing.lists.reading import first_of
from publishing.pages import PAGE_SIZE, items_of
from qingdao_portal.parameters import takes


@takes()
@require_safe
def about(request):
    """The guide, the meeting, the four circles, the plans, and how honest the data is."""
    context = {"catalogue": catalogue_at(request.site_version)}
    return render(request, "about.html", context)


@takes()
@require_safe
def accessibility(request):
    return render(request, "accessibility.html")


@takes()
@require_safe
def sitemap_page(request):
    """Every page of the site, for readers; of very many entries the first, and the lists."""
    items = items_of(first_of("measure", "project", "zone", limit=PAGE_SIZE))
    context = {
        "catalogue": catalogue_at(request.site_version),
        "measures": [item for item in items if item["kind"] == "measure"],
        "projects": [item for item in items if item["kind"] == "project"],
        "zones": [item for item in items if item["kind"] == "zone"],
    }
    return render(request, "sitemap.html", context)
