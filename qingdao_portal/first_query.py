"""The first query of a request finds out whether the connection of before still lives."""

from django.db import InterfaceError, OperationalError


def fetch_first(connection, sql, parameters=None):
    """All rows of one statement that may be sent twice: it reads, or counts.

    As the first query of a request it stands for the check of the connection that Django would
    make by one of its own (CONN_HEALTH_CHECKS): where that is found dead, the same is asked once
    more, on a new one.
    """
    is_due = connection.health_check_enabled and not connection.health_check_done
    if not is_due or connection.connection is None or connection.in_atomic_block:
        return _fetch(connection, sql, parameters)
    connection.health_check_done = True
    try:
        return _fetch(connection, sql, parameters)
    except (OperationalError, InterfaceError):
        if connection.is_usable():
            raise
        connection.close()
        return _fetch(connection, sql, parameters)


def _fetch(connection, sql, parameters):
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall()
