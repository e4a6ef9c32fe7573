"""Migrations are such that code of the release before can live with them."""

import pytest
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import models
from django.db.migrations import (
    AddConstraint,
    AddField,
    AddIndex,
    AlterField,
    CreateModel,
    DeleteModel,
    Migration,
    RemoveField,
    RenameField,
    RenameModel,
    RunPython,
    RunSQL,
)
from django.db.migrations.loader import MigrationLoader

from tests.migrating.rules import new_migrations, problems_of, released

pytestmark = pytest.mark.django_db

HOW = """
Code of the release before cannot live with {name}: {problems}.
docs/operations.md, “Migrations”, says how such a change is made in two releases, and how one
that is harmless is marked. Before the first release nothing is in service: name it in
tests/migrating/released.txt.
"""


def test_old_code_can_live_with_every_migration_that_is_not_in_service_yet():
    for name, migration, state in new_migrations():
        problems = problems_of(migration, state)
        said = "; ".join(f"{problem.code}, {problem.sentence}" for problem in problems)
        assert not problems, HOW.format(name=name, problems=said)


def test_what_was_released_is_there():
    there = {".".join(key) for key in MigrationLoader(None).disk_migrations}
    assert released() - there == set()


@pytest.fixture(scope="module")
def state():
    """The models as they are."""
    return MigrationLoader(None).project_state()


def codes(state, *operations, **marks):
    kind = type("Migration", (Migration,), {"operations": list(operations), **marks})
    return {problem.code for problem in problems_of(kind("0099_planted", "guide"), state)}


INDEX = models.Index(fields=["title"], name="planted")
LONG = models.CharField(max_length=300, default="", db_default="")
PLANTED = [
    (RemoveField("measure", "summary"), "DROP_COLUMN"),
    (DeleteModel("Question"), "DROP_TABLE"),
    (RenameField("measure", "summary", "abstract"), "RENAME_COLUMN"),
    (RenameModel("Question", "Query"), "RENAME_TABLE"),
    (AddField("measure", "planted", models.CharField(max_length=9, default="")), "NOT_NULL"),
    (AlterField("measure", "official_number", models.IntegerField(default=0)), "NOT_NULL"),
    (AlterField("measure", "position", models.CharField(max_length=9)), "ALTER_COLUMN"),
    (
        AddConstraint("measure", models.UniqueConstraint(fields=["title"], name="planted")),
        "ADD_UNIQUE",
    ),
    (AddIndex("measure", INDEX), "CREATE_INDEX"),
    (
        AddConstraint(
            "measure", models.CheckConstraint(condition=~models.Q(title=""), name="planted")
        ),
        "NEW_CONSTRAINT",
    ),
    (RunSQL("LOCK TABLE guide_measure", ""), "LOCK_TABLE"),
    (RunSQL("ALTER TABLE guide_measure\n  DROP COLUMN title", ""), "DROP_COLUMN"),
    (RunSQL("DROP INDEX planted", ""), "DROP_INDEX"),
]


@pytest.mark.parametrize(("operation", "code"), PLANTED, ids=lambda value: str(value)[:30])
def test_what_old_code_cannot_live_with_is_found(state, operation, code):
    assert code in codes(state, operation)


def test_what_it_can_live_with_passes(state):
    new = [("id", models.BigAutoField(primary_key=True)), ("text", models.CharField(max_length=9))]
    options = {"constraints": [models.UniqueConstraint(fields=["text"], name="planted_new")]}
    assert codes(state, CreateModel("Planted", new, options)) == set()
    assert codes(state, AddField("measure", "planted", LONG)) == set()
    assert codes(state, AddField("measure", "planted", models.IntegerField(null=True))) == set()
    assert codes(state, AddIndexConcurrently("measure", INDEX), atomic=False) == set()
    assert codes(state, RunPython(RunPython.noop, RunPython.noop)) == set()


def test_rows_are_not_changed_while_their_table_is_locked(state):
    data = RunPython(RunPython.noop, RunPython.noop)
    assert "DATA_WITH_SCHEMA" in codes(state, AddField("measure", "planted", LONG), data)


def test_a_second_half_names_a_first_one_that_is_in_service_and_says_why(state):
    drop = RemoveField("measure", "summary")
    first = "guide.0001_initial"
    assert codes(state, drop, finishes=(first, "Nothing reads it since.")) == set()
    assert "NOT_RELEASED" in codes(state, drop, finishes=(first, ""))
    assert "NOT_RELEASED" in codes(state, drop, finishes=("guide.0098_first", "Too early."))
    rename = RenameField("measure", "summary", "abstract")
    assert codes(state, rename, finishes=(first, "No.")) == {"RENAME_COLUMN"}


def test_a_small_table_may_be_locked_with_a_reason_but_nothing_else(state):
    briefly = {"locks_briefly": "28 rows."}
    assert codes(state, AddIndex("measure", INDEX), **briefly) == set()
    assert codes(state, RemoveField("measure", "summary"), **briefly) == {"DROP_COLUMN"}
