"""What those see who run the portal with a replica."""

import pytest
from django.db import DEFAULT_DB_ALIAS

from publishing.catalogue import current_version
from qingdao_portal import replica
from service import replica_numbers
from tests.factories import publish_measure

pytestmark = pytest.mark.django_db(transaction=True, databases=[DEFAULT_DB_ALIAS, replica.ALIAS])


@pytest.fixture
def told(client, settings):
    """`told()` is what /readyz warns of and what /metrics says of the replica now."""
    settings.METRICS_TOKEN = "a-token"

    def ask():
        lines = client.get(
            "/metrics", headers={"authorization": "Bearer a-token"}
        ).text.splitlines()
        numbers = [line.split() for line in lines if line.startswith("portal_replica_")]
        ready = client.get("/readyz")
        assert ready.status_code == 200  # whatever becomes of a replica, readers are served
        names = ("portal_replica_up", "portal_replica_revisions_behind")
        return ready.json()["warnings"], *(dict(numbers).get(name) for name in names)

    return ask


def test_lag_and_death_of_the_replica_are_told(pair, told):
    publish_measure()
    pair.catch_up()
    assert told() == ([], "1.0", "0.0")
    before = current_version().revision
    pair.lag()
    try:
        publish_measure()
        behind = current_version().revision - before
        assert told() == ([replica_numbers.BEHIND % behind], "1.0", f"{behind}.0")
    finally:
        pair.go_on()
    pair.replica.stop("immediate")
    try:
        assert told() == ([replica_numbers.AWAY], "0.0", None)
    finally:
        pair.replica.start()


def test_a_replica_of_another_primary_is_told(pair, told, monkeypatch):
    publish_measure()
    pair.catch_up()
    newer = current_version()._replace(revision=current_version().revision + 8)
    monkeypatch.setattr("qingdao_portal.replica_middleware.version_of_replica", lambda: newer)
    assert told() == ([replica_numbers.STRANGE], "1.0", "-8.0")
