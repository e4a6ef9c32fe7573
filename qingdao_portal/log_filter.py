"""Keeps addresses that are keys out of the logs: whoever reads one could open what it opens."""

import logging
import re

_hidden = []


class WithoutKeys(logging.Filter):
    """Blots what follows a hidden prefix out of a record's message, for all handlers."""

    def filter(self, record):
        message = record.getMessage()
        if any(prefix in message for prefix in _hidden):
            record.msg, record.args = _blot(message), ()
        return True


def hide(prefix):
    """Blot out the part of addresses that follows `prefix`, e.g. `/check/`."""
    if not _hidden:  # before any handler sees what is written of requests
        for name in ("django.request", "django.server", "gunicorn.error"):
            logging.getLogger(name).addFilter(WithoutKeys())
    _hidden.append(prefix)


def _blot(message):
    prefixes = "|".join(map(re.escape, _hidden))
    return re.sub(rf"({prefixes})[^/\s?\"']+", r"\1***", message)
