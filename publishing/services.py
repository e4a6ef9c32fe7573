"""Publishing: the only writers of editions and of the catalogue.

Everything here runs in one transaction under one advisory lock, which is taken before any row is
locked. The lock gives the sequence its order; taking it first keeps writers from deadlocking.
"""

import json
from contextlib import contextmanager
from contextvars import ContextVar

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction
from django.db.models import F, Func, JSONField, Max, Value
from django.utils import timezone
from django.utils.translation import gettext as _

from publishing import registry
from publishing.lists.writing import (
    adopt,
    changes_after,
    changes_by,
    follow,
    rebuild,
    with_counts,
)
from publishing.models import Catalogue, Edition
from publishing.parts import referenced_ids, replace_part
from publishing.translations import outdated_translations
from qingdao_portal.texts import clean_text

_LOCK = 0x0D1A0  # any number, the same in all processes
_batch = ContextVar("batch", default=None)
_going_live = ContextVar("going_live", default=frozenset())


class PublishingError(Exception):
    """A publication that cannot be made; the message says why and is shown to staff."""


def lock_publishing():
    """Wait until no other transaction publishes; held until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


@transaction.atomic
def publish(*, entry, by, note="", minor=False):
    """Publish the entry as its rows are now. Return the new edition.

    Return None if the public document would be the same: a second click publishes nothing.
    `by` is the user, None for a management command. Raises PublishingError where a change note
    is needed and missing.
    """
    lock_publishing()
    kind = registry.kind_of(entry)
    entry = kind.model.objects.select_for_update().get(pk=entry.pk)
    document = _as_json(kind.build(entry))
    last = newest_edition(entry)
    document["outdated_translations"] = outdated_translations(document, last and last.document)
    if last and not last.is_withdrawn and last.document == document:
        return None
    if last and not minor and not note.strip():
        raise PublishingError(_("请填写修改说明:读者会看到这次改了什么。"))
    edition = _append(kind, document, event=_event(last, entry, minor), note=note, by=by, last=last)
    kind.model.objects.filter(pk=entry.pk).update(workflow_state="published")
    _refresh_quotes_of_entry(kind, edition)
    _log(entry, edition, by)
    return edition


@transaction.atomic
def withdraw(*, entry, by, reason, successor=None):
    """Take a live entry off the public side and say why. Return the tombstone.

    `successor` is a live entry of the same kind that readers are sent to. Raises PublishingError
    if the entry is not live, the reason is blank or the successor is not live.
    """
    lock_publishing()
    kind = registry.kind_of(entry)
    last = newest_edition(entry)
    if last is None or last.is_withdrawn:
        raise PublishingError(_("“%s”当前没有公开的版本,不能撤回。") % entry)
    if not reason.strip():
        raise PublishingError(_("请填写撤回原因:读者会在原网址看到它。"))
    if successor is not None:
        check_successor(entry, successor)
    edition = _append(
        kind,
        last.document,
        event="withdrawn",
        note=reason,
        by=by,
        last=last,
        successor_id=successor.pk if successor else None,
    )
    kind.model.objects.filter(pk=entry.pk).update(workflow_state="withdrawn")
    _refresh_quotes_of_entry(kind, edition)
    _log(entry, edition, by)
    return edition


@transaction.atomic
def patch_fields(entry, by, **fields):
    """Change these top-level fields of the live document, as a minor edition. Return it.

    Made from the live document, never from the rows: a draft cannot slip through, and neither
    the rows nor their way to the public are touched. Return None where the public text stays the
    same. Raises PublishingError where nothing is live.
    """
    lock_publishing()
    last = newest_edition(entry)
    if last is None or last.is_withdrawn:
        raise PublishingError(_("“%s”当前没有公开的版本。") % entry)
    unknown = set(fields) - set(last.document)
    if unknown:
        raise ValueError(f"The document has no {sorted(unknown)}.")
    document = last.document | _as_json(fields)
    if document == last.document:
        return None
    kind = registry.kind_of(entry)
    edition = _append(kind, document, event="minor", note="", by=by, last=last)
    _refresh_quotes_of_entry(kind, edition)
    _log(entry, edition, by)
    return edition


@contextmanager
def published_together(entries):
    """Let the documents made inside quote each of `entries`, whatever the order of publishing.

    The block must publish them all: it is one transaction, so nobody sees one without the others.
    """
    with transaction.atomic():
        token = _going_live.set(frozenset(entry.pk for entry in entries))
        try:
            yield
        finally:
            _going_live.reset(token)


def is_going_live(entry):
    """Whether this transaction publishes the entry, if it has not done so already."""
    return entry.pk in _going_live.get()


def newest_edition(entry):
    """The newest edition of an entry row, a tombstone included, or None."""
    return Edition.objects.newest().filter(kind=entry.kind, entry_id=entry.pk).first()


def is_quoted(row):
    """Whether a live edition quotes the reference row."""
    return Edition.objects.quoting(row.pk).exists()


@contextmanager
def batched_quotes():
    """Merge the refreshes of all reference rows saved inside into one, at the end."""
    if _batch.get() is not None:  # the outer batch does it
        yield
        return
    with transaction.atomic():
        rows = {}  # as an ordered set of (model, primary key)
        token = _batch.set(rows)
        try:
            yield
        finally:
            _batch.reset(token)
        if rows:
            lock_publishing()
            for model, pk in rows:
                for row in model.objects.filter(pk=pk):  # none, if it was deleted inside
                    _refresh_quotes_of_row(row)
            _renew_catalogue()


def refresh_quotes(row):
    """After a reference row or a child of it changed or went: renew what shows it.

    Live documents that quote it get a minor edition, and the catalogue is rebuilt.
    """
    batch = _batch.get()
    if batch is not None:
        batch[type(row), row.pk] = True
        return
    _refresh_quotes_of_row(row)
    _renew_catalogue()


@transaction.atomic
def refresh_catalogue():
    """Bring the catalogue up to date with reference rows that were written around `save()`."""
    lock_publishing()
    _renew_catalogue()


@transaction.atomic
def adopt_editions():
    """Take in editions of new entries that were written around `publish()`."""
    lock_publishing()
    catalogue = Catalogue.objects.first()
    known = catalogue.sequence if catalogue else 0
    newest = Edition.objects.aggregate(newest=Max("id"))["newest"]
    if newest is not None:
        _note_editions(sequence=newest, counts=adopt(known), changes=changes_after(known))


@transaction.atomic
def make_lists_anew():
    """Make all that is kept beside the editions again, of which some were removed with a tool."""
    lock_publishing()
    counts, changes = rebuild()
    newest = Edition.objects.aggregate(newest=Max("id"))["newest"] or 0
    catalogue = Catalogue.objects.get()
    catalogue.content |= {"counts": registry.empty_catalogue()["counts"], "changed_at": {}}
    catalogue.save()
    _note_editions(sequence=newest, counts=counts, changes=changes)


def _refresh_quotes_of_row(row):
    part = registry.part_of(row)
    if part is not None:
        _patch_quotes(row.pk, _as_json(part), by=None)


def _refresh_quotes_of_entry(kind, edition):
    """Bring the entry's title in other documents up to date, or take it out when withdrawn."""
    if kind.part is not None:
        part = None if edition.is_withdrawn else _as_json(kind.part(edition.document))
        _patch_quotes(edition.entry_id, part, by=edition.published_by)


