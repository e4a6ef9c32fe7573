"""PostgreSQL servers of a test's own, from the programs of the embedded one."""

import subprocess
import time

import psycopg2

from qingdao_portal.embedded_postgres import binary
from qingdao_portal.server_account import ServerAccount
from tests.edge.nginx import free_ports

PATIENCE_SECONDS = 60  # where a loaded machine is not to blame
SETTINGS = """
fsync = off
autovacuum = off
shared_buffers = 32MB
max_connections = 40
wal_retrieve_retry_interval = 100ms
"""


class Server:
    """A PostgreSQL with its data and its socket below one directory, on a port of its own.

    The role is `portal`, on the socket (`host`) and on 127.0.0.1, and needs no password.
    """

    def __init__(self, directory):
        self.directory, self.port = directory, free_ports(1)[0]
        self.data, self.host = directory / "data", directory / "run"
        self.account = ServerAccount(self.data)
        for path in (directory, self.host):
            self.account.own(path)
        self.account.ensure_reaches(directory)

    def call(self, name, *arguments):
        command = self.account.command(binary(name), *map(str, arguments))
        subprocess.run(
            command,
            check=True,
            timeout=PATIENCE_SECONDS,
            stdout=subprocess.DEVNULL,
            cwd=self.directory,
        )

    def make(self, settings=SETTINGS):
        self.call("initdb", "--pgdata", self.data, "--username=portal", "--auth=trust", "--no-sync")
        self.add_settings(settings)

    def make_replica_of(self, primary):
        """A streaming replica of a server that runs; `start` it."""
        source = f"host={primary.host} port={primary.port} user=portal"
        arguments = ("--write-recovery-conf", "--checkpoint=fast", "--no-sync")
        self.call("pg_basebackup", "-d", source, "-D", self.data, *arguments)
        self.add_settings()

    def add_settings(self, text=""):
        """What comes last holds."""
        with (self.data / "postgresql.conf").open("a") as file:
            file.write(f"\n{text}\nlisten_addresses = '127.0.0.1'\nport = {self.port}\n")
            file.write(f"unix_socket_directories = '{self.host}'\n")

    def start(self):
        log = self.host / "log"
        self.call("pg_ctl", "-D", self.data, "-l", log, "-w", "-t", PATIENCE_SECONDS, "start")

    def stop(self, mode="fast"):
        """`immediate` is as good as a power cut."""
        self.call("pg_ctl", "-D", self.data, "-m", mode, "-w", "stop")

    def end(self):
        """For the end of a test, whatever became of the server."""
        if (self.data / "postmaster.pid").exists():
            self.stop("immediate")

    def promote(self):
        self.call("pg_ctl", "-D", self.data, "-w", "-t", PATIENCE_SECONDS, "promote")

    def wait_until_promoted(self):
        """Readers are let in before the last piece of the archive is read."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while self.run("SELECT pg_is_in_recovery()"):
            assert time.monotonic() < deadline

    def wait_for(self, primary):
        """Return when this replica has replayed all that was committed on the primary until now."""
        end = primary.run("SELECT pg_current_wal_lsn()")
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not self.run(f"SELECT pg_last_wal_replay_lsn() >= '{end}'"):
            assert time.monotonic() < deadline

    def run(self, statement, database="postgres"):
        """The first value of the first row, None for a statement without rows."""
        connection = psycopg2.connect(
            host=str(self.host), port=self.port, user="portal", dbname=database
        )
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(statement)
                return cursor.fetchone()[0] if cursor.description else None
        finally:
            connection.close()

    def url(self, database="postgres"):
        """Where it is, as DATABASE_URL says it."""
        return f"postgres://portal@127.0.0.1:{self.port}/{database}"
