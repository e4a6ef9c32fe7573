"""What each page costs on one data set: run in a process of its own, prints JSON.

CPU of this process and of its connection's process in PostgreSQL, which noise moves less than
time, how many blocks of 8 kB PostgreSQL looked at, and how many bytes came of it.
"""

import json
import statistics
import sys
import time
from pathlib import Path

import django


def main(arguments):
    django.setup()
    from django.conf import settings
    from django.db import connection
    from django.test import Client

    settings.ALLOWED_HOSTS = ["testserver"]
    requests, addresses = int(arguments[0]), json.load(sys.stdin)
    public, staff = Client(), Client()
    staff.force_login(_administrator(), settings.AUTHENTICATION_BACKENDS[-1])
    found = {}
    for name, path in addresses.items():
        client = staff if path.startswith("/admin/") else public
        address = _resolved(path, public)
        size = len(_body(client, address))  # and what is kept in the process is there
        before = _spent(connection)
        for _ in range(requests):
            _body(client, address)
        after = _spent(connection)
        found[name] = [(b - a) / requests for a, b in zip(before, after, strict=True)] + [size]
    found["publishing"] = _publish(requests, connection)
    json.dump(found, sys.stdout)


def _publish(times, connection):
    """What publishing a changed measure takes, and at its end the seconds until it is public."""
    from guide.models import Measure
    from publishing import services

    measures = list(Measure.objects.order_by("pk")[: times + 1])
    times = len(measures) - 1
    before, seconds = None, []
    for number, measure in enumerate(measures):
        measure.audience = f"示例{time.time_ns()}"
        measure.save()
        if number == 1:  # after one for what is kept in the process
            before = _spent(connection)
        started = time.perf_counter()
        services.publish(entry=measure, by=None, note="示例")
        seconds.append(time.perf_counter() - started)
    spent = [(b - a) / times for a, b in zip(before, _spent(connection), strict=True)]
    return [*spent, 1, statistics.median(seconds[1:])]


def _body(client, address):
    response = client.get(address)
    if response.status_code != 200:
        raise RuntimeError(f"{address} answers {response.status_code}.")
    return response.getvalue()


def _resolved(path, client):
    """`path`, with `{deep}` as a cursor from the middle of the list and `{slug}` as an entry."""
    from publishing.lists.cursors import Cursor
    from publishing.models import Edition

    live = Edition.objects.current().of_kind("measure")
    count = live.count()
    middle = live.in_order()[count // 2]
    cursor = Cursor([middle.position, middle.first_published_at, middle.pk])
    behind = max(0, Edition.objects.order_by("-id").first().pk // 2)
    return path.format(deep=cursor, slug=middle.slug, pk=middle.entry_id, sequence=behind)


def _spent(connection):
    """Seconds of CPU here, seconds of CPU in PostgreSQL, blocks."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid(), pg_stat_force_next_flush()")
        process = cursor.fetchone()[0]
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT blks_hit + blks_read FROM pg_stat_database WHERE datname = current_database()"
        )
        blocks = cursor.fetchone()[0]
    in_database = int(Path(f"/proc/{process}/schedstat").read_text().split()[0]) / 1e9
    return time.process_time(), in_database, blocks


def _administrator():
    from django.contrib.auth import get_user_model

    users = get_user_model().objects
    return users.filter(username="bench").first() or users.create_superuser("bench")


if __name__ == "__main__":
    main(sys.argv[1:])
