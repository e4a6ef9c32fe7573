"""How long a session lasts: twelve hours, or thirty minutes without a request."""

from datetime import UTC, datetime, timedelta

from django.utils import timezone

LONGEST = timedelta(hours=12)
LONGEST_IDLE = timedelta(minutes=30)
NOTED_EVERY = timedelta(minutes=1)  # so that most requests write nothing

_STARTED, _SEEN = "signed_in_at", "seen_at"


def start(session):
    """Begin to count. The expiry is a moment, so that later requests do not put it off."""
    now = timezone.now()
    session[_STARTED] = session[_SEEN] = now.timestamp()
    session.set_expiry(now + LONGEST)


def has_ended(session):
    """Whether the session is too old or was left alone for too long."""
    now = timezone.now()
    started, seen = _moment(session, _STARTED), _moment(session, _SEEN)
    return started is None or now >= started + LONGEST or now >= seen + LONGEST_IDLE


def note_request(session):
    """Remember that the session is in use."""
    now = timezone.now()
    if now >= _moment(session, _SEEN) + NOTED_EVERY:
        session[_SEEN] = now.timestamp()


def _moment(session, key):
    value = session.get(key)
    return None if value is None else datetime.fromtimestamp(value, tz=UTC)
