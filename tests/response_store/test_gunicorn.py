"""The store in a real gunicorn, on the database of the tests."""

import pytest
from django.db import connection
from gunicorn.config import Config

from qingdao_portal import gunicorn_conf
from qingdao_portal.response_store.version_watch import LOOK_SECONDS
from tests.factories import publish, publish_measure
from tests.response_store.gunicorn import Gunicorn, until

pytestmark = [
    pytest.mark.launch,
    pytest.mark.django_db(transaction=True),
]

ADDRESS = "/guide/measures/example/"


@pytest.fixture
def measure():
    return publish_measure(slug="example", title="示例举措")


@pytest.fixture
def gunicorn(measure, tmp_path):
    server = Gunicorn(tmp_path)
    yield server
    server.process.kill()
    server.process.communicate()


def set_away(is_away):
    """Let nobody but this test into the database, and throw the others out; or let them in."""
    name = connection.settings_dict["NAME"]
    own = connection.connection.info.backend_pid
    with connection._nodb_cursor() as cursor:
        quoted = connection.ops.quote_name(name)
        cursor.execute(f"ALTER DATABASE {quoted} ALLOW_CONNECTIONS {not is_away}")
        if is_away:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = %s AND pid <> %s",
                [name, own],
            )


def test_pages_are_kept_and_a_publish_is_seen_without_a_query_for_each_request(gunicorn, measure):
    assert LOOK_SECONDS <= 1
    status, headers, body = gunicorn.get(ADDRESS)
    assert (status, "示例举措" in body.decode()) == (200, True)
    assert headers["ETag"].startswith('"')
    measure.title = "示例新名称"
    measure.save()
    publish(measure)
    until(lambda: "示例新名称" in gunicorn.get(ADDRESS)[2].decode())
    tag = gunicorn.get(ADDRESS)[1]["ETag"]
    assert gunicorn.get(ADDRESS, **{"If-None-Match": tag})[0] == 304
    status, headers, body = gunicorn.get(ADDRESS, Range="bytes=0-9")
    assert (status, len(body)) == (206, 10)
    status, headers, body = gunicorn.get(ADDRESS, "HEAD", **{"Accept-Encoding": "br"})
    assert (status, headers["Content-Encoding"], body) == (200, "br", b"")


def test_while_the_database_is_away_what_is_kept_is_answered_and_then_it_goes_on(gunicorn, measure):
    gunicorn.get(ADDRESS)
    set_away(True)
    try:
        until(lambda: gunicorn.get("/guide/")[0] == 503)
        assert gunicorn.get(ADDRESS)[0] == 200
        measure.title = "示例新名称"
        measure.save()
        publish(measure)
        assert gunicorn.get(ADDRESS)[0] == 200
    finally:
        set_away(False)
    until(lambda: "示例新名称" in gunicorn.get(ADDRESS)[2].decode())
    assert gunicorn.get("/guide/")[0] == 200


def test_it_ends_when_told_without_a_word_of_the_thread_that_looks(gunicorn):
    gunicorn.get(ADDRESS)
    status, log = gunicorn.end()
    assert status == 0
    assert "Traceback" not in log, log
    assert "Worker exiting" in log


def test_workers_count_where_one_page_adds_them_up(gunicorn, tmp_path):
    gunicorn.get(ADDRESS)
    counted = {path.name for path in (tmp_path / "run/metrics").glob("counter_*.db")}
    assert counted
    assert f"counter_{gunicorn.process.pid}.db" not in counted


def test_no_gunicorn_opens_the_control_socket_that_all_of_one_account_would_share():
    config = Config()
    for name, value in vars(gunicorn_conf).items():
        if name in config.settings:
            config.set(name, value)
    assert config.control_socket_disable is True
