"""DATABASE_URL names an ordinary PostgreSQL; without it the embedded server is used."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import connections

from qingdao_portal import database
from qingdao_portal.management.commands import prepare
from qingdao_portal.postgresql.base import DatabaseFeatures

VAR_DIR = Path("/srv/portal/var")


def test_without_a_url_the_embedded_server_is_used():
    found = database.configuration("", VAR_DIR)
    assert found["EMBEDDED"]["directory"] == "/srv/portal/var/postgres"
    assert found["EMBEDDED"]["durable"] is True


def test_a_url_is_taken_apart():
    found = database.configuration("postgres://po%40rtal:p%2Fw@db.example:6432/guide", VAR_DIR)
    assert "EMBEDDED" not in found
    assert {key: found[key] for key in ("USER", "PASSWORD", "HOST", "PORT", "NAME")} == {
        "USER": "po@rtal",
        "PASSWORD": "p/w",
        "HOST": "db.example",
        "PORT": 6432,
        "NAME": "guide",
    }


def test_options_of_the_url_go_to_the_driver_and_win():
    url = "postgresql://db.example/guide?sslmode=require&connect_timeout=9"
    options = database.configuration(url, VAR_DIR)["OPTIONS"]
    assert options["sslmode"] == "require"
    assert options["connect_timeout"] == 9


def test_a_cable_pulled_is_noticed_within_ten_seconds():
    options = database.configuration("postgres://db.example/guide", VAR_DIR)["OPTIONS"]
    assert options["connect_timeout"] == 3
    silence = options["keepalives_idle"] + (
        options["keepalives_interval"] * options["keepalives_count"]
    )
    assert silence < 10
    assert options["tcp_user_timeout"] == 6000


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:///file.db",
        "secret",
        "postgres://",
        "postgres://portal:secret@host",
        "postgres://portal:secret@host:port/name",
        "postgres://portal:secret@host:99999/name",
        "postgres://portal:secret@[::1/name",
        "postgres://portal:secret@host/name?assume_role=other",
    ],
)
def test_a_malformed_url_is_refused_without_repeating_the_password(url):
    with pytest.raises(ImproperlyConfigured) as refusal:
        database.configuration(url, VAR_DIR)
    assert "DATABASE_URL" in str(refusal.value)
    assert "sec" not in str(refusal.value)


@pytest.mark.django_db
def test_an_older_postgresql_is_refused_in_a_sentence(monkeypatch):
    assert DatabaseFeatures.minimum_database_version == (15,)
    monkeypatch.setattr(DatabaseFeatures, "minimum_database_version", (99,))
    monkeypatch.setattr("django.db.backends.base.base.RAN_DB_VERSION_CHECK", set())
    connection = connections.create_connection("default")
    monkeypatch.setattr(prepare, "connection", connection)
    try:
        with pytest.raises(CommandError, match=r"too old: PostgreSQL 99 or later is required"):
            call_command("prepare")
    finally:
        connection.close()


def test_a_replica_is_set_up_beside_the_primary():
    primary = database.configuration("postgres://db.example/guide", VAR_DIR)
    databases, routers = database.with_replica(primary, "postgres://r@copy.example:5433/guide")
    assert databases["default"] is primary
    assert (databases["replica"]["HOST"], databases["replica"]["PORT"]) == ("copy.example", 5433)
    assert databases["replica"]["OPTIONS"]["connect_timeout"] == 2
    assert routers == ["qingdao_portal.replica.Router"]
    assert database.with_replica(primary, " ") == ({"default": primary}, [])


def test_a_replica_of_nothing_is_refused():
    embedded = database.configuration("", VAR_DIR)
    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL no primary"):
        database.with_replica(embedded, "postgres://copy.example/guide")
    primary = database.configuration("postgres://db.example/guide", VAR_DIR)
    with pytest.raises(ImproperlyConfigured, match="REPLICA_URL") as refusal:
        database.with_replica(primary, "postgres://portal:secret@copy.example:99999/guide")
    assert "secret" not in str(refusal.value)
