"""Who edits, and the real entries."""

import pytest
from django.core.management import call_command

from tests.admin.conftest import root, staff

__all__ = ["root", "staff"]


@pytest.fixture
def real_data(db):
    """The data the portal starts with, loaded and published."""
    call_command("load_fixtures", verbosity=0)