def _patch_quotes(part_id, part, *, by):
    """Patch only the live documents, never the rows: a draft cannot slip through."""
    for last in Edition.objects.quoting(part_id).exclude(entry_id=part_id).order_by("id"):
        document = replace_part(last.document, part_id, part)
        if document != last.document:
            kind = registry.kinds[last.kind]
            _append(kind, document, event="minor", note="", by=by, last=last)


def _event(last, entry, minor):
    if last and not last.is_withdrawn and last.slug != entry.slug:
        return "moved"
    return "minor" if minor and last and not last.is_withdrawn else "published"


def _append(kind, document, *, event, note, by, last, successor_id=None):
    """Write the next edition. The caller holds the lock."""
    now = timezone.now()
    if last:
        Edition.objects.filter(pk=last.pk).update(is_current=False)
    newest = Edition.objects.aggregate(newest=Max("id"))["newest"] or 0
    edition = Edition.objects.create(
        id=newest + 1,
        kind=kind.name,
        entry_id=document["id"],
        slug=document["slug"],
        number=last.number + 1 if last else 1,
        event=event,
        note=clean_text(note).strip(),
        document=document,
        facets=sorted(set(kind.facets(document))),
        references=referenced_ids(document),
        position=document.get("position", 0),
        successor_id=successor_id,
        published_at=now,
        first_published_at=last.first_published_at if last else now,
        published_by=by,
    )
    _note_editions(
        sequence=edition.id, counts=follow(edition, last), changes=changes_by(edition, last)
    )
    return edition


def _renew_catalogue():
    """Let the catalogue say what the reference rows say now."""
    catalogue, _created = Catalogue.objects.select_for_update().get_or_create(pk=1)
    lists = _as_json({name: build() for name, build in registry.collections.items()})
    content = registry.empty_catalogue() | catalogue.content | lists
    if content != catalogue.content:
        catalogue.content = content
        catalogue.revision += 1
        catalogue.has_new_collections = True
        catalogue.save()


def _note_editions(*, sequence, counts, changes):
    """Let the catalogue tell of the editions up to `sequence`.

    Of its content only what they move is read and sent: the lists in it are large.
    """
    known = {"known_counts": F("content__counts"), "known_changes": F("content__changed_at")}
    row = Catalogue.objects.select_for_update().defer("content").annotate(**known)
    empty = registry.empty_catalogue()
    catalogue = row.first()
    if catalogue is None:
        Catalogue.objects.create(content=empty)
        catalogue = row.get()
    moved = {
        "counts": with_counts(catalogue.known_counts or empty["counts"], counts),
        "changed_at": (catalogue.known_changes or {}) | changes,
    }
    catalogue.content = Func(
        F("content"),
        Value(moved, JSONField()),
        template="%(expressions)s",
        arg_joiner=" || ",
    )
    catalogue.sequence = sequence
    catalogue.revision += 1
    catalogue.has_new_collections = False
    catalogue.save()


def check_successor(entry, successor):
    if successor.kind != entry.kind or successor.pk == entry.pk:
        raise PublishingError(_("替代条目必须是另一个同类条目。"))
    edition = newest_edition(successor)
    if edition is None or edition.is_withdrawn:
        raise PublishingError(_("替代条目“%s”没有公开的版本。") % successor)


def _log(entry, edition, by):
    """Note the act in the admin's history, at the edition's time: it is no edit of the entry."""
    if by is not None:
        message = _("%(event)s(第%(number)d版)%(note)s") % {
            "event": edition.get_event_display(),
            "number": edition.number,
            "note": edition.note and f":{edition.note}",
        }
        LogEntry.objects.create(
            user_id=by.pk,
            content_type=ContentType.objects.get_for_model(entry),
            object_id=str(entry.pk),
            object_repr=str(entry)[:200],
            action_flag=CHANGE,
            change_message=message,
            action_time=edition.published_at,
        )


def _as_json(value):
    """`value` as it will come back from the database, so that comparisons are exact."""
    return json.loads(json.dumps(value, cls=DjangoJSONEncoder))
