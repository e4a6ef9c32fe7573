"""Receiving, routing, answering and forgetting messages; counting who found a page of use."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from feedback.models import Message, Usefulness, contact_days
from publishing.catalogue import catalogue_at
from qingdao_portal.working_days import WorkDays, after_working_days
from regions.models import City
from staff import audit
from staff.audit import Target
from staff.models import AuditEntry

LATEST_CHANGES = ("city", "domain", "answer", "answered_at", "answered_by", "version")


def receive(*, id, page, kind, text, contact, city, version):
    """Store what a reader sent, for the city and domain that answer. Return the `Message`.

    The same id again, also at the same moment, is the same message with its reference number.
    """
    domains = Message._meta.get_field("domain").related_model.objects
    message, _is_new = Message.objects.get_or_create(
        pk=id,
        defaults={
            "kind": kind,
            "text": text,
            "contact": contact,
            "about": page.path,
            "about_title": page.title[:200],
            "entry_kind": page.entry_kind,
            "entry_id": page.entry_id,
            "edition": page.edition,
            "city": City.objects.filter(slug=city).first() if city else None,
            "domain": domains.filter(pk=page.domain_id).first() if page.domain_id else None,
            "due_on": due_on(timezone.localdate(), version),
        },
    )
    return message


def due_on(day, version):
    """The last day for the answer to what came on a day, by the calendars that staff entered."""
    work_days = WorkDays.of(catalogue_at(version)["calendars"])
    return after_working_days(day, settings.FEEDBACK_ANSWER_DAYS, work_days).day


@transaction.atomic
def record_work(*, message, by, changed):
    """Save what staff changed in a message, `changed` names the fields: routing or answer."""
    if "answer" in changed:
        message.answered_at = message.answered_at or timezone.now()
        message.answered_by = by
        _audit(AuditEntry.Action.FEEDBACK_ANSWERED, message, by)
    if "city" in changed or "domain" in changed:
        _audit(AuditEntry.Action.FEEDBACK_ROUTED, message, by)
    message.version += 1
    message.save(update_fields=LATEST_CHANGES)


@transaction.atomic
def discard(*, message, by):
    """Delete a message before its time: spam, or what its sender wants to have gone."""
    _audit(AuditEntry.Action.FEEDBACK_DELETED, message, by)
    message.delete()


def forget(now):
    """Erase what was kept for as long as readers were told. Return (messages, contacts)."""
    old = Message.objects.filter(received_at__lt=now - timedelta(settings.FEEDBACK_KEEP_DAYS))
    deleted, _by_model = old.delete()
    known = Message.objects.filter(received_at__lt=now - timedelta(contact_days()))
    return deleted, known.exclude(contact="").update(contact="")


@transaction.atomic
def count_vote(*, page, is_useful):
    """Count that somebody found the page of use, or did not, today."""
    field = "yes" if is_useful else "no"
    day, _is_new = Usefulness.objects.get_or_create(
        day=timezone.localdate(),
        path=page.path,
        defaults={"title": page.title[:200], "entry_id": page.entry_id},
    )
    Usefulness.objects.filter(pk=day.pk).update(**{field: F(field) + 1})


def _audit(action, message, by):
    """The log outlives the message: it says what it was about and nothing that was in it."""
    target = Target(message._meta.label_lower, str(message.pk), f"{message} {message.about_title}")
    audit.record(action=action, by=by, target=target)
