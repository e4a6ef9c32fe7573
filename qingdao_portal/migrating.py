"""Migrations that give way: none holds up those who use its tables.

A statement that alters a table waits for everybody who uses it, and everybody who comes later
waits for that statement. So it waits for two seconds only (`LOCK_TIMEOUT`, set in
`qingdao_portal.postgresql`), is undone, and tries again while the others go on.
"""

import time

from django.core.management import CommandError
from django.db import OperationalError
from psycopg2.errors import LockNotAvailable

LOCK_TIMEOUT = "2s"
ATTEMPTS, PAUSE_SECONDS = 100, 5


def patiently(migrate, *, told, pause=time.sleep):
    """Call `migrate()` until no table that it alters is in use. Raises CommandError after ten
    minutes of trying; what was migrated until then stays, and is not done again.
    """
    for _ in range(ATTEMPTS):
        try:
            return migrate()
        except OperationalError as error:
            if not isinstance(error.__cause__, LockNotAvailable):
                raise
            told("A table is in use by a long query; trying again.")
        pause(PAUSE_SECONDS)
    raise CommandError(
        "A table was in use all the time. pg_stat_activity shows by whom; a backup, for instance, "
        "may be let finish first. Then run this again."
    )
