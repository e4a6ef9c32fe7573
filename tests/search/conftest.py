"""The portal with its real data, loaded once for all tests that only read it."""

import pytest
from django.core.management import call_command

from publishing.catalogue import current_version
from search.vocabulary import vocabulary_at


@pytest.fixture
def real_data(db):
    call_command("load_fixtures", verbosity=0)


@pytest.fixture
def vocabulary(db):
    return vocabulary_at(current_version())
