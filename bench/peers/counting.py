"""Ask a Django site for addresses and say what each answer took: run as a program by the bench.

`python counting.py PATH…` with DJANGO_SETTINGS_MODULE set prints `{path: {…}}` as JSON. Run in the
environment of the site it asks, so it needs nothing but Django.
"""

import json
import sys

import django


def count(paths):
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client, found = Client(SERVER_NAME="127.0.0.1"), {}
    for path in paths:
        client.get(path)  # what a process reads once
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(path)
        found[path] = {
            "status": answer.status_code,
            "bytes": len(answer.content),
            "queries": len(queries),
            "headers": list(answer.headers.items()),
        }
    return found


if __name__ == "__main__":
    django.setup()
    json.dump(count(sys.argv[1:]), sys.stdout)
