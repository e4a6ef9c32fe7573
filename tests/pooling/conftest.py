from contextlib import contextmanager

import pytest
from django.db import connection

from tests.faults.parts import Cable
from tests.pooling.pgbouncer import PgBouncer


@pytest.fixture(scope="module")
def pooler(tmp_path_factory, django_db_setup, django_db_blocker):
    """A PgBouncer before the database of the tests that gives the sessions out by turns.

    With two of them, no two transactions after each other run in the same.
    """
    with django_db_blocker.unblock():
        given = connection.get_connection_params()
    host, port = given.get("host") or "127.0.0.1", given.get("port") or 5432
    # The embedded server knows people by their account, and PgBouncer has one of its own.
    path = f"{host}/.s.PGSQL.{port}" if host.startswith("/") else None
    cable = Cable(port, host=host, socket_path=path)
    running = PgBouncer(
        tmp_path_factory.mktemp("pgbouncer"),
        *("127.0.0.1", cable.port),
        user=given["user"],
        password=given.get("password", ""),
        default_pool_size=2,
        server_round_robin=1,
    ).start()
    yield running
    running.stop()
    cable.end()


@contextmanager
def through(pooler):
    """Have Django reach the database of the tests by way of the pooler."""
    settings = connection.settings_dict
    before = dict(settings)
    connection.close()
    settings.pop("EMBEDDED", None)
    settings |= {"HOST": "127.0.0.1", "PORT": pooler.port}
    try:
        open_both_sessions()
        yield
    finally:
        connection.close()
        settings |= before


def open_both_sessions():
    """Two transactions at a time, so that both sessions are there from now on."""
    other = connection.copy()
    try:
        with connection.cursor() as one, other.cursor() as two:
            for cursor in (one, two):
                cursor.execute("BEGIN")
                cursor.execute("SELECT 1")
            for cursor in (one, two):
                cursor.execute("ROLLBACK")
    finally:
        other.close()


@pytest.fixture
def pooled(pooler, transactional_db):
    with through(pooler):
        yield
