"""Editions as the API shows them: items, lines of a history, changes."""

import json

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from rest_framework.renderers import JSONRenderer

from publishing.models import Edition
from qingdao_portal import kept_parts


def item_of(edition, request):
    """The edition's item with absolute addresses and local times."""
    item = edition.item
    return item | {
        "url": request.build_absolute_uri(item["url"]),
        "published_at": as_text(item["published_at"]),
        "updated_at": as_text(item["updated_at"]),
        "links": links_of(edition, request),
    }


def item_text_of(edition, request):
    """The item as JSON, of an edition read `with_text`; made once in a process.

    An edition never changes, so a list parses and writes only what it has not shown yet.
    """
    key = ("item", edition.key, edition.slug, request.build_absolute_uri("/"), get_language())
    text = kept_parts.find(key)
    if text is None:
        edition.document = json.loads(edition.document_text)
        text = JSONRenderer().render(item_of(edition, request))
        kept_parts.put(key, text)
    return text


def past_item_of(edition, request, *, slug):
    """The item of one edition in the history of the entry that now has this slug."""
    item = item_of(edition, request)
    addresses = {
        "self": reverse(f"api:{edition.kind}-edition-detail", args=[slug, edition.number]),
        "editions": reverse(f"api:{edition.kind}-edition-list", args=[slug]),
    }
    return item | {"links": item["links"] | _absolute(addresses, request)}


def links_of(edition, request):
    """Where the entry is: its item, its page for people and its history."""
    addresses = {
        "self": reverse(f"api:{edition.kind}-detail", args=[edition.slug]),
        "html": edition.get_absolute_url(),
        "editions": reverse(f"api:{edition.kind}-edition-list", args=[edition.slug]),
    }
    return _absolute(addresses, request)


def _absolute(addresses, request):
    return {rel: request.build_absolute_uri(path) for rel, path in addresses.items()}


def as_text(moment):
    """ISO 8601 in the portal's time zone, with the offset."""
    return timezone.localtime(moment).isoformat()


def address_with(request, **parameters):
    """This address with other query parameters; None takes one away."""
    query = request.query_params.copy()
    for name, value in parameters.items():
        query.pop(name, None)
        if value is not None:
            query[name] = value
    address = request.build_absolute_uri(request.path)
    return f"{address}?{query.urlencode()}" if query else address


def successors_of(editions):
    """`{entry_id: live edition}` of what replaces the withdrawn ones of `editions`.

    One query, none where nothing was replaced. A successor that was withdrawn too is left out.
    """
    ids = {edition.successor_id for edition in editions if edition.successor_id}
    if not ids:
        return {}
    return {live.entry_id: live for live in Edition.objects.current().filter(entry_id__in=ids)}


def reference_to(edition, request):
    """How another entry is named: id, slug and page; None for None."""
    if edition is None:
        return None
    return {
        "id": str(edition.entry_id),
        "slug": edition.slug,
        "url": request.build_absolute_uri(edition.get_absolute_url()),
    }
