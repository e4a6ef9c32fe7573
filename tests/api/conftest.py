"""Fixtures of the API's tests."""

import json
from pathlib import Path

import pytest
from django.core.management import call_command

OPENAPI_FILE = Path(__file__).parent.parent.parent / "docs" / "api" / "openapi.json"


@pytest.fixture(scope="module")
def real_data(once_per_module):
    """The data the portal starts with."""
    call_command("load_fixtures", verbosity=0)


@pytest.fixture(scope="session")
def openapi():
    """The committed OpenAPI document."""
    return json.loads(OPENAPI_FILE.read_text("utf-8"))
