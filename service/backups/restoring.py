"""From an encrypted file to the database: all of it in one transaction, or nothing.

`pg_restore` writes SQL here and `psql` runs it. Between them falls what PostgreSQL 15 and 16 do
not know; and `psql` sees the end of its input, which makes it commit, only after the file has
been decrypted to its authenticated end.
"""

import contextlib
import subprocess
import threading

import pyrage

from service.backups import BackupError, programs

PIPE = subprocess.PIPE
PSQL = (
    "--no-psqlrc",
    "--quiet",
    "--no-password",
    "--output=/dev/null",
    "--set=ON_ERROR_STOP=1",
    "--single-transaction",
    "--file=-",
)
NOT_IN_OLD_SERVERS = b"SET transaction_timeout = 0;\n"
REPLACE = (
    b"SET lock_timeout = '10s';\n"  # somebody still uses the tables: say so, do not wait
    b"SET client_min_messages = warning;\n"
    b"DROP SCHEMA public CASCADE;\n"
    b"CREATE SCHEMA public;\n"
    b"ALTER SCHEMA public OWNER TO pg_database_owner;\n"  # as in every new database
    b"GRANT USAGE ON SCHEMA public TO PUBLIC;\n"
)


def holds_tables(connection):
    """Whether there is anything in the database that a restore would replace."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_tables WHERE schemaname = 'public')")
        return cursor.fetchone()[0]


def restore(connection, path, identities, *, progress):
    """Make the database what the backup holds, whatever it held. Raises BackupError."""
    programs.check_version(connection)
    programs.check_address(connection)
    connection.close()
    with programs.Running("psql", *PSQL, connection=connection, stdin=PIPE) as psql:
        lines = contextlib.closing(statements(path, identities, progress=progress))
        try:
            psql.process.stdin.write(REPLACE)
            with lines as given:
                for line in given:
                    psql.process.stdin.write(line)
            psql.process.stdin.close()  # only now: this commits
        except BrokenPipeError:
            psql.process.wait()
        psql.finish()


def statements(path, identities, *, progress):
    """The lines of SQL in a backup. Raises BackupError unless it is whole to its end."""
    arguments = ("--file=-", "--no-owner", "--no-privileges")
    with programs.Running("pg_restore", *arguments, stdin=PIPE, stdout=PIPE) as pg_restore:
        decryption = Decryption(path, identities, pg_restore.process.stdin, progress)
        decryption.start()
        yield from _for_old_servers(pg_restore.process.stdout)
        decryption.join()
        if decryption.problem is not None:
            raise decryption.problem
        pg_restore.finish()


def _for_old_servers(lines):
    """Leave out, before the first table, the setting that PostgreSQL has since 17 only."""
    is_head = True
    for line in lines:
        is_head = is_head and not line.startswith((b"CREATE", b"COPY"))
        if not (is_head and line == NOT_IN_OLD_SERVERS):
            yield line


class Decryption(threading.Thread):
    """Feeds the plain text to a program; goes on to the end of the file in any case."""

    def __init__(self, path, identities, target, progress):
        super().__init__(daemon=True)
        self.path, self.identities = path, identities
        self.target, self.progress = target, progress
        self.problem = None
        self._is_taken = True

    def run(self):
        try:
            with self.path.open("rb") as file:
                pyrage.decrypt_io(file, self, self.identities)
        except (pyrage.DecryptError, OSError) as error:  # the latter for a block that is damaged
            self.problem = BackupError(
                f"{self.path.name} cannot be decrypted: this is not its private key, "
                f"or the file is damaged ({error})."
            )
        finally:
            self._tell(self.target.close)

    def write(self, data):
        self._tell(self.target.write, data)
        self.progress(len(data))
        return len(data)

    def flush(self):
        self._tell(self.target.flush)

    def _tell(self, act, *arguments):
        """A program that has read what it needs may be gone; the rest is still authenticated."""
        if self._is_taken:
            try:
                act(*arguments)
            except (BrokenPipeError, ValueError):
                self._is_taken = False
