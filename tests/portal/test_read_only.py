"""A server that takes no writes, as one that is not promoted yet: the database is away."""

import pytest
from django.db import OperationalError, connection, transaction

from tests.factories import make_partner, publish_measure

pytestmark = pytest.mark.django_db


@pytest.fixture
def no_writes():
    publish_measure()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL transaction_read_only = on")
        yield
        transaction.set_rollback(True)


@pytest.mark.parametrize("address", ["/feedback/", "/api/v1/measures/"])
def test_what_needs_to_write_is_told_to_come_back(no_writes, client, address):
    response = client.get(address)
    assert (response.status_code, response.headers["Retry-After"]) == (503, "5")


def test_pages_are_read_on(no_writes, client):
    assert client.get("/guide/").status_code == 200


def test_whoever_waits_for_the_database_waits_for_its_writes_too(no_writes):
    """The worker: where each task is an error it would end, and systemd give it up."""
    with pytest.raises(OperationalError, match="read-only"):
        make_partner()
