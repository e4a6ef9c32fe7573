"""Fixtures of the API's tests."""

import json
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import transaction

from publishing.catalogue import forget_catalogue

OPENAPI_FILE = Path(__file__).parent.parent.parent / "docs" / "api" / "openapi.json"


@pytest.fixture(autouse=True)
def fresh_catalogue():
    """Forget the catalogue of the test before: its version numbers come again."""
    forget_catalogue()


@pytest.fixture(scope="module")
def once_per_module(django_db_setup, django_db_blocker):
    """A transaction around all tests of a module, for rows that they share.

    The tests need `django_db` too, and must leave the shared rows alone.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def real_data(once_per_module):
    """The data the portal starts with."""
    call_command("load_fixtures", verbosity=0)


@pytest.fixture(scope="session")
def openapi():
    """The committed OpenAPI document."""
    return json.loads(OPENAPI_FILE.read_text("utf-8"))
