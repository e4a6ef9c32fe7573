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
_CHANGES = """
SELECT name, max(published_at)
FROM publishing_edition, unnest(ARRAY['all', kind]::varchar[] || facets) AS name
WHERE id > %s AND is_current GROUP BY name ORDER BY name
"""
_EMPTY = """
DELETE FROM publishing_listing; DELETE FROM publishing_announcement;
DELETE FROM publishing_facetcount
"""
_ADD = """
INSERT INTO publishing_facetcount (name, number) SELECT * FROM unnest(%s::text[], %s::int[])
ON CONFLICT (name) DO UPDATE SET number = publishing_facetcount.number + excluded.number
"""
ALL = "all"  # stands for every entry where others name a kind or a facet


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


def rebuild():
    """Make everything anew from all editions. Return `(counts, changes)` for the catalogue."""
    with connection.cursor() as cursor:
        cursor.execute(_EMPTY)
    return adopt(0), changes_after(0)


def changes_after(sequence):
    """When a list changed last by an edition after the sequence: `{name: ISO 8601}`."""
    with connection.cursor() as cursor:
        cursor.execute(_CHANGES, [sequence])
        return {name: moment.isoformat() for name, moment in cursor.fetchall()}


def changes_by(edition, last):
    """The same for a new edition instead of `last` (or None)."""
    facets = {*edition.facets, *(last.facets if last else ())}
    return dict.fromkeys([ALL, edition.kind, *sorted(facets)], edition.published_at.isoformat())


def with_counts(counts, changes):
    """The counts of live entries by kind and facet: `{"measure": {"total": 28, …}, …}`."""
    counts = {kind: dict(numbers) for kind, numbers in counts.items()}
    for (kind, facet), change in changes.items():
        numbers = counts.setdefault(kind, {})
        numbers[facet] = numbers.get(facet, 0) + change
        if not numbers[facet] and facet != "total":
            del numbers[facet]
    return counts


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
