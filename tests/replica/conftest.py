"""A primary with the tests' tables and a streaming replica of it, both for Django to read."""

import shutil
import subprocess

import pytest
from django.conf import settings as configured
from django.db import connection, connections
from django.test import override_settings

from qingdao_portal import database, replica
from qingdao_portal.embedded_postgres import binary
from tests.postgresql import Server

NAME = "portal"


class Pair:
    """The two servers, which a test may break and bring back."""

    def __init__(self, directory):
        self.primary, self.replica = Server(directory / "primary"), Server(directory / "replica")

    def catch_up(self):
        self.replica.wait_for(self.primary)

    def lag(self):
        """From now on the replica gets what is written, and does not show it."""
        self.replica.run("SELECT pg_wal_replay_pause()")

    def go_on(self):
        self.replica.run("SELECT pg_wal_replay_resume()")
        self.catch_up()

    def make_replica_anew(self):
        self.replica.end()
        connections[replica.ALIAS].close()
        shutil.rmtree(self.replica.data)
        self.replica.make_replica_of(self.primary)
        self.replica.start()


@pytest.fixture(scope="package")
def servers(tmp_path_factory, django_db_setup, django_db_blocker):
    pair = Pair(tmp_path_factory.mktemp("pair"))
    try:
        pair.primary.make()
        pair.primary.start()
        pair.primary.run(f"CREATE DATABASE {NAME}")
        with django_db_blocker.unblock():
            copy_tables(pair.primary)
        pair.replica.make_replica_of(pair.primary)
        pair.replica.start()
        yield pair
    finally:
        pair.replica.end()
        pair.primary.end()


def copy_tables(server):
    """Make the tables of the tests' database there, with what the migrations put in."""
    given = connection.get_connection_params()
    where = ["-h", given.get("host") or "127.0.0.1", "-p", str(given.get("port") or 5432)]
    dump = [str(binary("pg_dump")), *where, "-U", given["user"], "--no-owner", "--no-privileges"]
    made = subprocess.run([*dump, given["dbname"]], check=True, timeout=60, stdout=subprocess.PIPE)
    restore = ["-h", str(server.host), "-p", str(server.port), "-U", "portal", "-q", "-d", NAME]
    subprocess.run(
        [str(binary("psql")), "-v", "ON_ERROR_STOP=1", *restore],
        check=True,
        timeout=60,
        input=made.stdout,
        stdout=subprocess.DEVNULL,
    )


@pytest.fixture(scope="package")
def django_on_both(servers):
    """Django as REPLICA_URL sets it up, on the two servers."""
    primary = database.configuration(servers.primary.url(NAME), configured.VAR_DIR)
    databases, routers = database.with_replica(primary, servers.replica.url(NAME))
    middleware = list(configured.MIDDLEWARE)
    place = middleware.index("publishing.middleware.VersionMiddleware")
    middleware.insert(place, "qingdao_portal.replica_middleware.ReplicaMiddleware")
    before = dict(connection.settings_dict)
    connection.close()
    connection.settings_dict.pop("EMBEDDED", None)
    connection.settings_dict.update(
        {name: primary[name] for name in ("HOST", "PORT", "NAME", "USER")}
    )
    connections.settings[replica.ALIAS] = before | databases[replica.ALIAS]
    connections.settings[replica.ALIAS].pop("EMBEDDED", None)
    with override_settings(DATABASE_ROUTERS=routers, MIDDLEWARE=middleware):
        yield servers
    connections[replica.ALIAS].close()
    del connections[replica.ALIAS]
    del connections.settings[replica.ALIAS]
    connection.close()
    connection.settings_dict.update(before)


@pytest.fixture
def pair(django_on_both, transactional_db):
    """The two servers, both well, and nothing known of them yet."""
    replica.primary.forget()
    replica.server.answers()
    return django_on_both
