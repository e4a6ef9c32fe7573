"""Keys of partners: made, shown once, found by their hash, revoked.

A key has 256 random bits, so that a plain SHA-256 is as good as a slow hash, and it is looked up
by that hash: how long this takes tells nothing of any key.
"""

import hashlib
import re
import secrets
from datetime import timedelta
from functools import partial

from django.db import transaction
from django.utils import timezone

from partners import mails
from partners.models import ApiKey
from staff import audit
from staff.models import AuditEntry

PREFIX = "qp_"  # tells scanners of leaked secrets, and people, what it is
WARN_DAYS = 14  # before the last day of a key
SHOWN_LENGTH = len(PREFIX) + 6
USED_EVERY = timedelta(minutes=1)  # how exact “last used” is
_KEY = re.compile(PREFIX + r"[A-Za-z0-9_-]{43}")


@transaction.atomic
def make_key(*, partner, label, expires_on, by):
    """Make a key. Return its row and the key itself, which nobody will see again."""
    text = PREFIX + secrets.token_urlsafe(32)
    key = ApiKey.objects.create(
        partner=partner,
        label=label,
        start=text[:SHOWN_LENGTH],
        digest=_digest_of(text),
        expires_on=expires_on,
        made_by=by,
    )
    audit.record(
        action=AuditEntry.Action.API_KEY_MADE, by=by, target=key, expires_on=str(expires_on)
    )
    return key, text


def tell_of_expiring():
    """Tell of each key that ends within WARN_DAYS, once. Return how many were told of.

    Not of one that was never used: nobody would miss it.
    """
    last_day = timezone.localdate() + timedelta(days=WARN_DAYS)
    ending = ApiKey.objects.live().filter(expires_on__lte=last_day, expiry_told_at=None)
    told = 0
    for key in ending.exclude(last_used_at=None).select_related("partner"):
        with transaction.atomic():
            rows = ApiKey.objects.filter(pk=key.pk, expiry_told_at=None)
            if rows.update(expiry_told_at=timezone.now()):  # by this worker, not by another
                transaction.on_commit(partial(mails.tell_of_expiry, key))
                told += 1
    return told


@transaction.atomic
def revoke_key(*, key, by):
    """Close a key at once and for good. Return False where that was done before."""
    is_open = ApiKey.objects.filter(pk=key.pk, revoked_at=None)
    if not is_open.update(revoked_at=timezone.now()):
        return False
    audit.record(action=AuditEntry.Action.API_KEY_REVOKED, by=by, target=key)
    return True


def token_in(authorization):
    """What an Authorization header of the scheme Bearer holds, None where it has another."""
    scheme, _space, token = authorization.partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def find_live(text):
    """The key that this text is, with its partner, or None. Notes now and then that it is used."""
    if not _KEY.fullmatch(text):
        return None
    key = ApiKey.objects.live().select_related("partner").filter(digest=_digest_of(text)).first()
    now = timezone.now()
    if key and (key.last_used_at is None or now - key.last_used_at >= USED_EVERY):
        ApiKey.objects.filter(pk=key.pk).update(last_used_at=now)
    return key


def _digest_of(text):
    return hashlib.sha256(text.encode("ascii")).hexdigest()
