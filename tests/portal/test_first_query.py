"""The first query of a request finds a dead connection and asks again; later ones do not."""

import pytest
from django.core.signals import request_started
from django.db import DataError, OperationalError, connection, connections
from django.test.utils import CaptureQueriesContext

from publishing.catalogue import current_version
from qingdao_portal.first_query import fetch_first

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def request_begins():
    """What Django does with its connections when a request comes in."""

    def begin():
        current_version()  # there is a connection of before
        connection.health_check_enabled = True
        request_started.send(sender=None, environ={})

    yield begin
    connection.close()


def cut_off():
    """End the server's side of the connection, as its restart does."""
    pid = connection.connection.info.backend_pid
    other = connections.create_connection("default")
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
    other.close()


def test_it_is_the_check_of_the_connection(request_begins):
    request_begins()
    checks = []
    connection.is_usable = lambda: checks.append(1) or True
    with CaptureQueriesContext(connection) as queries:
        assert fetch_first(connection, "SELECT 1") == [(1,)]
        assert fetch_first(connection, "SELECT %s", [2]) == [(2,)]
    del connection.is_usable
    assert (len(queries), checks) == (2, [])


def test_on_a_connection_that_died_before_the_request_it_is_asked_again(request_begins):
    request_begins()
    cut_off()
    assert fetch_first(connection, "SELECT 1") == [(1,)]


def test_a_connection_that_dies_during_the_request_is_an_error(request_begins):
    request_begins()
    fetch_first(connection, "SELECT 1")
    cut_off()
    with pytest.raises(OperationalError):
        fetch_first(connection, "SELECT 1")


def test_a_statement_that_fails_by_itself_is_not_sent_again(request_begins):
    request_begins()
    with CaptureQueriesContext(connection) as queries, pytest.raises(DataError):
        fetch_first(connection, "SELECT 1 / 0")
    assert len(queries) == 1


def test_one_that_takes_too_long_is_not_sent_again(request_begins):
    request_begins()
    with CaptureQueriesContext(connection) as queries, pytest.raises(OperationalError):
        fetch_first(connection, "SET statement_timeout = 50; SELECT pg_sleep(20)")
    assert len(queries) == 1
