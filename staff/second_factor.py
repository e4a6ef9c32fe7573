"""The second factor: a code from the phone (TOTP), or a recovery code that works once.

django-otp keeps the devices and checks the codes, `staff.lockout` counts the wrong ones. Its own
throttling is off: it goes by account only, so that anybody could keep a colleague out with it.
"""

import hashlib
import secrets
from base64 import b32encode
from enum import StrEnum

import django_otp
from django.conf import settings
from django.contrib.auth import update_session_auth_hash
from django.db import transaction
from django.utils import timezone
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice
from django_otp.util import random_hex

from staff import audit, lockout
from staff.models import AuditEntry

RECOVERY_CODES = 10
RECOVERY_CODE_BYTES = 10  # 80 bits: their unsalted hashes cannot be reversed by trying
STORED_LENGTH = 16  # what django-otp has room for
TOLERANCE = 1  # steps of 30 seconds that the phone's clock may be off


class Step(StrEnum):
    """What a signed-in user must still do before anything else."""

    ENROL = "enrol"
    VERIFY = "verify"


class LockedOut(Exception):
    """Too many wrong codes; no more are checked for now."""


def missing_step(user):
    """The step that keeps the user from the staff area, or None. Costs a query if unverified."""
    if getattr(user, "otp_device", None) is not None:
        return None
    if device_of(user) is not None:
        return Step.VERIFY
    return Step.ENROL if settings.REQUIRE_SECOND_FACTOR else None


def device_of(user):
    """The user's TOTP device, None if there is none."""
    return TOTPDevice.objects.filter(user=user, confirmed=True).first()


def new_key():
    return random_hex(20)


def unsaved_device(user, key):
    """A device to be shown on the page where it is set up; it counts once `enrol` has saved it."""
    return TOTPDevice(user=user, key=key, name="TOTP", tolerance=TOLERANCE)


def secret_text(device):
    """The secret as people type it into their app: base32 in groups of four."""
    text = b32encode(device.bin_key).decode()
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def enrol(*, request, key, code):
    """Make the key the user's second factor if the code fits. Return recovery codes, or None.

    Replaces the factor there was, and ends the user's other sessions.
    """
    device = unsaved_device(request.user, key)
    totp = TOTP(device.bin_key)
    totp.time = timezone.now().timestamp()
    if not totp.verify(int(code), TOLERANCE):
        return None
    device.last_t, device.drift = totp.t(), totp.drift  # this code cannot be used again
    with transaction.atomic():
        is_new = not _delete_devices(request.user)
        device.save()
        codes = _make_recovery_codes(request.user)
        audit.record(action=AuditEntry.Action.FACTOR_ENROLLED, request=request, is_first=is_new)
        request.user.end_sessions()
    update_session_auth_hash(request, request.user)  # all but this one, which gets a new key
    _complete(request, device, "totp")
    return codes


def verify_totp(*, request, code):
    """Whether the code of the user's phone is right; if so the session is verified."""
    device = device_of(request.user)
    return device is not None and _verify(
        request, device, code, "totp", lockout.codes_of(request.user)
    )


def verify_recovery_code(*, request, code):
    """Whether the recovery code is one of the user's; if so it is used up."""
    device = StaticDevice.objects.filter(user=request.user, confirmed=True).first()
    return device is not None and _verify(request, device, _stored(code), "recovery_code")


def renew_recovery_codes(*, request):
    """Replace the user's recovery codes; return the new ones, which are not kept in clear."""
    with transaction.atomic():
        codes = _make_recovery_codes(request.user)
        audit.record(action=AuditEntry.Action.RECOVERY_CODES_MADE, request=request)
    if isinstance(request.user.otp_device, StaticDevice):  # verified by one of the old codes
        django_otp.login(request, device_of(request.user))
    return codes


def count_recovery_codes(user):
    """How many recovery codes the user has left."""
    return sum(device.token_set.count() for device in StaticDevice.objects.filter(user=user))


def may_reset(actor, user):
    """Whether `actor` may take the factor of `user` away: not their own, nor of more rights."""
    if actor.pk == user.pk or not actor.has_perm("staff.change_user"):
        return False
    return actor.is_superuser or (
        not user.is_superuser and user.get_all_permissions() <= actor.get_all_permissions()
    )


@transaction.atomic
def reset(*, user, by, request=None):
    """Take the user's factor away and sign the user out everywhere; the next sign-in enrols."""
    _delete_devices(user)
    user.end_sessions()
    audit.record(action=AuditEntry.Action.FACTOR_RESET, by=by, request=request, target=user)


def _verify(request, device, token, method, *more_counters):
    counters = (lockout.attempts_of(request.user.get_username(), request), *more_counters)
    if not lockout.admit(*counters):
        _record_refusal(request, method, reason="locked_out")
        raise LockedOut
    accepted = django_otp.verify_token(request.user, device.persistent_id, token)
    if accepted is None:
        _record_refusal(request, method, reason="wrong_code")
        if any(lockout.is_exhausted(counter) for counter in counters):
            audit.record(action=AuditEntry.Action.LOCKED_OUT, request=request, target=request.user)
        return False
    request.session.cycle_key()
    _complete(request, accepted, method)
    return True


def _complete(request, device, method):
    django_otp.login(request, device)
    complete_sign_in(request, request.user, method)


def complete_sign_in(request, user, method):
    """Forget the failures of who is now in for good, and log it."""
    lockout.clear(lockout.attempts_of(user.get_username(), request), lockout.codes_of(user))
    audit.record(action=AuditEntry.Action.SIGNED_IN, by=user, request=request, method=method)


def _record_refusal(request, method, reason):
    audit.record(
        action=AuditEntry.Action.CODE_REFUSED, request=request, method=method, reason=reason
    )


def _delete_devices(user):
    """Delete the user's devices; return how many TOTP devices there were."""
    StaticDevice.objects.filter(user=user).delete()
    deleted, _by_model = TOTPDevice.objects.filter(user=user).delete()
    return deleted


def _make_recovery_codes(user):
    StaticDevice.objects.filter(user=user).delete()
    device = StaticDevice.objects.create(user=user, name="recovery codes")
    codes = [_random_code() for _ in range(RECOVERY_CODES)]
    for code in codes:
        device.token_set.create(token=_stored(code))
    return codes


def _random_code():
    text = b32encode(secrets.token_bytes(RECOVERY_CODE_BYTES)).decode().lower()
    return "-".join(text[start : start + 4] for start in range(0, len(text), 4))


def _stored(code):
    """What of a code is stored: a hash, so that the database gives none away."""
    text = "".join(filter(str.isalnum, code.lower()))
    return hashlib.sha256(text.encode()).hexdigest()[:STORED_LENGTH]
