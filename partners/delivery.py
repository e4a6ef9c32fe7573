"""Deliver webhooks: one change at a time per subscription, each until it has arrived.

A subscription is sent to by whoever holds its lease, so its messages keep their order however many
workers there are. A worker that dies in between lets the lease run out; the message it was at is
sent again with the same id.
"""

import random
import time
from datetime import timedelta

from django.db import transaction
from django.db.models import F, Min, Q
from django.db.models.functions import Coalesce, Least
from django.utils import timezone
from django.utils.translation import gettext as _

from partners import webhooks
from partners.mails import tell_of_end
from partners.models import LEASE, Delivery, Subscription
from publishing.models import Edition
from qingdao_portal import outbound

SECONDS = 10  # for one attempt
RUN_SECONDS = 15  # then other tasks of the worker have their turn
# How long to wait after so many failures; the last one holds for all further ones.
WAITS = [
    *(timedelta(seconds=5), timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=10)),
    *(timedelta(minutes=30), timedelta(hours=1), timedelta(hours=3), timedelta(hours=6)),
    timedelta(hours=12),
]
JITTER = 0.2
LONGEST_WAIT = timedelta(hours=24)  # that a receiver may ask for
GIVE_UP_AFTER = timedelta(days=5)
FEWEST_FAILURES = GIVE_UP_AFTER // LONGEST_WAIT  # in that time; fewer are of a clock that jumped
KEEP = timedelta(days=90)


def deliver_due():
    """Send what is due. Return when something is due next, None where nothing is."""
    end = time.monotonic() + RUN_SECONDS
    for subscription in Subscription.objects.due(timezone.now()).order_by(
        F("next_attempt_at").asc(nulls_first=True), "id"
    ):
        if not _deliver_to(subscription.pk, end):
            return timezone.now()
    now = timezone.now()
    # Whoever holds a lease may have died with the database, and nobody else would come back.
    leases = Min("leased_until", filter=Q(leased_until__range=(now, now + LEASE)))
    times = Subscription.objects.sending().aggregate(Min("next_attempt_at"), leases=leases)
    return min(filter(None, times.values()), default=None)


def forget_old():
    """Drop what the log of deliveries has held for long enough."""
    old = Delivery.objects.filter(last_at__lt=timezone.now() - KEEP)
    return old.exclude(state=Delivery.State.FAILING).delete()[0]


def _deliver_to(pk, end):
    """Send to one subscription until it fails or has all. Return False when the time is up."""
    lease = None
    try:
        while time.monotonic() < end:
            lease = _hold(pk, lease)
            if lease is None:
                return True
            subscription = Subscription.objects.get(pk=pk)
            delivery, edition = _next(subscription)
            if delivery is None or not _attempt(subscription, delivery, edition, lease):
                return True
        return False
    finally:
        if lease:
            Subscription.objects.filter(pk=pk, leased_until=lease).update(leased_until=None)


def _hold(pk, lease):
    """Take the lease, or prolong it. Return it, or None where somebody else has it."""
    with transaction.atomic():
        # An update that waits for another one looks again at its row alone, not at what it joins:
        # it would take the lease that was just taken. Locked first, what it asks is asked after.
        Subscription.objects.select_for_update().filter(pk=pk).first()
        now = timezone.now()
        mine = Subscription.objects.due(now).filter(pk=pk)
        if lease:
            mine = Subscription.objects.sending().filter(pk=pk, leased_until=lease)
        return now + LEASE if mine.update(leased_until=now + LEASE) else None


def _next(subscription):
    """What to send now, with its edition: replays first, then what follows. Or two None."""
    replay = subscription.deliveries.filter(state=Delivery.State.REPLAY).order_by("sequence")
    delivery = replay.first()
    if delivery:
        return delivery, Edition.objects.get(pk=delivery.sequence)
    edition = webhooks.next_edition(subscription)
    if edition is None:
        return None, None
    delivery, _is_new = Delivery.objects.get_or_create(
        subscription=subscription,
        sequence=edition.id,
        defaults={
            "title": edition.title[:200],
            "event": webhooks.type_of(edition),
            "state": Delivery.State.FAILING,
        },
    )
    return delivery, edition


