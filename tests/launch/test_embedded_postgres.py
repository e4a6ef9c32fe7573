"""The embedded PostgreSQL runs while somebody uses it, and not a moment longer."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import psycopg2
import pytest

from qingdao_portal import locks
from qingdao_portal.embedded_postgres import Cluster, EmbeddedPostgresError, binary
from qingdao_portal.server_account import ServerAccount

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE_SECONDS = 120  # where a loaded machine is not to blame


@pytest.fixture
def cluster(tmp_path):
    """A server of its own, for this test."""
    cluster = Cluster(tmp_path / "postgres", durable=False)
    yield cluster
    cluster.release()


def query(cluster, sql="SELECT 1"):
    connection = psycopg2.connect(
        host=cluster.ensure_running(), port=5432, user="portal", dbname="portal"
    )
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchone()[0] if cursor.description else None
    finally:
        connection.close()


def user_process(cluster):
    """Another process that uses the server until its standard input closes."""
    process = start_user_process(cluster)
    assert process.stdout.readline() == "using\n"
    return process


def start_user_process(cluster):
    code = f"""
        import sys
        from qingdao_portal.embedded_postgres import Cluster
        Cluster({str(cluster.directory)!r}, durable=False).ensure_running()
        print("using", flush=True)
        sys.stdin.read()
    """
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def wait_for_end(cluster):
    """Return when the keeper has gone, and with it the server."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while cluster.has_keeper():
        assert time.monotonic() < deadline, "the server runs on, with no user left"
        time.sleep(0.02)
    with pytest.raises(EmbeddedPostgresError):
        cluster.postmaster()


def test_nothing_is_made_before_it_is_needed(cluster):
    assert not cluster.is_running()
    assert not cluster.directory.exists()


def test_it_is_as_the_portal_needs_it(cluster):
    assert query(cluster, "SHOW server_version_num") >= "180000"
    assert query(cluster, "SHOW server_encoding") == "UTF8"
    assert query(cluster, "SHOW max_connections") == "100"
    assert query(cluster, "SHOW listen_addresses") == ""
    locale = "SELECT datlocale FROM pg_database WHERE datname = 'portal'"
    assert query(cluster, locale) == "C.UTF-8"


@pytest.mark.parametrize(("durable", "state"), [(True, "on"), (False, "off")])
def test_only_test_data_may_be_lost_with_the_machine(tmp_path, durable, state):
    cluster = Cluster(tmp_path / "postgres", durable=durable)
    try:
        for setting in ("fsync", "full_page_writes", "synchronous_commit", "autovacuum"):
            assert query(cluster, f"SHOW {setting}") == state, setting
    finally:
        cluster.release()


def test_nobody_else_can_reach_its_socket(cluster):
    assert Path(cluster.ensure_running()).stat().st_mode & 0o077 == 0


def test_it_has_stopped_when_the_last_user_has_released_it_and_keeps_its_data(cluster):
    query(cluster, "CREATE TABLE kept ()")
    cluster.release()
    assert not cluster.is_running()
    with pytest.raises(EmbeddedPostgresError):
        cluster.postmaster()
    assert query(cluster, "SELECT to_regclass('kept')") == "kept"


def test_it_runs_on_while_another_process_uses_it(cluster):
    query(cluster)
    with user_process(cluster) as other:
        first = cluster.postmaster()["pid"]
        cluster.release()
        assert cluster.is_running()
        query(cluster)
        assert cluster.postmaster()["pid"] == first
        cluster.release()
        other.stdin.close()
        other.wait()
    assert not cluster.is_running()


def test_processes_that_need_it_at_the_same_moment_share_one_server(cluster):
    users = [start_user_process(cluster) for _ in range(4)]
    said = [user.stdout.readline() for user in users]
    for user in users:
        user.communicate()
    assert said == ["using\n"] * 4
    wait_for_end(cluster)


def test_a_start_whose_first_user_is_killed_serves_the_next_one(cluster):
    first = start_user_process(cluster)
    while locks.holder_mode(cluster.keeper) is locks.Mode.FREE:
        assert first.poll() is None
    first.kill()
    first.communicate()
    assert query(cluster) == 1


