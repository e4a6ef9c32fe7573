"""Which database a request reads: the primary, or a streaming replica of it (REPLICA_URL).

Everything is read from and written to the primary, but for what is inside `read_at`: there the
ORM reads the replica, and so does SQL that goes through `reading_connection`.
`replica_middleware.py` decides which requests that is.
"""

import threading
import time
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import DEFAULT_DB_ALIAS, Error, OperationalError, connections

ALIAS = "replica"
REST_SECONDS = 10  # after a failure, before a server is tried again
FRESH_SECONDS = 2  # as long the version seen on the primary is taken for the newest there is

_version_read = ContextVar("version_read", default=None)


def is_read():
    """Whether this request reads the replica."""
    return _version_read.get() is not None


def version_read():
    """The version that the replica had before this request read anything else from it, or None."""
    return _version_read.get()


def reading_connection():
    """The connection for SQL that only reads, and only what public pages show."""
    return connections[ALIAS if is_read() else DEFAULT_DB_ALIAS]


@contextmanager
def read_at(version):
    """Inside, reads go to the replica, which was seen to have this version of the site."""
    token = _version_read.set(version)
    try:
        yield
    finally:
        _version_read.reset(token)


class Router:
    """Reads as `read_at` says, whatever an object was read from; writes to the primary."""

    def db_for_read(self, model, **hints):
        return ALIAS if is_read() else DEFAULT_DB_ALIAS

    def db_for_write(self, model, **hints):
        return DEFAULT_DB_ALIAS

    def allow_relation(self, one, other, **hints):
        return True  # the same rows are in both

    def allow_migrate(self, db, app_label, **hints):
        return False if db == ALIAS else None


class Server:
    """Whether a server answers, as this process has found."""

    def __init__(self, clock=time.monotonic):
        self._clock = clock
        self._rests_until = None
        self._guard = threading.Lock()

    def fails(self):
        """Leave it alone for a while."""
        self._rests_until = self._clock() + REST_SECONDS

    def answers(self):
        self._rests_until = None

    def may_be_asked(self):
        """Whether to try it. After a failure one at a time does, and others go elsewhere."""
        if self._rests_until is None:
            return True
        with self._guard:
            if self._rests_until is not None and self._clock() < self._rests_until:
                return False
            self.fails()  # until the one who asks now says more
            return True


class Primary(Server):
    """The primary, with the version of the site that was last seen there."""

    def __init__(self, clock=time.monotonic):
        super().__init__(clock)
        self.forget()

    def forget(self):
        """Know nothing, as when the process began."""
        self.answers()
        self._seen = None, 0.0  # one value, as threads change and read it

    def shows(self, version):
        """A request or the watch of the response store has just read this version there."""
        self._seen = version, self._clock()
        self.answers()

    def is_matched_by(self, version):
        """Whether a replica at this version has all that is on the primary, and no more.

        More it has for an instant after a publish, or because it follows some other primary.
        """
        known, seen_at = self._seen
        return version == known and self._clock() - seen_at < FRESH_SECONDS

    def is_behind_or_at(self, version):
        """Whether nothing that was seen on the primary is missing at this version."""
        known, _seen_at = self._seen
        return known is None or version >= known


primary = Primary()
server = Server()  # the replica


@contextmanager
def asking_primary():
    """Around SQL for the primary that a request has although it may read the replica.

    Raises OperationalError at once while the primary rests after a failure.
    """
    if is_read() and not primary.may_be_asked():
        raise OperationalError("The primary has just failed.")
    try:
        yield
    except Error:
        primary.fails()
        raise
    primary.answers()
