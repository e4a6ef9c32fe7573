"""Files that machines look for at fixed addresses."""

import datetime

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.http import Http404, HttpResponse, JsonResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from publishing.catalogue import catalogue_at
from publishing.models import Edition
from qingdao_portal.languages import path_in
from qingdao_portal.parameters import takes

SECURITY_TXT_DAYS = 180
ALL = "all"  # stands for every entry where others name a kind or a facet


class PageSitemap(Sitemap):
    """Every page that search engines should know, in each language, with the last change known."""

    i18n = alternates = x_default = True

    def __init__(self, version):
        self._version = version

    def items(self):
        entries = list(Edition.objects.newest().order_by("id"))
        changes = _last_changes(entries)
        return [(path, changes.get(facet)) for path, facet in _fixed_pages(self._version)] + [
            (edition.get_absolute_url(), edition.published_at)
            for edition in entries
            if not edition.is_withdrawn
        ]

    def location(self, item):
        return path_in(get_language(), item[0])

    def lastmod(self, item):
        return item[1]


def fixed_paths(version):
    """The paths of all public pages that are no entry's."""
    return (path for path, _facet in _fixed_pages(version))


def _fixed_pages(version):
    """`(path, facet)`: the page lists the entries with that facet, or of that kind.

    None where a page is not about entries alone: when it last changed is not known.
    """
    for name, kind in (
        ("guide:home", ALL),
        ("guide:index", "measure"),
        ("guide:compare", "measure"),
        ("guide:handbook", "measure"),
        ("finder:find", None),
        ("search:search", None),
        ("projects:programme-list", "project"),
        ("cooperation:zone-list", "zone"),
        ("about", None),
        ("accessibility", None),
        ("sitemap", ALL),
    ):
        yield reverse(name), kind
    catalogue = catalogue_at(version)
    for list_name, view_name, key, facet in (
        ("domains", "guide:domain-detail", "slug", "domain"),
        ("scenarios", "guide:scenario-detail", "slug", "scenario"),
        ("cities", "city-detail", "slug", "city"),
        ("programmes", "projects:programme-detail", "year", "year"),
    ):
        for part in catalogue[list_name]:
            yield reverse(view_name, args=[part[key]]), f"{facet}:{part[key]}"


def _last_changes(entries):
    """When an entry of each kind and with each facet changed last; one withdrawn counts too."""
    changes = {}
    for edition in sorted(entries, key=lambda entry: entry.published_at):
        changes |= dict.fromkeys([ALL, edition.kind, *edition.facets], edition.published_at)
    return changes


@takes()
@require_safe
def robots_txt(request):
    lines = [
        "User-agent: *",
        "Disallow: /admin/",
        *(
            f"Disallow: {path_in(code, path)}"
            for code, _name in settings.LANGUAGES
            # Searches narrowed down; plain ones say by themselves whether engines may keep them.
            for path in ("/feedback/", "/search/?*&", "/search/suggest/")
        ),
        f"Sitemap: {request.build_absolute_uri('/sitemap.xml')}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_safe
def security_txt(request):
    """RFC 9116. Absent while no contact is set: an invented one would be worse than none."""
    if not settings.SECURITY_CONTACT:
        raise Http404(_("未设置安全联系方式。"))
    # A whole day, so that the file is the same all day.
    expires = timezone.localdate() + datetime.timedelta(days=SECURITY_TXT_DAYS)
    lines = [
        f"Contact: {settings.SECURITY_CONTACT}",
        f"Expires: {expires:%Y-%m-%d}T00:00:00+08:00",
        "Preferred-Languages: zh, en",
        f"Canonical: {request.build_absolute_uri(request.path)}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@takes()
@require_safe
def web_manifest(request):
    """What a phone needs to put the portal on its home screen."""
    icons = [
        {"src": static(f"icons/icon-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png"}
        for size in (192, 512)
    ]
    manifest = {
        "name": _("青岛都市圈同城生活指南"),
        "short_name": _("同城指南"),
        "description": _("五市同城便捷生活:能办什么、怎么办、带什么、去哪里、多久办好。"),
        "lang": "zh-Hans",
        "id": "/",
        "start_url": "/",
        "scope": "/",
        # With the browser's way back and its menu: readers print and share.
        "display": "minimal-ui",
        "theme_color": "#0a3f63",
        "background_color": "#fbf8f2",
        "icons": icons,
    }
    return JsonResponse(
        manifest,
        content_type="application/manifest+json",
        json_dumps_params={"ensure_ascii": False},
    )
