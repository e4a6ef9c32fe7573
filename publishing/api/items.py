"""Editions as the API shows them: items, lines of a history, changes."""

from django.utils import timezone

from publishing.models import Edition


def item_of(edition, request):
    """The edition's item with an absolute address and local times."""
    item = edition.item
    return item | {
        "url": request.build_absolute_uri(item["url"]),
        "published_at": as_text(item["published_at"]),
        "updated_at": as_text(item["updated_at"]),
    }


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
