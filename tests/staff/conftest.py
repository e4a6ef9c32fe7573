"""A clock that stands still, and a portal that asks for the second factor."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.db.models import F

from staff.models import FailureCount


class Clock:
    """The time as the portal sees it; it moves when told to.

    The database has a clock that nobody moves: there what was noted moves the other way.
    """

    def __init__(self):
        self.now = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)

    def advance(self, **span):
        self.now += timedelta(**span)
        FailureCount.objects.update(last_at=F("last_at") - timedelta(**span))


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr("django.utils.timezone.now", lambda: clock.now)
    seconds = SimpleNamespace(time=lambda: clock.now.timestamp())
    monkeypatch.setattr("django_otp.plugins.otp_totp.models.time", seconds)
    return clock


@pytest.fixture(autouse=True)
def _second_factor(settings):
    """As outside development; a test of development turns it off."""
    settings.REQUIRE_SECOND_FACTOR = True