def _attempt(subscription, delivery, edition, lease):
    """Send one message and note what came of it. Return whether to go on with the next."""
    now, is_replay = timezone.now(), delivery.state == Delivery.State.REPLAY
    answer, result = _send(subscription, delivery, edition, now)
    has_arrived = answer is not None and 200 <= answer.status < 300
    with transaction.atomic():
        held = Subscription.objects.select_for_update().filter(pk=subscription.pk)
        if not held.filter(leased_until=lease).exists():
            return False  # too slow: somebody else has taken over
        _note(delivery, has_arrived, is_replay, result, now)
        if has_arrived and not is_replay:
            _move_on(subscription, edition)
        elif not is_replay:
            _put_off(subscription, answer, result, now)
    return has_arrived or is_replay


def _send(subscription, delivery, edition, now):
    """The receiver's answer, None where there was none, and what to write into the log."""
    body = webhooks.body_of(edition)
    headers = webhooks.headers_for(subscription, delivery.message_id, body, now)
    try:
        answer = outbound.post(subscription.url, body.encode(), headers, seconds=SECONDS)
    except outbound.Forbidden:
        return None, _("地址不在公网上,没有连接")
    except outbound.NoSuchName:
        return None, _("没有这个域名")
    except outbound.Insecure:
        return None, _("TLS 连接不可信")
    except outbound.Unreachable:
        return None, _("连不上、太慢或不是 HTTP")
    return answer, _("答 %d") % answer.status


def _note(delivery, has_arrived, is_replay, result, now):
    states = Delivery.State
    failed = states.REPLAY_FAILED if is_replay else states.FAILING
    delivery.state = states.DELIVERED if has_arrived else failed
    delivery.result, delivery.last_at = result, now
    delivery.attempts += 1
    delivery.save(update_fields=["state", "result", "last_at", "attempts"])


def _move_on(subscription, edition):
    Subscription.objects.filter(pk=subscription.pk).update(
        sent_up_to=edition.id, failures=0, failing_since=None, next_attempt_at=None
    )


def _put_off(subscription, answer, result, now):
    """Wait before the next attempt, longer each time; switch off what has been dead for days."""
    rows = Subscription.objects.filter(pk=subscription.pk)
    since = subscription.failing_since or now
    is_dead = now - since >= GIVE_UP_AFTER and subscription.failures >= FEWEST_FAILURES
    if is_dead or (answer and answer.status == 410):
        rows.update(is_active=False, off_reason=result[:200], next_attempt_at=None)
        transaction.on_commit(lambda: tell_of_end(subscription, result))
        return
    rows.update(
        failures=F("failures") + 1,
        failing_since=Least(Coalesce("failing_since", now), now),  # not a time to come
        next_attempt_at=now + wait_after(subscription.failures, answer),
    )


def wait_after(failures, answer=None):
    """How long to wait after so many earlier failures; longer where the receiver asks for it."""
    wait = WAITS[min(failures, len(WAITS) - 1)] * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311
    asked = answer.retry_after if answer else ""
    if asked.isascii() and asked.isdigit() and len(asked) < 7:
        wait = max(wait, min(timedelta(seconds=int(asked)), LONGEST_WAIT))
    return wait


def switch_on(subscription):
    """Forget the failures of a subscription, so that it is tried at once."""
    Subscription.objects.filter(pk=subscription.pk).update(
        failures=0, failing_since=None, next_attempt_at=None, off_reason=""
    )


def replay(deliveries):
    """Have the worker send these once more. Return how many: what was not yet sent is not again."""
    again = Q(state=Delivery.State.DELIVERED) | Q(state=Delivery.State.REPLAY_FAILED)
    return deliveries.filter(again).update(state=Delivery.State.REPLAY)
