"""Keep lists, feeds and counts true to what is live. The caller holds the publishing lock."""

from collections import Counter

from django.db import connection

from publishing.lists.models import Announcement, Listing
from publishing.lists.naming import FEEDS, combinations_of, has_feed, lists_of

# What editions say of lists and feeds, in SQL: for many of them at once.
_LISTINGS = """
INSERT INTO publishing_listing (name, position, first_published_at, edition_id)
SELECT concat_ws(' ', kind, facet), position, first_published_at, id
FROM publishing_edition, unnest(array_prepend(NULL, facets)) AS facet
WHERE id > %s AND is_current AND event <> 'withdrawn' ORDER BY 1, 2, 3, 4
"""
_ANNOUNCEMENTS = """
INSERT INTO publishing_announcement (facet, edition_id)
SELECT facet, id FROM publishing_edition, unnest(facets) AS facet
WHERE id > %s AND event <> 'minor' AND split_part(facet, ':', 1) = ANY(%s) ORDER BY 1, 2
"""
_ALIKE = """
SELECT kind, facets, count(*) FROM publishing_edition
WHERE id > %s AND is_current AND event <> 'withdrawn' GROUP BY kind, facets
"""
_ADD = """
INSERT INTO publishing_facetcount (name, number) SELECT * FROM unnest(%s::text[], %s::int[])
ON CONFLICT (name) DO UPDATE SET number = publishing_facetcount.number + excluded.number
"""


def follow(edition, last):
    """Let lists, feeds and counts say what the new edition says instead of `last` (or None).

    Return by how much the catalogue's counts change: `{(kind, facet or "total"): number}`.
    """
    kind, counts = edition.kind, Counter()
    if last is not None and not last.is_withdrawn:
        Listing.objects.filter(edition_id=last.pk).delete()
        counts.subtract(_counted(kind, last.facets))
    if not edition.is_withdrawn:
        Listing.objects.bulk_create(_listings_of(edition))
        counts.update(_counted(kind, edition.facets))
    if edition.event != edition.Event.MINOR:
        facets = filter(has_feed, edition.facets)
        Announcement.objects.bulk_create(Announcement(facet=f, edition=edition) for f in facets)
    return _note(counts)


def adopt(after):
    """Take in the editions after a sequence that were written around `follow`.

    They are of entries that had none before. Return the change as `follow` does.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LISTINGS, [after])
        cursor.execute(_ANNOUNCEMENTS, [after, list(FEEDS)])
    return _note(_counts_of_editions(after))


def recount():
    """Make the counts of combinations anew. Return what the catalogue is to hold."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM publishing_facetcount")
    return _note(_counts_of_editions(0))


def _counts_of_editions(after):
    counts = Counter()
    with connection.cursor() as cursor:
        cursor.execute(_ALIKE, [after])
        for kind, facets, number in cursor.fetchall():
            counts.update(dict.fromkeys(_counted(kind, facets), number))
    return counts


def _listings_of(edition):
    for name in lists_of(edition.kind, edition.facets):
        yield Listing(
            name=name,
            position=edition.position,
            first_published_at=edition.first_published_at,
            edition=edition,
        )


def _counted(kind, facets):
    """Under what an entry counts: its kind, each facet, each combination of them (a text)."""
    return [(kind, "total"), *((kind, facet) for facet in facets), *combinations_of(kind, facets)]


def _note(counts):
    """Write the counts of combinations; return those that the catalogue holds."""
    changed = {key: number for key, number in counts.items() if number}
    combined = {name: number for name, number in changed.items() if isinstance(name, str)}
    if combined:
        with connection.cursor() as cursor:
            cursor.execute(_ADD, [list(combined), list(combined.values())])
    return {key: number for key, number in changed.items() if key not in combined}
