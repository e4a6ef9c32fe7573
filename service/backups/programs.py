"""PostgreSQL's own programs, for whichever server the portal uses.

`requirements.txt` brings those of PostgreSQL 18, which read every server from 15 to 18, so
nothing has to be installed for them. `POSTGRES_BIN` names others, for a newer server.
"""

import contextlib
import os
import subprocess
import tempfile
from pathlib import Path

from django.conf import settings

from qingdao_portal.embedded_postgres import MAJOR, EmbeddedPostgresError, binary
from service.backups import BackupError


def program(name):
    """The path of `pg_dump`, `pg_restore` or `psql`. Raises BackupError when it is missing."""
    if settings.POSTGRES_BIN:
        path = Path(settings.POSTGRES_BIN, name)
    else:
        try:
            path = binary(name)
        except EmbeddedPostgresError as error:
            raise BackupError(
                f"{name} is missing. Install requirements.txt, or Debian's postgresql-client and "
                "set POSTGRES_BIN to its directory, e.g. /usr/lib/postgresql/18/bin."
            ) from error
    if not os.access(path, os.X_OK):
        raise BackupError(f"{path} is missing or cannot be run; POSTGRES_BIN names its directory.")
    return str(path)


def check_version(connection):
    """Raise BackupError where the server is newer than the programs that came with the portal."""
    server = connection.pg_version // 10000
    if not settings.POSTGRES_BIN and server > int(MAJOR):
        raise BackupError(
            f"The server is PostgreSQL {server}, newer than the programs of PostgreSQL {MAJOR} "
            f"that come with the portal. Install postgresql-client-{server} and set "
            f"POSTGRES_BIN=/usr/lib/postgresql/{server}/bin."
        )


def check_address(connection):
    """Raise BackupError where a pooler stands before the server.

    What the programs set for their session, a search path without tables among it, would go to
    whoever is given that session next.
    """
    if connection.is_pooled():
        raise BackupError(
            "DATABASE_URL leads to a pooler (PgBouncer). Backups and restores need the address of "
            "PostgreSQL itself."
        )


class Running:
    """One program, running; leaving the context ends it, whatever has happened."""

    def __init__(self, name, *arguments, connection=None, **streams):
        self.name = name
        command, environment = [program(name), *arguments], dict(os.environ)
        if connection is not None:
            target, extra = connection.client.settings_to_cmd_args_env(connection.settings_dict, [])
            command += target[1:]
            environment |= extra or {}
        self._messages = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the context
        self.process = subprocess.Popen(command, stderr=self._messages, env=environment, **streams)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        for stream in (self.process.stdin, self.process.stdout):
            if stream is not None:
                with contextlib.suppress(BrokenPipeError):
                    stream.close()
        self.process.wait()
        self._messages.close()

    def finish(self):
        """Wait for its end. Raises BackupError with what it said where it failed."""
        if self.process.wait():
            raise self.failure()

    def failure(self):
        """What went wrong, in the program's own words."""
        self._messages.seek(0)
        lines = self._messages.read().decode(errors="replace").strip().splitlines()
        told = next((line for line in lines if "rror:" in line or "ERROR:" in line), "")
        reason = told or (lines[-1] if lines else f"it ended with status {self.process.poll()}")
        return BackupError(f"{self.name} failed: {reason.strip()}")
