"""The keeper: runs the embedded PostgreSQL while anybody uses it, then stops it and ends.

Started by `Cluster.ensure_running` as `python -m qingdao_portal.postgres_keeper DIRECTORY`.
It prints `ready`, or a sentence that says why the server cannot run.
"""

import argparse
import contextlib
import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import psycopg2

from qingdao_portal import leftovers, locks
from qingdao_portal.embedded_postgres import (
    MAJOR,
    PORT,
    STOP_SECONDS,
    Cluster,
    EmbeddedPostgresError,
    binary,
    readable_errors,
)
from qingdao_portal.server_account import ServerAccount

START_SECONDS = 60
SOCKET_DIRECTORY_BYTES = 90  # with "/.s.PGSQL.5432" a socket's path has at most 107
TEMPORARY_PREFIX = "qingdao-portal-"
ROLE = DATABASE = "portal"

# The server heeds no PGPORT, PGDATA or locale of whoever happens to start it.
ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C.UTF-8", "TZ": "UTC"}

# For data that may be lost with the machine, and that is gone before a table grows old.
LOSABLE = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
}

# Only the account that started the server gets in, and root.
CLIENT_AUTHENTICATION = "local all all peer map=users\n"


class Server:
    """The PostgreSQL server of one cluster, from its first start to its stop."""

    def __init__(self, cluster):
        self.cluster = cluster
        self.account = ServerAccount(cluster.data)
        self.socket_directory = None
        self.process = None

    def start(self):
        """Bring the server up, whatever an earlier one left behind."""
        self._clear_leftovers()
        if self.cluster.data.exists():
            self.account.ensure_reaches(self.cluster.data)
        else:
            self._initialise()
        self._check_version()
        self._write("pg_hba.conf", CLIENT_AUTHENTICATION)
        self._write("pg_ident.conf", _user_map())
        self._make_socket_directory()
        with self._new_log() as log:
            self.process = subprocess.Popen(
                self._command(), env=ENVIRONMENT, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        self._wait_until_ready()

    def interrupt(self, *_):
        """Ask for a fast shutdown: transactions are rolled back, data is written."""
        self.process.send_signal(signal.SIGINT)

    def stop(self):
        """Stop the server, in the end by force; its data survives that too."""
        self.interrupt()
        for seconds, last_resort in ((STOP_SECONDS, signal.SIGQUIT), (5, signal.SIGKILL)):
            try:
                self.process.wait(seconds)
                return
            except subprocess.TimeoutExpired:
                self.process.send_signal(last_resort)

    def remove_socket_directory(self):
        if self.socket_directory:
            shutil.rmtree(self.socket_directory, ignore_errors=True)

    def _command(self):
        settings = {
            "listen_addresses": "",
            "port": PORT,
            "unix_socket_directories": self.socket_directory,
            "unix_socket_permissions": "0700",
            "max_connections": "100",
        } | ({} if self.cluster.durable else LOSABLE)
        options = [part for item in settings.items() for part in ("-c", "{}={}".format(*item))]
        return self.account.command(binary("postgres"), "-D", self.cluster.data, *options)

    def _initialise(self):
        """Make an empty database cluster; what is there under its name is complete."""
        unfinished = self.cluster.data.with_suffix(".unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        self.account.own(unfinished)
        self.account.ensure_reaches(unfinished)
        options = (
            f"--pgdata={unfinished}",
            f"--username={ROLE}",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--locale-provider=builtin",  # sorts and folds case alike on every machine
            "--builtin-locale=C.UTF-8",
            "--auth=peer",
            "--no-instructions",
        )
        done = subprocess.run(
            self.account.command(binary("initdb"), *options),
            env=ENVIRONMENT,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            shutil.rmtree(unfinished, ignore_errors=True)
            raise EmbeddedPostgresError(_failure("could not make its data", done.stderr))
        unfinished.rename(self.cluster.data)

    def _check_version(self):
        try:
            version = (self.cluster.data / "PG_VERSION").read_text().strip()
        except FileNotFoundError:
            version = "unknown"
        if version != MAJOR:
            raise EmbeddedPostgresError(
                f"{self.cluster.data} holds data of PostgreSQL {version}, "
                f"but the embedded server is PostgreSQL {MAJOR}. Move that directory away."
            )

    def _write(self, name, text):
        """Replace a file of the data directory, whoever owns it."""
        path = self.cluster.data / name
        new = path.with_suffix(".new")
        new.write_text(text, encoding="utf-8")
        new.chmod(0o644)  # in a directory of mode 0700
        new.replace(path)

    def _new_log(self):
        """Begin a log; the one of the server before this stays beside it."""
        if self.cluster.log.exists():
            self.cluster.log.replace(self.cluster.log.with_suffix(".log.old"))
        return open(os.open(self.cluster.log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w")

    def _make_socket_directory(self):
        """Next to the data where the path fits into a socket address, else in /tmp."""
        directory = self.cluster.directory / "run"
        if len(os.fsencode(directory)) > SOCKET_DIRECTORY_BYTES:
            directory = Path(tempfile.mkdtemp(prefix=TEMPORARY_PREFIX, dir="/tmp"))
        self.account.own(directory)
        self.socket_directory = directory

    def _clear_leftovers(self):
        """End what is left of a server whose keeper was killed, and remove its files."""
        leftovers.end_postgres_of(self.cluster.data)
        with contextlib.suppress(EmbeddedPostgresError):
            left = Path(self.cluster.postmaster()["socket_directory"])
            if left.name.startswith(TEMPORARY_PREFIX) and self.account.owns(left):
                shutil.rmtree(left, ignore_errors=True)
        # The process ids in these may meanwhile belong to some other program, or to a zombie.
        shutil.rmtree(self.cluster.directory / "run", ignore_errors=True)
        (self.cluster.data / "postmaster.pid").unlink(missing_ok=True)

    def _wait_until_ready(self):
        """Wait until the server lets the portal in, and make its database if there is none."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise EmbeddedPostgresError(
                    _failure("did not start", self.cluster.log.read_text(errors="replace"))
                )
            try:
                self._ensure_database()
                return
            except psycopg2.OperationalError as error:
                refusal = str(error).strip().splitlines()[-1]
                time.sleep(0.02)
        self.stop()
        raise EmbeddedPostgresError(f"The embedded PostgreSQL lets nobody in: {refusal}")

    def _ensure_database(self):
        connection = psycopg2.connect(
            host=str(self.socket_directory),
            port=PORT,
            user=ROLE,
            dbname="postgres",
            connect_timeout=3,
        )
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
                if cursor.fetchone() is None:
                    cursor.execute(f"CREATE DATABASE {DATABASE}")
        finally:
            connection.close()


def _user_map():
    """Lines of pg_ident.conf: the accounts that may connect as the portal's role."""
    names = {"root", pwd.getpwuid(os.geteuid()).pw_name}
    return "".join(f'users "{name}" {ROLE}\n' for name in sorted(names))


def _failure(what, output):
    """One sentence from a program's output: its first line that tells of an error."""
    told = re.search(r"(?:FATAL|PANIC|error|ERROR): +(.*)", output)
    reason = told[1] if told else (output.strip().splitlines() or ["it said nothing"])[-1]
    return f"The embedded PostgreSQL {what}: {reason.rstrip('.')}."


def keep(cluster):
    """Run the server until its last user is gone or it ends by itself."""
    # The kernel releases these in the order they were taken, the users' lock last: who gets
    # that one next finds no keeper and starts a new server.
    alone = locks.acquire(cluster.keeper, locks.Mode.EXCLUSIVE)
    server = Server(cluster)
    try:
        with readable_errors(cluster.directory):
            server.start()
        ready = locks.acquire(cluster.ready, locks.Mode.EXCLUSIVE)
        signal.signal(signal.SIGTERM, server.interrupt)
        _tell("ready")
        threading.Thread(target=_stop_after_last_user, args=[server], daemon=True).start()
        server.process.wait()
        os.close(ready)
    finally:
        server.remove_socket_directory()
        os.close(alone)


def _stop_after_last_user(server):
    locks.acquire(server.cluster.users, locks.Mode.EXCLUSIVE)
    server.stop()


def _tell(word):
    """Say one line to the process that started the keeper, and let go of the pipe to it."""
    with contextlib.suppress(BrokenPipeError):  # killed meanwhile; others may be waiting
        print(word, flush=True)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory", type=Path)
    parser.add_argument("--not-durable", action="store_true")
    options = parser.parse_args()
    try:
        keep(Cluster(options.directory, durable=not options.not_durable))
    except EmbeddedPostgresError as error:
        _tell(error)
        sys.exit(1)


if __name__ == "__main__":
    main()
