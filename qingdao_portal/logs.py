"""Logs for programs: one JSON object a line, with the id of the request and nothing personal.

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


class JsonFormatter(logging.Formatter):
    """A record as one line of JSON. A traceback has the lines of code, never their values."""

    def format(self, record):
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "request_id": _request_id.get(),
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
