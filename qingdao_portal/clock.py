"""A clock that is wrong for a while: noticing that it was set, and what it has noted."""

import time
from datetime import timedelta

from django.dispatch import Signal
from django.utils import timezone

MAY_DIFFER = timedelta(minutes=1)  # between the clocks of several machines
STEP_SECONDS = 5  # a smaller one puts nothing off that matters

was_set = Signal()  # sent by the worker, at its start too: nobody knows what was before


def future():
    """Where the future begins: what was noted later than this was noted by a clock ahead."""
    return timezone.now() + MAY_DIFFER


class Watch:
    """Compares the time of day with the time since the start of the machine, which never jumps."""

    def __init__(self):
        self._difference = _difference()

    def has_jumped(self):
        """Whether the clock was set, forth or back, since this was asked last."""
        before, self._difference = self._difference, _difference()
        return abs(self._difference - before) >= STEP_SECONDS


def _difference():
    return time.time() - time.monotonic()
