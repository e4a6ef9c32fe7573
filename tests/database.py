"""Empty the database after a test that commits, quicker than Django does.

Django truncates all tables and makes content types, permissions and roles anew. Here only tables
with something in them are truncated, and what the migrations filled stays, as long as it is just
as they left it; where a test changed it, Django's way is taken.
"""

from contextlib import contextmanager

from django.db import connection
from django.test import TransactionTestCase


class Emptier:
    """Knows the tables, and what was in those that the migrations filled."""

    def __init__(self):
        self.tables = connection.introspection.django_table_names(only_existing=True)
        self.filled = self._filled()
        self.given = self._contents(self.filled)

    def empty(self):
        """Bring the tables back to what the migrations left. Return False where it cannot."""
        if self._contents(self.filled) != self.given:
            return False
        tables = [name for name in self._filled() if name not in self.filled]
        if tables:
            names = ", ".join(map(connection.ops.quote_name, tables))
            with connection.cursor() as cursor:
                cursor.execute(f"TRUNCATE {names} CASCADE")
        return True

    def _filled(self):
        parts = [f"SELECT '{name}' WHERE EXISTS (SELECT FROM {name})" for name in self.tables]  # noqa: S608
        return [name for (name,) in _rows(" UNION ALL ".join(parts))]

    def _contents(self, tables):
        parts = [f"SELECT md5(string_agg(t::text, ',' ORDER BY t)) FROM {t} AS t" for t in tables]  # noqa: S608
        return _rows(" UNION ALL ".join(parts)) if parts else []


@contextmanager
def emptied_quickly():
    """Inside, tests that commit are cleared up after in the quick way. Yields that way."""
    django_way = TransactionTestCase._fixture_teardown
    emptier = Emptier()

    def empty(test_case=None):
        nonlocal emptier
        if not emptier.empty():
            django_way(test_case or TransactionTestCase())
            emptier = Emptier()  # the same rows with other numbers

    TransactionTestCase._fixture_teardown = empty
    try:
        yield empty
    finally:
        TransactionTestCase._fixture_teardown = django_way


def _rows(query):
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchall()