def test_a_user_killed_with_9_does_not_keep_it_running(cluster):
    with user_process(cluster) as other:
        other.kill()
    wait_for_end(cluster)


def test_a_forked_child_neither_stops_it_nor_keeps_it_running(cluster):
    query(cluster)
    child = os.fork()
    if child == 0:
        try:
            cluster.release()
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    assert cluster.is_running()
    assert query(cluster) == 1


def test_after_kill_9_of_the_keeper_it_stops_and_starts_again_when_needed(cluster):
    query(cluster, "CREATE TABLE kept ()")
    first = cluster.postmaster()["pid"]
    keeper = int(Path(f"/proc/{first}/stat").read_text().rpartition(")")[2].split()[1])
    os.kill(keeper, signal.SIGKILL)
    os.close(locks.acquire(cluster.keeper, locks.Mode.EXCLUSIVE))
    assert query(cluster, "SELECT to_regclass('kept')") == "kept"
    assert cluster.postmaster()["pid"] != first


def test_a_server_without_a_keeper_is_ended_before_another_one_starts(cluster):
    query(cluster)
    cluster.release()
    os.close(locks.acquire(cluster.keeper, locks.Mode.EXCLUSIVE))  # once the first one has ended
    account = ServerAccount(cluster.data)
    account.ensure_reaches(cluster.data)
    sockets = ("-c", "listen_addresses=", "-c", "unix_socket_directories=.")
    left = subprocess.Popen(
        account.command(binary("postgres"), "-D", cluster.data, *sockets),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        pid_file = cluster.data / "postmaster.pid"
        while not (pid_file.exists() and "ready" in pid_file.read_text()):
            assert left.poll() is None
        assert query(cluster) == 1
        assert left.poll() == 0
    finally:
        left.kill()
        left.wait()


def test_a_stale_process_id_that_now_belongs_to_another_program_is_no_obstacle(cluster):
    query(cluster)
    pid_file = cluster.data / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    cluster.release()
    another = subprocess.Popen(ServerAccount(cluster.data).command("sleep", "infinity"))
    try:
        pid_file.write_text("\n".join([str(another.pid), *lines[1:]]) + "\n")
        assert query(cluster) == 1
    finally:
        another.kill()
        another.wait()


def test_an_unfinished_first_start_is_begun_anew(cluster):
    unfinished = cluster.directory / "data.unfinished"
    unfinished.mkdir(parents=True)
    (unfinished / "PG_VERSION").write_text("18\n")
    assert query(cluster) == 1


def test_a_path_too_long_for_a_socket_works_and_leaves_nothing_in_tmp(tmp_path):
    cluster = Cluster(tmp_path / ("deep" * 20) / ("deeper" * 20), durable=False)
    try:
        sockets = Path(cluster.ensure_running())
        assert query(cluster) == 1
        assert len(str(sockets)) < 90
    finally:
        cluster.release()
    assert not sockets.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server under another account")
def test_as_root_it_runs_under_another_account_behind_folders_closed_to_that(tmp_path):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    cluster = Cluster(closed / "postgres", durable=False)
    try:
        assert query(cluster) == 1
        assert Path(f"/proc/{cluster.postmaster()['pid']}").stat().st_uid != 0
        assert cluster.data.stat().st_uid != 0
    finally:
        cluster.release()
    assert closed.stat().st_mode & 0o777 == 0o700


def test_data_of_another_major_version_is_refused_in_a_sentence(cluster):
    query(cluster)
    cluster.release()
    (cluster.data / "PG_VERSION").write_text("16\n")
    with pytest.raises(EmbeddedPostgresError, match="holds data of PostgreSQL 16"):
        cluster.ensure_running()


def test_a_server_that_cannot_start_says_why(cluster):
    query(cluster)
    cluster.release()
    with (cluster.data / "postgresql.conf").open("a") as file:
        file.write("max_wal_size = nonsense\n")
    with pytest.raises(EmbeddedPostgresError, match=r"did not start: .* contains errors\."):
        cluster.ensure_running()
    assert not cluster.is_running()
