"""Backups that only the holder of the private key can read; docs/operations.md has the steps.

`programs` runs PostgreSQL's own tools, `archive` names, checks and drops files, `dumping` and
`restoring` are the two ways.
"""


class BackupError(Exception):
    """A backup that cannot be made or restored; the message is a sentence for a person."""
