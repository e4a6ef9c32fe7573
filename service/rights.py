"""What the role that serves the public may do in the database, and nothing else.

The owner's role makes and changes tables (`manage.py prepare`). The web role, which the web
processes and the worker use, reads and writes rows. It cannot alter anything, empty a table, or
delete or rewrite what must stay as it was said: editions, releases, the workflow, the audit log.
Triggers refuse the same to everybody, the owner included.
"""

from django.db import transaction

WRITE = ("INSERT", "UPDATE", "DELETE")
# Tables that are only added to, and in editions the one column that is handed over.
APPEND_ONLY = {
    "publishing_edition": ("INSERT", 'UPDATE ("is_current")'),
    "publishing_workflowevent": ("INSERT",),
    "staff_auditentry": ("INSERT",),
    "finder_release": ("INSERT",),
}
# Django's own lists, which migrations fill; the history of an account goes with the account.
OF_THE_OWNER = {
    "django_migrations": (),
    "django_content_type": (),
    "auth_permission": (),
    "django_admin_log": ("INSERT", "DELETE"),
}
LIMITED = APPEND_ONLY | OF_THE_OWNER


class RightsError(Exception):
    """The role cannot be limited; the message is a sentence for a person."""


@transaction.atomic
def grant(connection, role):
    """Give the role these rights on all tables, and take all others. Return how many tables.

    One transaction: a portal in service never sees a moment without rights. Raises RightsError.
    """
    quoted = connection.ops.quote_name(role)
    with connection.cursor() as cursor:
        _check(cursor, role)
        tables = _tables(cursor)
        for statement in statements(quoted, tables):
            cursor.execute(statement)
    return len(tables)


def statements(role, tables):
    """The SQL for a role (quoted) and the names of all tables."""
    yield "REVOKE CREATE ON SCHEMA public FROM PUBLIC"
    for what in ("TABLES", "SEQUENCES", "FUNCTIONS"):
        yield f"REVOKE ALL ON ALL {what} IN SCHEMA public FROM {role}"
    yield f"REVOKE ALL ON SCHEMA public FROM {role}"
    yield f"GRANT USAGE ON SCHEMA public TO {role}"
    yield f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}"
    for table in tables:
        rights = ", ".join(("SELECT", *LIMITED.get(table, WRITE)))
        yield f'GRANT {rights} ON TABLE public."{table}" TO {role}'


def _tables(cursor):
    cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
    return [name for (name,) in cursor.fetchall()]


def _check(cursor, role):
    """A role that could do all of it anyway is no web role."""
    cursor.execute(
        "SELECT rolsuper, pg_has_role(oid, current_user, 'MEMBER') FROM pg_roles"
        " WHERE rolname = %s",
        [role],
    )
    found = cursor.fetchone()
    if found is None:
        raise RightsError(f"There is no role “{role}”; deploy/postgresql/roles.sql makes it.")
    is_superuser, is_owner = found
    if is_superuser or is_owner:
        raise RightsError(
            f"“{role}” is a superuser or may act as the owner of the tables, so no right can be "
            "taken from it. Use a role of its own; deploy/postgresql/roles.sql makes it."
        )
