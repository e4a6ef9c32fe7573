"""Staying true: when an entry is due for another look, and saying that it still holds."""

from datetime import datetime, time, timedelta

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from publishing import services
from publishing.models import WorkflowEvent
from publishing.states import only_live
from staff import access


def interval():
    """How long a verification holds where no other date was set."""
    return timedelta(days=settings.REVIEW_INTERVAL_DAYS)


def due_on(entry):
    """The day on which the entry should be looked at again."""
    if entry.review_due_on:
        return entry.review_due_on
    verified_on = entry.last_verified_on or timezone.localdate(entry.created_at)
    return verified_on + interval()


def overdue(entries, today):
    """Narrow a queryset to what is live and due; `due_on` in the words of the database."""
    latest = today - interval()
    # The moment, not the day of each row: the index of what is due holds moments.
    next_day = timezone.make_aware(datetime.combine(latest + timedelta(days=1), time.min))
    is_due_by_default = Q(last_verified_on__lte=latest) | Q(
        last_verified_on=None, created_at__lt=next_day
    )
    is_due = Q(review_due_on__lte=today) | (Q(review_due_on=None) & is_due_by_default)
    return only_live(entries).filter(is_due)


def may_verify(user, entry):
    return access.may_edit(user, entry) or access.may_review(user, entry)


def verifiable(user, entries):
    """Narrow a queryset as `may_verify` would, one by one."""
    return entries if access.may_review(user, entries.model) else access.changeable(user, entries)


@transaction.atomic
def verify(*, entry, by, today=None):
    """Stamp a live entry as still true and set its next review. Return the minor edition.

    Only the date of the public text changes: what is being edited stays hidden, and neither its
    version nor its way to the public moves. Return None where it was stamped by the same person
    that day: a second click does nothing. Raises PublishingError where nothing is live.
    """
    today = today or timezone.localdate()
    services.lock_publishing()
    entry = type(entry).objects.select_for_update(of=("self",)).get(pk=entry.pk)
    if not may_verify(by, entry):
        raise PermissionDenied
    stamp = {
        "last_verified_on": today,
        "last_verified_by": by,
        "review_due_on": today + interval(),
    }
    edition = services.patch_fields(entry, by, last_verified_on=today)
    if edition is None and all(getattr(entry, name) == value for name, value in stamp.items()):
        return None
    type(entry).objects.filter(pk=entry.pk).update(**stamp)
    WorkflowEvent.objects.create(
        kind=entry.kind,
        entry_id=entry.pk,
        action=WorkflowEvent.Action.VERIFIED,
        by=by,
        version=entry.version,
    )
    return edition
