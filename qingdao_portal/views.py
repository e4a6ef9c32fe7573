"""Pages about the site itself."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from publishing.catalogue import catalogue_at
from publishing.models import Edition
from publishing.pages import items_of
from qingdao_portal.parameters import takes

SITEMAP_LIMIT = 500  # of each kind; the lists and sitemap.xml have the rest


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
    """Every page of the site, for readers."""
    current = Edition.objects.current().in_order()
    first, *others = (current.of_kind(k)[:SITEMAP_LIMIT] for k in ("measure", "project", "zone"))
    items = items_of(first.union(*others, all=True))
    context = {
        "catalogue": catalogue_at(request.site_version),
        "measures": [item for item in items if item["kind"] == "measure"],
        "projects": [item for item in items if item["kind"] == "project"],
        "zones": [item for item in items if item["kind"] == "zone"],
    }
    return render(request, "sitemap.html", context)
