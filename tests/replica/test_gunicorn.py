"""The portal as it is deployed, with its store of answers, on a primary and a replica."""

import pytest
from django.db import DEFAULT_DB_ALIAS, connection

from qingdao_portal import replica
from tests.factories import publish, publish_measure
from tests.replica.conftest import NAME
from tests.response_store.gunicorn import Gunicorn, until

pytestmark = pytest.mark.django_db(transaction=True, databases=[DEFAULT_DB_ALIAS, replica.ALIAS])


@pytest.fixture
def gunicorn(pair, tmp_path):
    running = Gunicorn(
        tmp_path, DATABASE_URL=pair.primary.url(NAME), REPLICA_URL=pair.replica.url(NAME)
    )
    yield running
    running.end()


def test_readers_notice_nothing_of_lag_and_loss(pair, gunicorn):
    measure = publish_measure(title="示例旧标题")
    path = measure.get_absolute_url()
    pair.catch_up()

    def read(address=path):
        status, _headers, body = gunicorn.get(address)
        assert status == 200, address
        return body.decode()

    until(lambda: "示例旧标题" in read())
    pair.lag()
    measure.title = "示例新标题"
    measure.save()
    publish(measure)
    until(lambda: "示例新标题" in read())
    assert "示例旧标题" not in read("/guide/")
    pair.go_on()
    assert all("示例新标题" in read(address) for address in (path, "/guide/", f"{path}?view=elder"))

    # From here on addresses that nobody has asked for yet, which the store cannot answer.
    read("/")  # from the replica, which has the primary's version
    pair.primary.stop("immediate")
    try:
        connection.close()
        for address in ("/guide/compare/", "/search/?q=example", "/api/v1/measures/", "/about/"):
            read(address)
    finally:
        pair.primary.start()
    pair.replica.stop("immediate")
    try:
        until(lambda: gunicorn.get("/feedback/")[0] == 200)  # the primary is back
        read("/projects/")
        read("/cooperation/")
    finally:
        pair.replica.start()
