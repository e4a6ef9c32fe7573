"""The lists of the staff area, with as many entries as `make bench` was told to make."""

from importlib import import_module

from bench.http import Client
from bench.report import median, percentile, table

TITLE = "Lists of the staff area"
LIMIT_SECONDS = 0.5  # at 10,000 measures and 100,000 editions
REQUESTS = 15
# As staff meet them: the first page, a page far back, a search, filters.
LISTS = [
    "/admin/",
    "/admin/guide/measure/",
    "/admin/guide/measure/?p=50",
    "/admin/guide/measure/?q=%E5%85%AC%E7%A7%AF%E9%87%91",
    "/admin/guide/measure/?state=draft",
    "/admin/guide/measure/?todo=overdue",
    "/admin/guide/provision/",
    "/admin/guide/provision/?q=%E5%85%AC%E7%A7%AF%E9%87%91",
    "/admin/guide/provisionreview/",
    "/admin/projects/project/",
    "/admin/cooperation/zone/",
    "/admin/publishing/edition/",
    "/admin/publishing/edition/?p=200",
    "/admin/publishing/edition/?q=example-load-0000500",
    "/admin/staff/auditentry/",
]


def run(bench):
    client = Client(bench.address, {"Cookie": f"{_cookie_name()}={_session_of_administrator()}"})
    rows = []
    for path in LISTS:
        times = client.times(path, bench.requests(REQUESTS))
        size = len(client.get(path)[1])
        share = median(times) / LIMIT_SECONDS
        rows.append((path, share, percentile(times, 0.99) / median(times), size // 1000))
    return table(["list", "median / 0.5 s", "p99 / median", "kB"], rows)


def _cookie_name():
    from django.conf import settings

    return settings.SESSION_COOKIE_NAME


def _session_of_administrator():
    """The key of a session as signing in would make it."""
    from django.conf import settings
    from django.contrib.auth import (
        BACKEND_SESSION_KEY,
        HASH_SESSION_KEY,
        SESSION_KEY,
        get_user_model,
    )

    from staff import sessions

    users = get_user_model().objects
    user = users.filter(username="bench").first() or users.create_superuser("bench")
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    sessions.start(session)
    session.save()
    return session.session_key
