"""The two roles: made by Compose and by CloudNativePG, on a real PostgreSQL, they are the same."""

import os
import subprocess

import psycopg2
import pytest

from qingdao_portal.embedded_postgres import binary
from qingdao_portal.server_account import ServerAccount
from tests.cluster.manifests import ROOT, one, overlay

ROLES = """
    SELECT rolname, rolcanlogin, rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolreplication
    FROM pg_roles WHERE rolname LIKE 'portal%' ORDER BY 1
"""
LIMITS = """
    SELECT rolname, datname, setconfig FROM pg_db_role_setting
    JOIN pg_roles ON pg_roles.oid = setrole JOIN pg_database ON pg_database.oid = setdatabase
    ORDER BY 1
"""
DATABASE = """
    SELECT datacl::text, pg_get_userbyid(datdba), pg_encoding_to_char(encoding) FROM pg_database
    WHERE datname = 'portal'
"""
SECRETS = {"owner_password": 'owner\'s "secret"', "web_password": "web $(date) `id` \\ secret"}


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A server of its own, with passwords asked for over TCP's rules on its socket."""
    folder = tmp_path_factory.mktemp("roles")
    account = ServerAccount(folder / "data")
    for name in (".", "run"):
        account.own(folder / name)
    account.ensure_reaches(folder)

    def call(name, *arguments):
        command = account.command(binary(name), *map(str, arguments))
        subprocess.run(command, check=True, timeout=60, stdout=subprocess.DEVNULL, cwd=folder)

    data = folder / "data"
    call("initdb", "--pgdata", data, "--username=postgres", "--auth=trust", "--no-sync")
    with (data / "pg_hba.conf").open("w") as file:
        file.write("local all postgres trust\nlocal all all scram-sha-256\n")
    options = f"-c listen_addresses= -c unix_socket_directories={folder / 'run'} -c fsync=off"
    call("pg_ctl", "-D", data, "-l", folder / "run/log", "-o", options, "-w", "start")
    yield str(folder / "run")
    call("pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")


def asked(server, statement, **who):
    connection = psycopg2.connect(host=server, **{"user": "postgres", "dbname": "postgres"} | who)
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else None
    finally:
        connection.close()


def state(server):
    return [asked(server, statement) for statement in (ROLES, LIMITS, DATABASE)]


def begin_anew(server):
    for statement in (
        "DROP DATABASE IF EXISTS portal",
        "DROP ROLE IF EXISTS portal_web",
        "DROP ROLE IF EXISTS portal_owner",
    ):
        asked(server, statement)


def by_compose(server, folder):
    """As the image of PostgreSQL runs the script, at its first start."""
    for name, value in SECRETS.items():
        (folder / name).write_text(value)
    environment = {
        "PATH": f"{os.path.dirname(binary('psql'))}:{os.environ['PATH']}",
        "PGHOST": server,
        "SQL": str(ROOT / "deploy/postgresql/roles.sql"),
        "SECRETS": str(folder),
    }
    command = [ROOT / "deploy/compose/roles"]
    subprocess.run(command, env=environment, check=True, capture_output=True, timeout=60)


def by_the_operator(server):
    """As CloudNativePG does: the owner, the database, then what the manifest says."""
    made = one(overlay("production"), "Cluster", "database")["spec"]["bootstrap"]["initdb"]
    asked(server, f"CREATE ROLE {made['owner']} LOGIN")
    asked(server, f"CREATE DATABASE {made['database']} OWNER {made['owner']} ENCODING 'UTF8'")
    for statement in made["postInitApplicationSQL"]:
        asked(server, statement, dbname=made["database"])


def test_both_ways_make_the_same_roles(server, tmp_path):
    begin_anew(server)
    by_compose(server, tmp_path)
    compose = state(server)
    begin_anew(server)
    by_the_operator(server)
    operator = state(server)
    assert operator == compose
    roles = {name: rights for name, *rights in compose[0]}
    assert roles["portal_web"] == [True, False, False, False, False, False]
    assert {name for name, *_ in compose[1]} == {"portal_owner", "portal_web"}


def test_each_role_has_the_password_of_its_file(server, tmp_path):
    begin_anew(server)
    by_compose(server, tmp_path)
    for name, value in (("owner", SECRETS["owner_password"]), ("web", SECRETS["web_password"])):
        who = {"user": f"portal_{name}", "dbname": "portal"}
        assert asked(server, "SELECT current_user", password=value, **who) == [(f"portal_{name}",)]
        with pytest.raises(psycopg2.OperationalError, match="password"):
            asked(server, "SELECT 1", password="another", **who)
