"""Cards and lists of the guide for other sites to frame: no script, no cookie, nothing personal.

`lang`, `theme` and `color` are parameters; a value that is not listed counts as absent, as on all
pages. These are the only pages that may be framed.
"""

from csp.decorators import csp_replace
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from publishing.catalogue import catalogue_at
from publishing.lists.reading import Entries
from publishing.pages import PAGE_SIZE, find_edition, find_part, items_of
from publishing.translations import in_page_language
from qingdao_portal.isolation import shown_anywhere
from qingdao_portal.languages import is_original, tag_languages

THEMES = ("light", "dark")
COLORS = ("sea", "tile", "tree", "sand", "stone")
FOR_ALL = {"Access-Control-Allow-Origin": "*"}  # scripts of any site may read it


def may_be_framed(view):
    """Let any site frame the answers of the view, which hold nothing to trick a reader with."""
    framed = csp_replace({"frame-ancestors": ["*"]})(xframe_options_exempt(require_safe(view)))
    return shown_anywhere(framed)


@may_be_framed
def measure_card(request, slug):
    """What a measure is, which cities have it and on what ground."""
    edition = find_edition("measure", slug)
    if edition.slug != slug and not edition.is_withdrawn:
        address = reverse("embed:measure", args=[edition.slug])
        query = request.META.get("QUERY_STRING", "")
        return redirect(f"{address}?{query}" if query else address, permanent=True)
    status = 410 if edition.is_withdrawn else 200
    name = "gone" if edition.is_withdrawn else "measure"
    return _framed(request, name, lambda: _card_of(edition), status)


def _card_of(edition):
    return {"measure": edition.item, "reason": in_page_language(edition.note)}


@may_be_framed
def domain_list(request, slug):
    """The measures of a domain by name."""
    catalogue = catalogue_at(request.site_version)
    part = find_part(catalogue["domains"], slug)
    entries = Entries("measure", [f"domain:{slug}"], counts=catalogue["counts"])
    editions = entries.numbered(1, PAGE_SIZE).editions
    return _framed(
        request,
        "domain",
        lambda: {"domain": in_page_language(part), "measures": items_of(editions)},
    )


def _framed(request, name, context, status=200):
    """The page in the language that `lang` names, with the looks that were asked for."""
    code = _listed(request.GET, "lang", dict(settings.LANGUAGES)) or settings.LANGUAGE_CODE
    with translation.override(code):
        looks = {
            "language": settings.LANGUAGE_TAGS[code],
            "theme": _listed(request.GET, "theme", THEMES),
            "color": _listed(request.GET, "color", COLORS),
        }
        html = render_to_string(f"embed/{name}.html", context() | looks, request)
        html = html if is_original() else tag_languages(html, code)
    return HttpResponse(html, status=status, headers={"Content-Language": looks["language"]})


def _listed(parameters, name, values):
    value = parameters.get(name, "")
    return value if value in values else ""


@shown_anywhere
@require_safe
def element(request):
    """The custom element, at an address that pages elsewhere can rely on."""
    script = render_to_string("embed/element.js")
    return HttpResponse(script, content_type="text/javascript; charset=utf-8", headers=FOR_ALL)
