"""Locking out who guesses passwords and codes.

Failures are counted per name and address together, whether or not the name exists: nobody can
lock a colleague out from somewhere else, and nobody learns who has an account. Wrong codes are
counted per account as well, since only somebody who knows the password gets that far.

An attempt is counted as a failure before it is checked and forgiven afterwards, so that many
attempts at a time are no more than the limit either.

Times are the database's: by clocks of their own, machines that serve would forget what another one
has counted.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.crypto import salted_hmac

from qingdao_portal import clock
from qingdao_portal.client import client_network
from staff.models import FailureCount

COOL_OFF = timedelta(minutes=30)
FAILURES_PER_ADDRESS = 10
WRONG_CODES_PER_ACCOUNT = 50


@dataclass(frozen=True)
class Counter:
    """What is counted under one key, and how far."""

    key: str
    limit: int


def attempts_of(name, request):
    """The counter of all that is tried under a name from the address of the request."""
    network = client_network(request) if request else ""
    return Counter(_key("name", name, network), FAILURES_PER_ADDRESS)


def codes_of(user):
    """The counter of wrong codes for an account, wherever they come from."""
    return Counter(_key("codes", str(user.pk)), WRONG_CODES_PER_ACCOUNT)


def admit(*counters):
    """Count an attempt as a failure, for now. False if one of the limits was reached before."""
    _forget_the_old()
    return all(_admit(counter) for counter in counters)


def forgive(counter):
    """Take the last attempt back: it was right, though the sign-in is not complete."""
    with transaction.atomic():
        count = FailureCount.objects.select_for_update().filter(key=counter.key).first()
        if count and count.failures:
            count.failures -= 1
            count.save(update_fields=["failures"])


def clear(*counters):
    """Forget all failures: the sign-in is complete."""
    FailureCount.objects.filter(key__in=[counter.key for counter in counters]).delete()


def is_exhausted(counter):
    """Whether no further attempt is admitted at present."""
    return FailureCount.objects.filter(
        _counts(), key=counter.key, failures__gte=counter.limit
    ).exists()


@transaction.atomic
def _admit(counter):
    count, _created = FailureCount.objects.select_for_update().get_or_create(
        key=counter.key, defaults={"last_at": Now()}
    )
    if count.failures >= counter.limit:
        return False
    count.failures += 1
    count.last_at = Now()
    count.save()
    return True


def _forget_the_old():
    FailureCount.objects.exclude(_counts()).delete()


def _counts():
    """Which failures count: of the last minutes, but not of a clock that was ahead."""
    return Q(last_at__gt=Now() - COOL_OFF, last_at__lte=Now() + clock.MAY_DIFFER)


def _key(*parts):
    """Names as typed are not kept: people type passwords there."""
    return salted_hmac("staff.lockout", "\n".join(parts), algorithm="sha256").hexdigest()
