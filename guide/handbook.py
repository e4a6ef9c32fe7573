"""The printed handbook: the whole guide, one domain, or what reaches one city, in reading order.

Works on published documents. The page and the PDF show the same handbook.
"""

from typing import NamedTuple

from django.utils.translation import gettext as _

from publishing.models import Edition
from publishing.templatetags.documents import by_domain, provision_for

PAGE_LIMIT = 300  # entries on one page of a browser; a PDF has no limit


class Entry(NamedTuple):
    """A measure, and the cities' ways of doing it that this handbook tells of."""

    measure: dict
    provisions: list


class Handbook(NamedTuple):
    """`chapters` are pairs of a domain and its entries; `is_cut` where there would be more.

    `city` and `domain` say what it is narrowed to, None where it is not; `elsewhere` counts the
    measures of the guide that do not reach the city, as far as is known.
    """

    guide: dict | None
    city: dict | None
    domain: dict | None
    chapters: list
    count: int
    is_cut: bool
    elsewhere: int
    updated_at: object

    @property
    def title(self):
        parts = [part["name"] for part in (self.city, self.domain) if part]
        return ":".join([_("打印版手册"), *parts])


def handbook(catalogue, *, city=None, domain=None, limit=None):
    """The `Handbook` of a city and a domain, parts of the catalogue or None. One query."""
    facets = [f"{name}:{part['slug']}" for name, part in _chosen(city, domain)]
    editions = Edition.objects.current().of_kind("measure").with_facets(*facets).in_order()
    # One more than is shown tells that there is more.
    items = [edition.item for edition in (editions[: limit + 1] if limit else editions)]
    shown = items[:limit]
    chapters = [
        (part, [Entry(measure, _provisions(measure, city)) for measure in measures])
        for part, measures in _in_catalogue_order(by_domain(shown), catalogue["domains"])
    ]
    counts = catalogue["counts"]["measure"]
    in_city = counts.get(f"city:{city['slug']}", 0) if city else counts["total"]
    return Handbook(
        guide=catalogue["guide"],
        city=city,
        domain=domain,
        chapters=chapters,
        count=len(shown),
        is_cut=len(items) > len(shown),
        elsewhere=counts["total"] - in_city if city and not domain else 0,
        updated_at=max((measure["updated_at"] for measure in shown), default=None),
    )


def _chosen(city, domain):
    return [(name, part) for name, part in (("city", city), ("domain", domain)) if part]


def _provisions(measure, city):
    return [provision_for(measure, city["slug"])] if city else measure["provisions"]


def _in_catalogue_order(chapters, domains):
    rank = {domain["slug"]: number for number, domain in enumerate(domains)}
    return sorted(chapters, key=lambda chapter: rank.get(chapter[0]["slug"], len(rank)))
