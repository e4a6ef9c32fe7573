"""Point-in-time recovery, with the files of `deploy/` and a server of its own."""

import re
import shutil
import subprocess
import time
from pathlib import Path

import psycopg2
import pytest

from qingdao_portal.embedded_postgres import binary
from qingdao_portal.server_account import ServerAccount

DEPLOY = Path(__file__).resolve().parent.parent.parent / "deploy/postgresql"
SECONDS = 60


class Server:
    """A PostgreSQL with its data, its socket and its archive below one directory."""

    def __init__(self, directory):
        self.directory = directory
        self.data, self.archive = directory / "data", directory / "archive"
        self.account = ServerAccount(self.data)
        for path in (directory, self.archive, directory / "run"):
            self.account.own(path)
        self.account.ensure_reaches(directory)

    def call(self, name, *arguments):
        command = self.account.command(binary(name), *map(str, arguments))
        subprocess.run(
            command, check=True, timeout=SECONDS, stdout=subprocess.DEVNULL, cwd=self.directory
        )

    def make(self):
        self.call("initdb", "--pgdata", self.data, "--username=portal", "--auth=trust", "--no-sync")
        self.add_settings((DEPLOY / "point-in-time.conf").read_text())

    def add_settings(self, text):
        """As an administrator would, with the paths of this machine."""
        script = shutil.copy(DEPLOY / "archive-wal", self.directory / "archive-wal")
        Path(script).chmod(0o755)
        named = "/opt/qingdao-portal/current/portal/deploy/postgresql/archive-wal"
        text = text.replace(named, str(script))
        text = text.replace("/var/lib/postgresql/wal-archive", str(self.archive))
        with (self.data / "postgresql.conf").open("a") as file:
            file.write(f"\n{text}\nlisten_addresses = ''\n")
            file.write(f"unix_socket_directories = '{self.directory / 'run'}'\n")

    def start(self):
        log = self.directory / "run" / "log"
        self.call("pg_ctl", "-D", self.data, "-l", log, "-w", "-t", SECONDS, "start")

    def wait_until_promoted(self):
        """Readers are let in before the last piece of the archive is read."""
        deadline = time.monotonic() + SECONDS
        while self.run("SELECT pg_is_in_recovery()"):
            assert time.monotonic() < deadline

    def stop(self, mode="fast"):
        self.call("pg_ctl", "-D", self.data, "-m", mode, "-w", "stop")

    def run(self, statement):
        connection = psycopg2.connect(
            host=str(self.directory / "run"), user="portal", dbname="postgres"
        )
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(statement)
                return cursor.fetchone()[0] if cursor.description else None
        finally:
            connection.close()


@pytest.fixture
def server(tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("pitr") / "server")
    yield server
    if (server.data / "postmaster.pid").exists():
        server.stop("immediate")


def commands_of_the_guide():
    """What docs/operations.md says to put into the settings of the server that recovers."""
    guide = (DEPLOY.parent.parent / "docs/operations.md").read_text()
    return re.search(r"```ini\n(restore_command.+?)```", guide, re.DOTALL)[1]


def test_after_a_mistake_the_database_goes_back_to_the_moment_before(server):
    server.make()
    server.start()
    server.run("CREATE TABLE edition (id int PRIMARY KEY)")
    server.run("INSERT INTO edition VALUES (1)")
    base = server.directory / "base"
    server.call(
        "pg_basebackup", "-h", server.directory / "run", "-U", "portal", "-D", base, "-c", "fast"
    )
    server.run("INSERT INTO edition VALUES (2)")  # published after the copy was made
    before = server.run("SELECT now()")
    server.run("DELETE FROM edition")  # the mistake
    server.run("SELECT pg_switch_wal()")
    server.stop()
    shutil.rmtree(server.data)  # and the disk is gone, too

    base.rename(server.data)
    text = commands_of_the_guide()
    text = re.sub(r"recovery_target_time = .*", f"recovery_target_time = '{before}'", text)
    server.add_settings(text)
    (server.data / "recovery.signal").touch()
    shutil.chown(server.data / "recovery.signal", server.data.owner(), server.data.group())
    server.start()
    server.wait_until_promoted()
    assert server.run("SELECT array_agg(id ORDER BY id) FROM edition") == [1, 2]
    server.run("INSERT INTO edition VALUES (3)")  # it is in service again


def test_a_piece_of_the_log_is_never_replaced_by_another(tmp_path):
    archive, piece = tmp_path / "archive", tmp_path / "piece"
    archive.mkdir()

    def send(text):
        piece.write_text(text)
        command = [DEPLOY / "archive-wal", archive, piece, "000001"]
        return subprocess.run(command, check=False, timeout=SECONDS).returncode

    assert send("示例") == 0
    assert send("示例") == 0
    assert send("另一个") != 0
    assert [path.name for path in archive.iterdir()] == ["000001"]
    assert (archive / "000001").read_text() == "示例"
    shutil.rmtree(archive)
    assert send("示例") != 0  # PostgreSQL keeps the piece and tries again
