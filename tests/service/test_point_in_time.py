"""Point-in-time recovery, with the files of `deploy/` and a server of its own."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.postgresql import Server

DEPLOY = Path(__file__).resolve().parent.parent.parent / "deploy/postgresql"
SECONDS = 60


class ArchivingServer(Server):
    """One whose write-ahead log goes to an archive beside it."""

    def __init__(self, directory):
        super().__init__(directory)
        self.archive = directory / "archive"
        self.account.own(self.archive)

    def add_settings(self, text):
        """As an administrator would, with the paths of this machine."""
        script = shutil.copy(DEPLOY / "archive-wal", self.directory / "archive-wal")
        Path(script).chmod(0o755)
        named = "/opt/qingdao-portal/current/portal/deploy/postgresql/archive-wal"
        text = text.replace(named, str(script))
        super().add_settings(text.replace("/var/lib/postgresql/wal-archive", str(self.archive)))


@pytest.fixture
def server(tmp_path_factory):
    server = ArchivingServer(tmp_path_factory.mktemp("pitr") / "server")
    yield server
    server.end()


def commands_of_the_guide():
    """What docs/operations.md says to put into the settings of the server that recovers."""
    guide = (DEPLOY.parent.parent / "docs/operations.md").read_text()
    return re.search(r"```ini\n(restore_command.+?)```", guide, re.DOTALL)[1]


def test_after_a_mistake_the_database_goes_back_to_the_moment_before(server):
    server.make((DEPLOY / "point-in-time.conf").read_text())
    server.start()
    server.run("CREATE TABLE edition (id int PRIMARY KEY)")
    server.run("INSERT INTO edition VALUES (1)")
    base = server.directory / "base"
    where = ("-h", server.host, "-p", server.port, "-U", "portal")
    server.call("pg_basebackup", *where, "-D", base, "-c", "fast")
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
