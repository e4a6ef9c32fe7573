"""What search engines are told: every page in each language, in files of a bounded size.

`/sitemap.xml` is the one file where that is enough, else it names the parts.
"""

import datetime

from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps.views import sitemap
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from publishing import registry
from publishing.catalogue import catalogue_at
from publishing.lists.reading import Entries, first_of
from publishing.lists.writing import ALL
from qingdao_portal.languages import path_in
from qingdao_portal.parameters import takes

PART = 500  # entries in one file, each in every language
PAGES = "pages"


class Pages(Sitemap):
    """`(path, when it last changed or None)`, in each language."""

    i18n = alternates = x_default = True

    def __init__(self, pages):
        self._pages = pages

    def items(self):
        return self._pages

    def location(self, item):
        return path_in(get_language(), item[0])

    def lastmod(self, item):
        return item[1]


@takes()
@require_safe
def sitemap_xml(request):
    """All pages, or where the parts are."""
    names = _parts(request.site_version)
    if len(names) > 1 + len(registry.kinds):
        base = request.build_absolute_uri("/")
        parts = [{"location": f"{base}sitemap-{name}.xml"} for name in names]
        content_type = "application/xml"
        return render(request, "sitemap_index.xml", {"sitemaps": parts}, content_type=content_type)
    entries = first_of(*sorted(registry.kinds), limit=PART)
    return sitemap(request, {"all": Pages([*_fixed(request), *_of_entries(entries)])})


@takes()
@require_safe
def sitemap_part(request, name):
    """One part: the fixed pages, or some of the entries of a kind."""
    if name not in _parts(request.site_version):
        raise Http404(_("没有这个文件。"))
    if name == PAGES:
        return sitemap(request, {name: Pages(_fixed(request))})
    kind, _dash, number = name.partition("-")
    entries = Entries(kind, counts=catalogue_at(request.site_version)["counts"])
    page = entries.numbered(int(number), PART)
    return sitemap(request, {name: Pages(_of_entries(page.editions))})


def _parts(version):
    """The names of all parts: `pages`, `measure-1`, `measure-2`, …"""
    counts = catalogue_at(version)["counts"]
    return [
        PAGES,
        *(
            f"{kind}-{number}"
            for kind in sorted(registry.kinds)
            for number in range(1, max(1, -(-counts[kind]["total"] // PART)) + 1)
        ),
    ]


def _fixed(request):
    version = request.site_version
    changes = catalogue_at(version)["changed_at"]
    return [(path, _moment(changes.get(facet))) for path, facet in _fixed_pages(version)]


def _of_entries(editions):
    return [(edition.get_absolute_url(), edition.published_at) for edition in editions]


def _moment(text):
    return text and datetime.datetime.fromisoformat(text)


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
        ("privacy", None),
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
