"""Atom feeds of what changed: of the site, a domain, a city, a measure.

An entry of a feed is one edition that was announced; minor editions are not. Withdrawals are said
with their reason, and stay in the feed of what is gone.
"""

import datetime
import uuid

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from publishing.catalogue import catalogue_at
from publishing.lists.models import Announcement
from publishing.models import Edition
from publishing.pages import find_edition, find_part
from publishing.short_addresses import public_address
from qingdao_portal.parameters import takes
from qingdao_portal.texts import clean_text

ENTRIES = 50
BEFORE_ALL = datetime.datetime(2025, 4, 28, tzinfo=datetime.UTC)  # the guide's own day


class Feed(Atom1Feed):
    """Django's Atom, with the same answer each time while nothing has changed."""

    def latest_post_date(self):
        return super().latest_post_date() if self.items else BEFORE_ALL


@takes()
@require_safe
def changes(request):
    """All kinds of entries."""
    return _feed(request, title=_("全站更新"), page=reverse("guide:home"), editions=announced())


@takes()
@require_safe
def domain_changes(request, slug):
    domain = find_part(catalogue_at(request.site_version)["domains"], slug)
    page = reverse("guide:domain-detail", args=[slug])
    editions = announced_of(f"domain:{slug}")
    return _feed(request, title=domain["name"], page=page, editions=editions)


@takes()
@require_safe
def city_changes(request, slug):
    city = find_part(catalogue_at(request.site_version)["cities"], slug)
    editions = announced_of(f"city:{slug}")
    page = reverse("city-detail", args=[slug])
    return _feed(request, title=city["name"], page=page, editions=editions)


@takes()
@require_safe
def measure_changes(request, slug):
    """One measure; an address that it once had leads to its own."""
    edition = find_edition("measure", slug)
    if edition.slug != slug:
        return redirect("measure-feed", slug=edition.slug, permanent=True)
    editions = announced().filter(kind="measure", entry_id=edition.entry_id)
    page = edition.get_absolute_url()
    return _feed(request, title=edition.document["title"], page=page, editions=editions)


def announced():
    """Editions that readers are told of, newest first."""
    return Edition.objects.exclude(event=Edition.Event.MINOR).order_by("-id")


def announced_of(facet):
    """The same of one domain or city."""
    newest = Announcement.objects.filter(facet=facet).order_by("-edition")
    return announced().filter(pk__in=newest.values("edition")[:ENTRIES])


def _feed(request, *, title, page, editions):
    feed = Feed(
        title=clean_text(f"{title} - {_('青岛都市圈同城生活指南')}"),
        link=public_address(page),
        description=None,
        language="zh-Hans",
        author_name=_("青岛都市圈同城生活指南"),
        feed_url=public_address(request.path),
        # The address is a promise, the host may change: neither is part of the identity.
        feed_guid=uuid.uuid5(uuid.NAMESPACE_URL, request.path).urn,
    )
    for edition in editions[:ENTRIES]:
        feed.add_item(**_entry_of(edition))
    content = feed.writeString("utf-8")
    return HttpResponse(content, content_type="application/atom+xml; charset=utf-8")


def _entry_of(edition):
    """One edition in the words of Django's feed generator, which raises on control characters."""
    document = edition.document
    title, text = document["title"], edition.note or document.get("summary") or ""
    if edition.is_withdrawn:
        title, text = _("已撤下:%s") % title, _("撤下原因:%s") % edition.note
    elif edition.number == 1:
        title, text = _("新收录:%s") % title, document.get("summary") or ""
    return {
        "title": clean_text(title),
        "link": public_address(edition.get_absolute_url()),
        "description": escape(clean_text(text)),  # readers take it as HTML
        "unique_id": uuid.uuid5(edition.entry_id, str(edition.number)).urn,
        "pubdate": edition.published_at,
        "updateddate": edition.published_at,
    }
