import pytest
from django.core.management import call_command

from publishing.catalogue import forget_catalogue


@pytest.fixture(autouse=True)
def fresh_catalogue():
    """Forget the catalogue of the test before: its version numbers come again."""
    forget_catalogue()


@pytest.fixture
def real_data(db):
    """The data the portal starts with, loaded and published."""
    call_command("load_fixtures", verbosity=0)
