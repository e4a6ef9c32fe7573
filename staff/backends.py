"""Who may sign in with a name and a password."""

from django.contrib.auth import get_user_model
from django.contrib.auth.backends import ModelBackend
from django.core.exceptions import PermissionDenied
from django.utils.crypto import salted_hmac

from staff import audit, lockout
from staff.models import AuditEntry


class PasswordBackend(ModelBackend):
    """Django's, with lock-out and log, for members of staff only."""

    def authenticate(self, request, username=None, password=None, **kwargs):
        if username is None or password is None:
            return None
        counter = lockout.attempts_of(username, request)
        if not lockout.admit(counter):
            _record_failure(request, username, reason="locked_out")
            raise PermissionDenied
        user = super().authenticate(request, username, password, **kwargs)
        if user is None:
            _record_failure(request, username, reason="wrong_name_or_password")
            if lockout.is_exhausted(counter):
                _record(AuditEntry.Action.LOCKED_OUT, request, username)
            return None
        lockout.forgive(counter)
        return user

    def user_can_authenticate(self, user):
        return super().user_can_authenticate(user) and user.is_staff


def _record_failure(request, username, reason):
    _record(AuditEntry.Action.SIGN_IN_FAILED, request, username, reason=reason)


def _record(action, request, username, **details):
    """Log under the account, if there is one. A name that nobody has may be a password typed in
    the wrong field, so only a fingerprint is kept: enough to see that it is tried again.
    """
    user = get_user_model().objects.filter(username=username).first()
    if user is None:
        fingerprint = salted_hmac("staff.unknown_name", username, algorithm="sha256").hexdigest()
        details["unknown_name"] = fingerprint[:12]
    audit.record(action=action, request=request, target=user, **details)
