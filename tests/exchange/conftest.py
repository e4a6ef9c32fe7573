"""Who works with files, and the data they work on."""

import pytest
from django.core.management import call_command

from tests.admin.conftest import root, staff

__all__ = ["real_data", "root", "staff"]


@pytest.fixture
def real_data(db):
    """The data the portal starts with, loaded and published."""
    call_command("load_fixtures", verbosity=0)
