"""Which migrations code of the release before can live with, and which it cannot.

While a release starts, code of two releases uses one database. docs/operations.md says what a
change in two steps looks like, and how `released.txt` comes about: the migrations that are in
service already, and those of libraries that were looked at, with the reason behind a `#`.
"""

import re
from pathlib import Path
from typing import NamedTuple

from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import RunPython
from django_migration_linter.sql_analyser import PostgresqlAnalyser, analyse_sql_statements
from django_migration_linter.sql_analyser.base import Check, CheckMode, CheckType

RELEASED = Path(__file__).with_name("released.txt")
# What a second half may do: `finishes = ("guide.0005_…", "why nothing needs it any more")`.
SECOND_HALF = {
    *("DROP_COLUMN", "DROP_TABLE", "NOT_NULL", "ALTER_COLUMN", "ADD_UNIQUE", "NEW_CONSTRAINT"),
}
# What may be done to a table that is small: `locks_briefly = "why it takes no time"`.
LOCKS = {
    *("CREATE_INDEX", "CREATE_INDEX_EXCLUSIVE", "DROP_INDEX", "REINDEX", "ALTER_COLUMN"),
    *("LOCK_TABLE", "DATA_WITH_SCHEMA"),
}


class Problem(NamedTuple):
    """`code` is the linter's, or one of the two checks below."""

    code: str
    sentence: str


def adds_constraint_at_once(sql_statements, **_):
    """Whether rows of a table that is in use are checked while nobody can write it."""
    made = {match[1] for sql in sql_statements if (match := re.match(r"CREATE TABLE (\S+)", sql))}
    return any(
        match[1] not in made and "NOT VALID" not in sql
        for sql in sql_statements
        if (match := re.match(r"ALTER TABLE (\S+) ADD CONSTRAINT \S+ (CHECK|FOREIGN KEY)", sql))
    )


class Analyser(PostgresqlAnalyser):
    migration_checks = [
        *PostgresqlAnalyser.migration_checks,
        Check(
            code="NEW_CONSTRAINT",
            fn=adds_constraint_at_once,
            message="a constraint that rows of old code may break, checked under a lock",
            mode=CheckMode.TRANSACTION,
            type=CheckType.ERROR,
        ),
        Check(
            code="LOCK_TABLE",
            fn=lambda sql, **_: sql.upper().startswith("LOCK "),
            message="LOCK TABLE",
            mode=CheckMode.ONE_LINER,
            type=CheckType.ERROR,
        ),
    ]


def problems_of(migration, state):
    """What code of the release before cannot live with in a migration from this `state`.

    Its marks are heeded: `finishes`, if what it names was released, and `locks_briefly`.
    """
    found = list(_found_in(migration, state))
    marked = set()
    finishes, why = getattr(migration, "finishes", (None, ""))
    if finishes is not None and (finishes not in released() or not why):
        sentence = (
            f"`finishes` names {finishes}, which is not in {RELEASED.name}, or gives no reason."
        )
        found.append(Problem("NOT_RELEASED", sentence))
    elif finishes is not None:
        marked |= SECOND_HALF
    if getattr(migration, "locks_briefly", ""):
        marked |= LOCKS
    return [problem for problem in found if problem.code not in marked]


def _found_in(migration, state):
    sql = sql_of(migration, state)
    for issues in analyse_sql_statements(Analyser, sql)[::2]:  # errors and warnings
        for issue in issues:
            where = f" ({issue.table})" if issue.table else ""
            yield Problem(issue.code, issue.message + where)
    has_data = any(isinstance(operation, RunPython) for operation in migration.operations)
    made = {match[1] for line in sql if (match := re.match(r"CREATE TABLE (\S+)", line))}
    altered = {match[1] for line in sql if (match := re.match(r"ALTER TABLE (\S+)", line))}
    if has_data and altered - made:
        yield Problem("DATA_WITH_SCHEMA", "rows are changed while the table is locked")


def sql_of(migration, state):
    """The statements of a migration, one in each text, without comments."""
    outside = connection.copy()  # of the test's transaction, which some operations refuse
    try:
        with outside.schema_editor(collect_sql=True, atomic=migration.atomic) as editor:
            migration.apply(state.clone(), editor, collect_sql=True)
    finally:
        outside.close()
    lines = (" ".join(text.split()) for text in editor.collected_sql)
    statements = [line for line in lines if not line.startswith("--")]
    return ["BEGIN;", *statements, "COMMIT;"] if migration.atomic else statements


def released():
    """Names of the migrations in service, `app.name`; what follows `#` is for people."""
    lines = (line.partition("#")[0].strip() for line in RELEASED.read_text().splitlines())
    return {line for line in lines if line}


def new_migrations():
    """`(name, migration, state before it)` of those that are not in service yet."""
    loader = MigrationLoader(None)
    known = released()
    for (app, name), migration in loader.disk_migrations.items():
        if f"{app}.{name}" not in known:
            yield f"{app}.{name}", migration, loader.project_state((app, name), at_end=False)
