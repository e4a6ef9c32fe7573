"""The files of backups: their names, their checksums, and which are kept."""

import hashlib
import os
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

from service.backups import BackupError

NAME = re.compile(r"portal-(\d{8}T\d{6}Z)\.dump\.age")
STAMP = "%Y%m%dT%H%M%SZ"
BLOCK = 1024 * 1024


def name_at(moment):
    """The name of a backup made at that moment; names sort by time."""
    return f"portal-{moment.astimezone(UTC):{STAMP}}.dump.age"


def made_at(path):
    """When the backup was made, by its name; None for any other file."""
    match = NAME.fullmatch(Path(path).name)
    return match and datetime.strptime(match[1], STAMP).replace(tzinfo=UTC)


def backups(directory):
    """The finished backups in the directory, newest first."""
    return sorted((path for path in Path(directory).glob("*.age") if made_at(path)), reverse=True)


def checksum_file(path):
    return path.with_name(f"{path.name}.sha256")


def write_checksum(path, digest):
    """Put `<name>.sha256` beside the backup, as `sha256sum --check` reads it."""
    draft = path.with_name(f".{path.name}.sha256.partial")
    with draft.open("w") as file:
        file.write(f"{digest}  {path.name}\n")
        file.flush()
        os.fsync(file.fileno())
    draft.replace(checksum_file(path))


def check(path, progress):
    """Compare the file with its checksum; `progress` is told the bytes read.

    Return False where there is no checksum beside it. Raises BackupError where it differs.
    """
    try:
        wanted = checksum_file(path).read_text().split()[0]
    except (FileNotFoundError, IndexError):
        return False
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
            progress(len(block))
    if digest.hexdigest() != wanted:
        raise BackupError(
            f"{path.name} is not as it was written: its checksum differs. Use another backup."
        )
    return True


def drop_old(directory, *, keep, keep_days, now):
    """Remove backups that are neither among the `keep` newest nor younger than `keep_days`.

    Return those removed. The newest is never among them.
    """
    since = now - timedelta(days=keep_days)
    old = [path for path in backups(directory)[max(keep, 1) :] if made_at(path) < since]
    for path in old:
        path.unlink()
        checksum_file(path).unlink(missing_ok=True)
    return old
