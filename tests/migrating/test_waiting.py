"""A migration behind a long reader lets everybody else pass, and comes through when it ends."""

import pytest
from django.core.management import CommandError
from django.db import OperationalError, connection, models
from psycopg2.errors import LockNotAvailable

from guide.models import Measure
from qingdao_portal import migrating
from qingdao_portal.migrating import patiently
from qingdao_portal.postgresql import base


@pytest.mark.django_db(transaction=True)
def test_a_migration_gives_way_to_a_long_reader_and_comes_through_when_it_ends(monkeypatch):
    monkeypatch.setattr(base, "LOCK_TIMEOUT", "50ms")
    told, reader, other = [], connection.copy(), connection.copy()
    reader.set_autocommit(False)
    with reader.cursor() as cursor:
        cursor.execute("SELECT FROM guide_measure")  # and does not end its transaction

    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = '10s'")  # whoever does not give way is stopped

    column = models.IntegerField(null=True)
    column.set_attributes_from_name("planted")

    def migrate():
        with connection.schema_editor() as editor:
            editor.add_field(Measure, column)

    def pause(_seconds):
        with other.cursor() as cursor:  # not behind the migration
            cursor.execute("SELECT count(*) FROM guide_measure")
        if len(told) == 2:
            reader.rollback()

    patiently(migrate, told=told.append, pause=pause)
    assert len(told) == 2
    with connection.schema_editor() as editor:
        editor.remove_field(Measure, column)
    for each in (connection, reader, other):
        each.close()


def in_use():
    raise OperationalError("canceling statement due to lock timeout") from LockNotAvailable()


def test_it_says_at_last_that_a_table_was_in_use_all_the_time():
    pauses = []
    with pytest.raises(CommandError, match="in use all the time"):
        patiently(in_use, told=lambda _: None, pause=pauses.append)
    assert 300 < sum(pauses) < 1200
    assert len(pauses) == migrating.ATTEMPTS


def test_other_errors_are_told_at_once():
    def migrate():
        raise OperationalError("the database is away")

    with pytest.raises(OperationalError, match="away"):
        patiently(migrate, told=print, pause=lambda _: pytest.fail("waited"))
