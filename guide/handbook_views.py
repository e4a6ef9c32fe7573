"""The handbook as a page: to read, to print, to hand over."""

from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from guide.handbook import PAGE_LIMIT, handbook
from publishing.catalogue import catalogue_at
from publishing.pages import find_part
from publishing.short_addresses import public_address
from qingdao_portal.parameters import takes


@takes("city", "domain")
@require_safe
def handbook_page(request):
    """The whole guide in one document; `city` and `domain` narrow it. Http404 for unknown ones."""
    catalogue = catalogue_at(request.site_version)
    chosen = {name: request.GET.get(name, "") for name in ("city", "domain")}
    context = handbook_context(catalogue, limit=PAGE_LIMIT, **chosen)
    return render(request, "guide/handbook.html", context | {"catalogue": catalogue})


def handbook_context(catalogue, *, city="", domain="", limit=None):
    """What the templates of the handbook show. Raises Http404 for a slug that is not there."""
    chosen = {
        "city": find_part(catalogue["cities"], city) if city else None,
        "domain": find_part(catalogue["domains"], domain) if domain else None,
    }
    query = urlencode({name: part["slug"] for name, part in chosen.items() if part})
    path = reverse("guide:handbook")
    return {
        "handbook": handbook(catalogue, limit=limit, **chosen),
        "address": public_address(f"{path}?{query}" if query else path),
    }
