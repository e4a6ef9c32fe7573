"""The portal with its real data, loaded once for all tests that only read it."""

import pytest
from django.core.management import call_command

from publishing.catalogue import current_version, forget_catalogue
from search.vocabulary import forget_vocabulary, vocabulary_at


@pytest.fixture(autouse=True)
def _fresh_process():
    """Databases of tests go back in time; what the process keeps must not."""
    forget_catalogue()
    forget_vocabulary()
    yield
    forget_catalogue()
    forget_vocabulary()


@pytest.fixture
def real_data(db):
    call_command("load_fixtures", verbosity=0)


@pytest.fixture
def vocabulary(db):
    return vocabulary_at(current_version())
