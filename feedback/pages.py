"""What a path of this site is about: its entry, its domain and its city."""

from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.http import Http404
from django.urls import Resolver404, resolve
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from feedback.models import PATH_LENGTH
from publishing.catalogue import catalogue_at
from publishing.pages import find_edition
from publishing.translations import in_page_language
from qingdao_portal.languages import path_in, plain_path
from qingdao_portal.reader import is_page
from qingdao_portal.site_maps import fixed_paths
from regions.cities import CITY_SLUGS

TITLES = {
    "guide:home": _("首页"),
    "guide:index": _("指南"),
    "guide:compare": _("五市对照"),
    "guide:handbook": _("办事手册"),
    "finder:find": _("帮我找"),
    "search:search": _("搜索"),
    "projects:programme-list": _("十大实事"),
    "cooperation:zone-list": _("合作区"),
    "about": _("关于"),
    "accessibility": _("无障碍声明"),
    "privacy": _("隐私说明"),
    "sitemap": _("网站地图"),
}
LISTS = {
    "guide:domain-detail": ("domains", "slug", "name"),
    "guide:scenario-detail": ("scenarios", "slug", "name"),
    "city-detail": ("cities", "slug", "name"),
    "projects:programme-detail": ("programmes", "year", "title"),
}


class Page(NamedTuple):
    """A public page; the site as a whole where the path is ''.

    domain_id: of the row that the entry or the page belongs to. city: a slug, or ''.
    """

    path: str = ""
    title: str = ""
    entry_kind: str = ""
    entry_id: UUID | None = None
    edition: int | None = None
    domain_id: str | None = None
    city: str = ""


def shown(page):
    """What templates show of a page: its address and title in the language that is read now."""
    return {
        "page": page._replace(title=in_page_language(str(page.title))),
        "page_url": path_in(translation.get_language(), page.path),
    }


def find_page(path, version):
    """The page at a path, as it is now. Raises Http404 for what is no page of this site.

    Whatever language the reader reads it in, the page is known by its Chinese address.
    """
    with translation.override(settings.LANGUAGE_CODE):
        return _find_page(plain_path(path), version)


def _find_page(path, version):
    if not path:
        return Page()
    if not is_page(path) or path.startswith("//") or len(path) > PATH_LENGTH:
        raise Http404
    try:
        match = resolve(path)
    except Resolver404 as error:
        raise Http404 from error
    kind = getattr(match.func, "entry_kind", None)
    if kind:
        return _entry_page(kind, match)
    if path not in fixed_paths(version):
        raise Http404
    return _other_page(path, match, catalogue_at(version))


def _entry_page(kind, match):
    """The page of an entry. Its history and old editions are the entry's too."""
    edition = find_edition(kind, match.kwargs["slug"])
    city = match.kwargs.get("city", "")
    if city and city not in CITY_SLUGS:
        raise Http404
    domain = edition.document.get("domain")
    return Page(
        path=edition.get_absolute_url() + (f"{city}/" if city else ""),
        title=edition.title,
        entry_kind=kind,
        entry_id=edition.entry_id,
        edition=edition.number,
        domain_id=domain and domain["id"],
        city=city,
    )


def _other_page(path, match, catalogue):
    name = match.view_name
    if name not in LISTS:
        return Page(path=path, title=str(TITLES.get(name, path)))
    list_name, key, title = LISTS[name]
    value = next(iter(match.kwargs.values()))
    part = next(part for part in catalogue[list_name] if part[key] == value)
    return Page(
        path=path,
        title=part[title],
        domain_id=part["id"] if list_name == "domains" else None,
        city=value if list_name == "cities" else "",
    )
