"""What the portal itself published of a project's status, and who continues the project."""

import datetime
from itertools import pairwise
from typing import NamedTuple

from django.db.models import Q
from django.urls import reverse

from publishing.models import Edition

_READ = (
    *("entry_id", "number", "note", "published_at", "slug", "title"),
    *("document__year", "document__status", "document__citations"),
)


class PublishedChange(NamedTuple):
    """A status that one edition changed, with the citations that came with it."""

    edition: int
    published_at: datetime.datetime
    before: str
    after: str
    note: str
    citations: list


class History(NamedTuple):
    changes: list  # of PublishedChange, oldest first
    continued_by: list  # of {"title", "year", "url"}, by year


def history_of(edition):
    """The history of the project that `edition` is of. One query."""
    own = Q(kind=edition.kind, entry_id=edition.entry_id)
    quoting = Q(kind=edition.kind, is_current=True, references__contains=[edition.entry_id])
    found = Edition.objects.filter(own | quoting & ~Q(event=Edition.Event.WITHDRAWN))
    rows = list(found.order_by("id").values(*_READ))
    editions = [row for row in rows if row["entry_id"] == edition.entry_id]
    later = [row for row in rows if row["entry_id"] != edition.entry_id]
    return History(
        changes=[
            _change(before, after)
            for before, after in pairwise(editions)
            if before["document__status"] != after["document__status"]
        ],
        continued_by=[_continuing(row) for row in sorted(later, key=lambda r: r["document__year"])],
    )


def _change(before, after):
    known = {citation["source"]["id"] for citation in before["document__citations"]}
    return PublishedChange(
        edition=after["number"],
        published_at=after["published_at"],
        before=before["document__status"],
        after=after["document__status"],
        note=after["note"],
        citations=[c for c in after["document__citations"] if c["source"]["id"] not in known],
    )


def _continuing(row):
    address = reverse("projects:project-detail", args=[row["document__year"], row["slug"]])
    return {"title": row["title"], "year": row["document__year"], "url": address}
