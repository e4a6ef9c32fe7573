"""oEmbed (oembed.com): what to put on a page for the address of one of ours."""

from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.http import Http404, JsonResponse
from django.urls import Resolver404, resolve, reverse
from django.utils import translation
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from guide.embedding import FOR_ALL
from publishing.catalogue import catalogue_at
from publishing.pages import find_edition, find_part
from publishing.translations import in_page_language
from qingdao_portal.languages import split_language, unmarked

CACHE_SECONDS = 3600
SIZES = {"measure": (480, 420), "domain": (480, 600)}  # width and height in pixels
SMALLEST = 200
KINDS = {"guide:measure-detail": "measure", "guide:domain-detail": "domain"}
FRAME = '<iframe src="{}" title="{}" width="{}" height="{}" loading="lazy"></iframe>'


@require_safe
def oembed(request):
    """`url` is the address of a measure or a domain; `maxwidth` and `maxheight` are kept."""
    address, size = request.GET.get("url", ""), request.GET.get
    if size("format", "json") != "json":
        return _refusal(501, _("只提供 format=json。"))
    try:
        kind, slug, code = _target_of(address)
        with translation.override(code):
            title = _title_of(request, kind, slug)
        width, height = SIZES[kind]
        width, height = _fit(size("maxwidth"), width), _fit(size("maxheight"), height)
    except (ValueError, Resolver404):
        return _refusal(400, _("url 须是本站一条条目或一个领域的网址,尺寸须是不小于200的整数。"))
    except Http404:
        return _refusal(404, _("没有这个页面。"))
    frame = settings.PORTAL_URL + reverse(f"embed:{kind}", args=[slug])
    if code != settings.LANGUAGE_CODE:
        frame += f"?{urlencode({'lang': code})}"
    answer = {
        "version": "1.0",
        "type": "rich",
        "title": title,
        "provider_name": _("青岛都市圈同城生活指南"),
        "provider_url": f"{settings.PORTAL_URL}/",
        "cache_age": CACHE_SECONDS,
        "width": width,
        "height": height,
        "html": format_html(FRAME, frame, title, width, height),
    }
    return JsonResponse(answer, headers=FOR_ALL)


def _target_of(address):
    """`(kind, slug, language)` of one of our addresses. Raises ValueError or Resolver404."""
    parts = urlsplit(address)
    if parts.netloc != urlsplit(settings.PORTAL_URL).netloc:
        raise ValueError(address)
    code, path = split_language(parts.path)
    match = resolve(path)
    if match.view_name not in KINDS:
        raise ValueError(address)
    return KINDS[match.view_name], match.kwargs["slug"], code


def _title_of(request, kind, slug):
    """The name in the language that is set. Raises Http404."""
    if kind == "domain":
        part = find_part(catalogue_at(request.site_version)["domains"], slug)
        title = in_page_language(part)["name"]
    else:
        edition = find_edition("measure", slug)
        if edition.is_withdrawn:
            raise Http404
        title = edition.item["title"]
    return unmarked(title)[0]


def _fit(most, size):
    """`size`, or `most` where that is less. Raises ValueError for what is no size."""
    if most is None:
        return size
    if not (most.isascii() and most.isdigit() and len(most) < 6 and int(most) >= SMALLEST):
        raise ValueError(most)
    return min(int(most), size)


def _refusal(status, detail):
    return JsonResponse({"detail": detail}, status=status, headers=FOR_ALL)
