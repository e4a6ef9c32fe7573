import pytest
from django.core.management import call_command


@pytest.fixture
def real_data(db):
    """The data the portal starts with, loaded and published."""
    call_command("load_fixtures", verbosity=0)
