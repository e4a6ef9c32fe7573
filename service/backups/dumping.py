"""From the database to an encrypted file: nothing is ever written in plain text."""

import contextlib
import hashlib
import os
from pathlib import Path

import pyrage

from qingdao_portal import locks
from service.backups import BackupError, archive, programs

OPTIONS = (
    "--format=custom",
    "--no-owner",  # restored by whoever restores
    "--no-privileges",  # `grant_web_role` gives them, on whichever server
    "--lock-wait-timeout=60s",
    "--exclude-table-data=django_session",  # keys to somebody's open session
    "--no-password",
)


class Sink:
    """A file that also counts and digests what is written."""

    def __init__(self, file, progress):
        self.file, self.progress, self.digest = file, progress, hashlib.sha256()

    def write(self, data):
        self.file.write(data)
        self.digest.update(data)
        self.progress(len(data))
        return len(data)

    def flush(self):
        self.file.flush()


def make_backup(connection, directory, recipients, *, now, progress):
    """Write one backup of the database into the directory. Return its path.

    It appears under its name only when it is whole and on the disk, its checksum before it.
    `progress` is told of bytes written. Raises BackupError.
    """
    directory = Path(directory)
    with _only_one(directory):
        path = directory / archive.name_at(now)
        draft = directory / f".{path.name}.partial"
        try:
            with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                sink = Sink(file, progress)
                _dump(connection, sink, recipients)
                file.flush()
                os.fsync(file.fileno())
            archive.write_checksum(path, sink.digest.hexdigest())
            draft.replace(path)
            _sync(directory)
        except OSError as error:
            raise BackupError(f"{path} cannot be written: {error.strerror}.") from error
        finally:
            draft.unlink(missing_ok=True)
    return path


def _dump(connection, sink, recipients):
    programs.check_version(connection)
    programs.check_address(connection)
    with programs.Running("pg_dump", *OPTIONS, connection=connection, stdout=-1) as pg_dump:
        try:
            pyrage.encrypt_io(pg_dump.process.stdout, sink, recipients)
        except pyrage.EncryptError as error:
            raise BackupError(f"The backup cannot be encrypted: {error}") from error
        pg_dump.finish()


@contextlib.contextmanager
def _only_one(directory):
    """Hold the directory for one backup at a time, and clear what a killed one left."""
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        lease = locks.acquire(directory / ".lock", locks.Mode.EXCLUSIVE, wait=False)
    except BlockingIOError as error:
        raise BackupError(f"Another backup is being written to {directory}.") from error
    except OSError as error:
        raise BackupError(f"{directory} cannot be written: {error.strerror}.") from error
    try:
        for left in directory.glob(".*.partial"):
            left.unlink()
        yield
    finally:
        os.close(lease)


def _sync(directory):
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
