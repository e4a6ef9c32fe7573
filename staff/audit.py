"""The log of who did what in the staff area: `record` is the one way into it."""

from contextlib import contextmanager
from contextvars import ContextVar
from typing import NamedTuple

from django.db.models import Model

from qingdao_portal.client import client_address
from qingdao_portal.texts import clean_value
from staff.models import AuditEntry

TITLE_LENGTH = 200
_served = ContextVar("served", default=None)


class Target(NamedTuple):
    """What an act was done to, where there is no row to tell it from."""

    kind: str
    id: str
    title: str


@contextmanager
def serving(request):
    """Let what is recorded inside be the act of the request's user, unless told otherwise."""
    token = _served.set(request)
    try:
        yield
    finally:
        _served.reset(token)


def record(*, action, by=None, request=None, target=None, **details):
    """Add an entry in the current transaction: an act that is rolled back did not happen.

    `target` is a row, a model class (all of a kind) or a `Target`. Actor and address are those of
    the request being served where `by` and `request` are left out; a command has neither.
    """
    request = request or _served.get()
    by = by or _user_of(request)
    target = _describe(target)
    return AuditEntry.objects.create(
        action=AuditEntry.Action(action),
        actor_id=by.pk if by else None,
        actor_name=_one_line(_name_of(by)) if by else "",
        object_kind=target.kind,
        object_id=target.id,
        object_title=_one_line(target.title),
        address=client_address(request) if request else None,
        details=clean_value(details),
    )


def _user_of(request):
    user = getattr(request, "user", None)
    return user if user is not None and user.is_authenticated else None


def _name_of(user):
    name = user.get_full_name()
    return f"{name}({user.get_username()})" if name else user.get_username()


def _describe(target):
    if target is None:
        return Target("", "", "")
    if isinstance(target, Target):
        return target
    if isinstance(target, Model):
        return Target(target._meta.label_lower, str(target.pk), str(target))
    return Target(target._meta.label_lower, "", str(target._meta.verbose_name_plural))


def _one_line(text):
    return " ".join(clean_value(text).split())[:TITLE_LENGTH]
