"""Logs with nothing personal in them and nothing forged: for programs, JSON; for people, lines.

Of a record only these fields are written. What libraries attach to it, the request above all,
would carry addresses of readers and what they searched for.
"""

import json
import logging
import re
import traceback
import uuid
from contextvars import ContextVar
from datetime import UTC, datetime

from django.conf import settings

ID = re.compile(r"[A-Za-z0-9-]{8,64}")
_request_id = ContextVar("request_id", default=None)


# What ends a line, moves the cursor of a terminal or turns the direction of what follows.
_CONTROL = re.compile(
    "[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)


def one_line(text):
    """`text` on one line of any terminal: what would not be is escaped, as `\\n` or `\\x1b`."""
    return _CONTROL.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


class LineFormatter(logging.Formatter):
    """A record as a line, a traceback below it indented, so that no text passes for a record.

    has_words: whether the words of an exception are written, which may repeat what somebody typed.
    """

    def __init__(self, *, has_words=False):
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")
        self.has_words = has_words

    def format(self, record):
        record.exc_text = None  # what another formatter made of the exception, and left there
        try:
            return super().format(record)
        finally:
            record.exc_text = None

    def formatMessage(self, record):
        return one_line(super().formatMessage(record))

    def formatException(self, exc_info):
        kind, error, frames = exc_info
        last = f"{kind.__module__}.{kind.__qualname__}"
        words = traceback.format_exception(kind, error, frames)
        lines = words if self.has_words else [*traceback.format_tb(frames), last]
        return "\n".join(
            f"    {one_line(line)}" for text in lines for line in text.rstrip().split("\n")
        )


class JsonFormatter(logging.Formatter):
    """A record as one line of JSON. A traceback has the lines of code, never their values."""

    def format(self, record):
        # Django tells of an answer with an error when the request has left the middleware.
        request_id = _request_id.get() or getattr(getattr(record, "request", None), "id", None)
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "request_id": request_id,
        }
        if record.exc_info and record.exc_info[0]:
            kind, _error, frames = record.exc_info
            line["exception"] = f"{kind.__module__}.{kind.__qualname__}"
            line["traceback"] = "".join(traceback.format_tb(frames))
        return json.dumps({name: value for name, value in line.items() if value is not None})


class RequestIdMiddleware:
    """Give each request an id: the proxy's where one is trusted, else a new one.

    It is in every line that is logged meanwhile, and in answers that tell of an error.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        sent = request.headers.get("X-Request-ID", "") if settings.TRUST_PROXY else ""
        request.id = sent if ID.fullmatch(sent) else uuid.uuid4().hex
        token = _request_id.set(request.id)
        try:
            response = self.get_response(request)
        finally:
            _request_id.reset(token)
        if response.status_code >= 500:
            response.headers["X-Request-ID"] = request.id
        return response
