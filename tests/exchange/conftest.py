"""Who works with files, and the data they work on."""

import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command

from tests.admin.conftest import client_of


@pytest.fixture
def root(db):
    """The client of somebody who may do everything."""
    return client_of(get_user_model().objects.create_superuser("root"))


@pytest.fixture
def real_data(db):
    """The data the portal starts with, loaded and published."""
    call_command("load_fixtures", verbosity=0)
