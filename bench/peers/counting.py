"""Ask a Django site for addresses and say what each answer took: run as a program by the bench.

`python counting.py PATH…` with DJANGO_SETTINGS_MODULE set prints `{path: {…}}` as JSON. Run in the
environment of the site it asks, so it needs nothing but Django. Asked is the WSGI application of
the settings, as a server does.
"""

import json
import sys
import time
from urllib.parse import unquote_to_bytes
from wsgiref.util import setup_testing_defaults

import django

SETTLES_SECONDS = 2  # after its first answer a process learns what it need not ask for again


def count(paths):
    from django.core.servers.basehttp import get_internal_wsgi_application
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    application, found = get_internal_wsgi_application(), {}
    for path in paths:
        ask(application, path)
    time.sleep(SETTLES_SECONDS)
    for path in paths:
        with CaptureQueriesContext(connection) as queries:
            status, headers, body = ask(application, path)
        found[path] = {
            "status": int(status.split(" ")[0]),
            "bytes": len(body),
            "queries": len(queries),
            "headers": headers,
        }
    return found


def ask(application, path):
    """`(status line, headers, body)` of a GET request."""
    path, _mark, query = path.partition("?")
    environ = {"PATH_INFO": unquoted(path), "QUERY_STRING": query, "HTTP_HOST": "127.0.0.1"}
    setup_testing_defaults(environ)
    started = []
    answer = application(environ, lambda *given: started.extend(given))
    body = b"".join(answer)
    if hasattr(answer, "close"):
        answer.close()
    return *started[:2], body


def unquoted(path):
    """As WSGI has it: the bytes of the path, each as one character."""
    return unquote_to_bytes(path).decode("latin-1")


if __name__ == "__main__":
    django.setup()
    json.dump(count(sys.argv[1:]), sys.stdout)
