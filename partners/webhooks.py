"""What subscriptions are told, in which order, and how it is signed: Standard Webhooks.

A message is thin: which entry changed, by which sequence, and where to read it. So it holds
nothing that could be out of date, and nothing secret.
"""

import base64
import json
import secrets
from datetime import UTC, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from standardwebhooks.webhooks import Webhook

from partners.models import Subscription
from publishing.catalogue import current_version
from publishing.models import Edition
from staff import audit
from staff.models import AuditEntry

OLD_SECRET_DAYS = 7  # both secrets sign: receivers change theirs at any time within


def start_of(subscription):
    """Let a new subscription begin with what is published after it."""
    subscription.sent_up_to = current_version().sequence


@transaction.atomic
def renew_secret(*, subscription, by):
    """Give the subscription a secret; one that it has signs for a while too. Return the new one."""
    row = Subscription.objects.select_for_update().get(pk=subscription.pk)
    secret = "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()
    until = timezone.now() + timedelta(days=OLD_SECRET_DAYS) if row.secret else None
    Subscription.objects.filter(pk=row.pk).update(
        secret=secret, old_secret=row.secret, old_secret_until=until
    )
    audit.record(action=AuditEntry.Action.WEBHOOK_SECRET_MADE, by=by, target=row)
    return secret


def next_edition(subscription):
    """The first edition after those delivered that the subscription wants, or None.

    Where there is none, the subscription is moved on, so that the same stretch is not read again.
    """
    newest = current_version().sequence  # read first: all it counts is there to be seen below
    after = Edition.objects.filter(id__gt=subscription.sent_up_to)
    edition = after.filter(_wanted(subscription)).order_by("id").first()
    if edition is None and newest > subscription.sent_up_to:
        behind = Subscription.objects.filter(pk=subscription.pk, sent_up_to__lt=newest)
        behind.update(sent_up_to=newest)
    return edition


def _wanted(subscription):
    """The condition on editions. Who no longer gets an entry is told of the edition that left."""
    condition = Q(kind__in=subscription.kinds) if subscription.kinds else Q()
    for name, slugs in (("domain", subscription.domains), ("city", subscription.cities)):
        if slugs:
            facets = {"facets__overlap": [f"{name}:{slug}" for slug in slugs]}
            before = Edition.objects.filter(
                kind=OuterRef("kind"), entry_id=OuterRef("entry_id"), **facets
            )
            condition &= Q(**facets) | Q(Exists(before.filter(number=OuterRef("number") - 1)))
    return condition


def type_of(edition):
    """The kind of event, as Standard Webhooks names them."""
    return f"{edition.kind}.{edition.event}"


def body_of(edition):
    """The message about an edition, byte for byte the same in all attempts."""
    message = {
        "type": type_of(edition),
        "timestamp": edition.published_at.astimezone(UTC).isoformat(),
        "data": {
            "sequence": edition.id,
            "kind": edition.kind,
            "id": str(edition.entry_id),
            "slug": edition.slug,
            "edition": edition.number,
            "event": edition.event,
            "url": settings.PORTAL_URL + edition.get_absolute_url(),
            "changes_url": f"{settings.PORTAL_URL}/api/v1/changes/?after={edition.id - 1}",
        },
    }
    return json.dumps(message, ensure_ascii=False, separators=(",", ":"))


def headers_for(subscription, message_id, body, now):
    """The header fields of an attempt, signed with each secret that is valid now."""
    valid = [subscription.secret]
    if subscription.old_secret and subscription.old_secret_until > now:
        valid.append(subscription.old_secret)
    now = now.astimezone(UTC)  # the library takes the digits of the clock for UTC
    return {
        "Content-Type": "application/json; charset=utf-8",
        "webhook-id": message_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(Webhook(one).sign(message_id, now, body) for one in valid),
    }
