"""The role that serves the portal, on a real PostgreSQL: what it can do, and what it cannot."""

from contextlib import contextmanager
from io import StringIO

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client

from publishing.models import Edition
from qingdao_portal import housekeeping
from qingdao_portal.management.commands import prepare
from service import rights
from tests.admin.approval import approve_all
from tests.admin.pages import address_of, send
from tests.factories import make_hotline, make_measure, publish_measure

pytestmark = pytest.mark.django_db

ROLE = "portal_web_of_tests"


@pytest.fixture
def role():
    """A second role, limited as the portal limits it; gone after the test."""
    run(f"CREATE ROLE {ROLE}")
    call_command("grant_web_role", ROLE, stdout=StringIO())
    return ROLE


@contextmanager
def serving(role):
    """Inside, the portal works as that role."""
    run(f"SET LOCAL ROLE {role}")
    yield
    run("RESET ROLE")


def run(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)


def refused(statement):
    """Why PostgreSQL refuses the statement; None where it does not."""
    try:
        with transaction.atomic():
            run(statement)
    except DatabaseError as error:
        return str(error)


def test_the_web_role_serves_readers_and_staff(role):
    measure = make_measure(hotlines=[make_hotline()])
    client = Client()
    client.force_login(get_user_model().objects.create_superuser("root"))
    approve_all()
    with serving(role):
        assert send(client, address_of(measure, "publish")).status_code == 302
        measure.title = "示例:改过"
        measure.save()
        approve_all()
        send(client, address_of(measure, "publish"), note="示例修改说明")
        assert Edition.objects.filter(entry_id=measure.pk).count() == 2
        page = Client().get(f"/guide/measures/{measure.slug}/")
        assert "示例:改过" in page.text
        assert Client().get("/readyz").status_code == 200
        housekeeping.tidy_up.func()
        client.post("/admin/logout/")


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM {table}",
        "TRUNCATE {table} CASCADE",
        "ALTER TABLE {table} DISABLE TRIGGER ALL",
        "DROP TABLE {table} CASCADE",
    ],
)
@pytest.mark.parametrize("table", rights.APPEND_ONLY)
def test_the_web_role_cannot_take_back_what_was_said(role, table, statement):
    with serving(role):
        said = refused(statement.format(table=table))
        assert "permission denied" in said or "must be owner" in said


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE publishing_edition SET document = '{}'",
        "UPDATE publishing_edition SET id = id + 1",
        "UPDATE publishing_workflowevent SET comment = ''",
        "UPDATE staff_auditentry SET actor_name = ''",
        "UPDATE django_admin_log SET change_message = ''",
        "DELETE FROM django_migrations",
        "CREATE TABLE public.mine (id int)",
        "ALTER TABLE guide_measure ADD COLUMN mine int",
        "DROP TRIGGER publishing_edition_is_immutable ON publishing_edition",
        "ALTER FUNCTION publishing_edition_is_immutable() RENAME TO mine",
        "TRUNCATE guide_measure CASCADE",
    ],
)
def test_the_web_role_cannot_rewrite_or_alter(role, statement):
    publish_measure()
    with serving(role):
        said = refused(statement)
        assert "permission denied" in said or "must be owner" in said


@pytest.mark.parametrize("table", rights.APPEND_ONLY)
def test_triggers_refuse_the_same_to_the_owner(table):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT bool_or((tgtype & 8) > 0), bool_or((tgtype & 16) > 0) FROM pg_trigger"
            " WHERE tgrelid = %s::regclass AND NOT tgisinternal AND tgenabled <> 'D'",
            [table],
        )
        assert cursor.fetchone() == (True, True)  # on DELETE, on UPDATE


def test_every_table_that_a_trigger_protects_is_protected_by_rights_too():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid"
            " WHERE NOT tgisinternal AND tgname LIKE '%is_immutable'"
            " OR tgname LIKE '%append_only'"
        )
        assert {name for (name,) in cursor.fetchall()} == set(rights.APPEND_ONLY)


def test_rights_given_by_hand_before_are_taken_back(role):
    run(f"GRANT ALL ON publishing_edition TO {role}")
    call_command("grant_web_role", role, stdout=StringIO())
    with serving(role):
        assert "permission denied" in refused("DELETE FROM publishing_edition")


def test_a_role_that_could_do_all_of_it_anyway_is_refused(role):
    with pytest.raises(CommandError, match="Name the role"):
        call_command("grant_web_role")
    with pytest.raises(CommandError, match="There is no role “nobody_here”"):
        call_command("grant_web_role", "nobody_here")
    run(f"ALTER ROLE {role} SUPERUSER")
    with pytest.raises(CommandError, match="is a superuser"):
        call_command("grant_web_role", role)


def test_prepare_limits_the_role_of_the_settings(role, settings):
    settings.WEB_ROLE = role
    run(f"GRANT DELETE ON publishing_edition TO {role}")
    prepare.Command(stdout=StringIO()).limit_web_role()
    with serving(role):
        assert "permission denied" in refused("DELETE FROM publishing_edition")
