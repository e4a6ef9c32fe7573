"""Editions as the API shows them: items, lines of a history, changes."""

from django.utils import timezone
from django.utils.translation import get_language
from rest_framework.renderers import JSONRenderer

from publishing.models import Edition
from qingdao_portal import kept_parts
from qingdao_portal.addresses import path_of


def item_of(edition, request):
    """The edition's item with absolute addresses and local times."""
    item = edition.item
    return item | {
        "url": request.build_absolute_uri(item["url"]),
        "published_at": as_text(item["published_at"]),
        "updated_at": as_text(item["updated_at"]),
        "links": links_of(edition, request),
    }


def item_texts_of(editions, request):
    """The items as JSON, of editions read without their documents; each made once in a process.

    An edition never changes, so a list reads, parses and writes only what it has not shown yet. One
    query for those.
    """
    shown_as = request.build_absolute_uri("/"), get_language()
    keys = [("item", edition.key, edition.slug, *shown_as) for edition in editions]
    texts = {key: kept_parts.find(key) for key in keys}
    new = {edition.pk: key for edition, key in zip(editions, keys, strict=True) if not texts[key]}
    if new:
        for edition in Edition.objects.to_show().filter(pk__in=new):
            texts[new[edition.pk]] = text = JSONRenderer().render(item_of(edition, request))
            kept_parts.put(new[edition.pk], text)
    return [texts[key] for key in keys]


def past_item_of(edition, request, *, slug):
    """The item of one edition in the history of the entry that now has this slug."""
    item = item_of(edition, request)
    addresses = {
        "self": path_of(f"api:{edition.kind}-edition-detail", slug, edition.number),
        "editions": path_of(f"api:{edition.kind}-edition-list", slug),
    }
    return item | {"links": item["links"] | _absolute(addresses, request)}


def links_of(edition, request):
    """Where the entry is: its item, its page for people and its history."""
    addresses = {
        "self": path_of(f"api:{edition.kind}-detail", edition.slug),
        "html": edition.get_absolute_url(),
        "editions": path_of(f"api:{edition.kind}-edition-list", edition.slug),
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
