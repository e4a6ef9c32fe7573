"""Keeps the addresses of check pages out of the logs: whoever reads one could open the draft."""

import logging
import re

_ADDRESS = re.compile(r"(/check/)[^/\s?\"']+")


class WithoutCheckAddresses(logging.Filter):
    """Blots the token out of a record's message. Changes the record for all handlers."""

    def filter(self, record):
        message = record.getMessage()
        if "/check/" in message:
            record.msg, record.args = _ADDRESS.sub(r"\1***", message), ()
        return True


def install():
    """Let the filter see all that is written of requests, before any handler does."""
    for name in ("django.request", "django.server", "gunicorn.error"):
        logging.getLogger(name).addFilter(WithoutCheckAddresses())
