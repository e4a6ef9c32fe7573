"""Backups on a real PostgreSQL: destroyed, restored, nothing published missing."""

import hashlib
from datetime import UTC, datetime, timedelta
from io import StringIO

import pyrage
import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from publishing.models import Catalogue, Edition
from service.backups import archive
from tests.factories import make_measure, publish, publish_measure, publish_project, withdraw

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def key(tmp_path, settings):
    """The file of a private key; backups are encrypted to its public one."""
    identity = pyrage.x25519.Identity.generate()
    settings.BACKUP_DIR = tmp_path / "backups"
    settings.BACKUP_RECIPIENTS = [str(identity.to_public())]
    path = tmp_path / "key.txt"
    path.write_text(f"# a comment, as age-keygen writes\n{identity}\n")
    return path


@pytest.fixture
def destroy():
    """Go on with an empty database of another name, as after the loss of the first one."""
    before = connection.settings_dict["NAME"]
    name = f"{before}_drill"

    def run(statement):
        connection.close()
        connection.settings_dict["NAME"] = before
        with connection.cursor() as cursor:
            cursor.execute(f'{statement} "{name}"')
        connection.close()

    def begin_anew():
        run("DROP DATABASE IF EXISTS")
        run("CREATE DATABASE")
        connection.settings_dict["NAME"] = name

    yield begin_anew
    run("DROP DATABASE IF EXISTS")


def back_up():
    call_command("backup", stdout=StringIO())
    return archive.backups(django_settings.BACKUP_DIR)[0]


def restore(key, *arguments):
    said = StringIO()
    call_command("restore", *arguments, identity=key, stdout=said, stderr=StringIO())
    return said.getvalue()


def contents():
    """A digest of the rows of each table; of sessions nothing is kept."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT md5(string_agg(t::text, ',' ORDER BY t::text)) FROM {table} t")  # noqa: S608
            found[table] = cursor.fetchone()[0]
    del found["django_session"]
    return found


def test_after_the_database_is_destroyed_a_restore_brings_back_all_and_the_sequence_goes_on(
    key, destroy
):
    measure = publish_measure(title="示例:备份")
    project = publish_project()
    withdraw(project)
    before = contents()
    back_up()
    destroy()
    restore(key)
    assert contents() == before

    publish(make_measure())
    before = contents()
    sequence = Catalogue.objects.get().sequence
    back_up()
    destroy()
    assert f"{sequence} editions, sequence {sequence}" in restore(key)

    assert contents() == before
    measure.summary = "示例:恢复之后"
    measure.save()
    publish(measure)
    assert Edition.objects.newest().get(entry_id=measure.pk).pk == sequence + 1
    with pytest.raises(DatabaseError), transaction.atomic():
        Edition.objects.filter(pk=1).update(note="示例")


def test_a_restore_does_not_touch_a_database_with_something_in_it_unless_told_to(key):
    publish_measure()
    back_up()
    publish_measure()
    with pytest.raises(CommandError, match="not empty"):
        restore(key)
    assert Edition.objects.count() == 2
    restore(key, "--replace")
    assert Edition.objects.count() == 1


def test_a_damaged_backup_changes_nothing_and_says_so(key):
    publish_measure()
    path = back_up()
    publish_measure()
    data = path.read_bytes()
    path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    with pytest.raises(CommandError, match="checksum differs"):
        restore(key, "--replace")
    archive.checksum_file(path).unlink()
    for damaged in (path.read_bytes(), data[: len(data) * 3 // 4], data[:-70], b""):
        path.write_bytes(damaged)
        with pytest.raises(CommandError, match="cannot be decrypted"):
            restore(key, "--replace")
        with pytest.raises(CommandError, match="cannot be decrypted"):
            restore(key, "--check")
    assert Edition.objects.count() == 2


def test_only_the_private_key_reads_a_backup(key, tmp_path):
    publish_measure(title="示例:机密")
    path = back_up()
    assert path.read_bytes().startswith(b"age-encryption.org/v1")
    assert "is whole" in restore(key, path, "--check")
    other = tmp_path / "other.txt"
    other.write_text(str(pyrage.x25519.Identity.generate()))
    with pytest.raises(CommandError, match="not its private key"):
        restore(other, path, "--check")
    other.write_text("nothing")
    with pytest.raises(CommandError, match="holds no private key"):
        restore(other, path, "--check")


def test_a_backup_is_for_its_owner_and_has_a_checksum_that_sha256sum_reads(key):
    path = back_up()
    assert path.stat().st_mode & 0o077 == 0
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert archive.checksum_file(path).read_text() == f"{digest}  {path.name}\n"


@pytest.mark.parametrize(
    ("recipients", "sentence"),
    [
        ([], "BACKUP_RECIPIENTS is not set"),
        (["age1nonsense"], "no public key of age"),
        ([str(pyrage.x25519.Identity.generate())], "has a private key"),
    ],
)
def test_without_a_public_key_no_backup_is_made(key, settings, recipients, sentence):
    settings.BACKUP_RECIPIENTS = recipients
    with pytest.raises(CommandError, match=sentence) as refusal:
        back_up()
    assert "AGE-SECRET-KEY-" not in str(refusal.value)
    assert not settings.BACKUP_DIR.exists()


def test_a_dump_that_fails_leaves_no_file_and_the_backups_before(key, settings, tmp_path):
    path = back_up()
    broken = tmp_path / "bin"
    broken.mkdir()
    (broken / "pg_dump").write_text(
        "#!/bin/sh\nhead -c 100000 /dev/zero\necho 'pg_dump: error: 示例' >&2\nexit 1\n"
    )
    (broken / "pg_dump").chmod(0o755)
    settings.POSTGRES_BIN = str(broken)
    with pytest.raises(CommandError, match="pg_dump failed: pg_dump: error: 示例"):
        back_up()
    settings.POSTGRES_BIN = str(tmp_path / "nowhere")
    with pytest.raises(CommandError, match="missing or cannot be run"):
        back_up()
    names = {entry.name for entry in settings.BACKUP_DIR.iterdir()}
    assert names == {".lock", path.name, archive.checksum_file(path).name}


def test_old_backups_go_when_there_are_enough_newer_ones(tmp_path):
    now = datetime(2026, 1, 31, tzinfo=UTC)
    days = (0, 1, 2, 10, 40, 50)
    paths = [tmp_path / archive.name_at(now - timedelta(days=day)) for day in days]
    for path in paths:
        path.touch()
        archive.write_checksum(path, "示例")
    (tmp_path / "portal-notes.age").touch()
    removed = archive.drop_old(tmp_path, keep=2, keep_days=30, now=now)
    assert removed == paths[4:]
    assert archive.backups(tmp_path) == paths[:4]
    assert not any(archive.checksum_file(path).exists() for path in removed)
    assert archive.drop_old(tmp_path, keep=0, keep_days=0, now=now) == paths[1:4]
    assert (tmp_path / "portal-notes.age").exists()
