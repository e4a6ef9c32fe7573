"""Limits are counted in Redis where there is one, and nobody notices when it goes."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.test.utils import CaptureQueriesContext

from publishing import shared_counts
from publishing.models import RequestCount
from publishing.request_limits import Limit
from qingdao_portal.environment import redis_address
from tests.factories import publish_measure
from tests.pooling.redis import Redis

pytestmark = pytest.mark.django_db
LIMIT = Limit("example-redis", requests=2, seconds=60)
LIST = "/api/v1/measures/"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    running = Redis(tmp_path_factory.mktemp("redis")).start()
    yield running
    running.stop()


class Clock:
    now = 0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def counts(server, settings, clock, monkeypatch):
    """The counters of an empty Redis, with a clock that stands still."""
    settings.REDIS_URL = server.url
    made = shared_counts.Counts(server.url, clock=clock)
    made._redis.flushall()
    monkeypatch.setattr(shared_counts, "_counts", lambda _url: made)
    yield made
    made._redis.close()


def left(key="a", now=600):
    return LIMIT.take(key, now=now).left


def test_requests_are_counted_there_and_nothing_is_written_to_the_database(counts):
    with CaptureQueriesContext(connection) as queries:
        assert [LIMIT.seconds_to_wait("a", now=600 + n) for n in range(4)] == [0, 0, 58, 57]
        assert LIMIT.seconds_to_wait("a", now=660) == 0
    assert not queries.captured_queries
    assert left("192.0.2.7") == 1
    keys = [key.decode() for key in counts._redis.scan_iter()]
    assert all(0 < counts._redis.ttl(key) <= 60 for key in keys)
    assert not any("192.0.2.7" in key for key in keys)


def test_reading_the_api_writes_nothing_to_the_database(counts, client):
    publish_measure()
    client.get(LIST)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(LIST).status_code == 200
    assert not [q["sql"] for q in queries.captured_queries if "SELECT" not in q["sql"][:6]]


def test_processes_agree(counts, server):
    other = shared_counts.Counts(server.url)
    assert counts.count("example", 600, 60) == 1
    assert other.count("example", 600, 60) == 2
    other._redis.close()


def test_when_redis_is_gone_the_database_counts_until_it_is_back(counts, server, clock, caplog):
    assert left() == 1
    server.stop()
    assert [left(), left(), left()] == [1, 0, 0]
    assert RequestCount.objects.get().count == 3
    server.start()
    assert LIMIT.take("a", now=600).is_over  # nobody asks Redis before the pause is over
    clock.now = shared_counts.PAUSE_SECONDS
    assert left() == 1
    assert RequestCount.objects.get().count == 3
    said = [record.getMessage() for record in caplog.records]
    assert len(said) == 2
    assert "away (ConnectionError)" in said[0]
    assert "back" in said[1]


def test_a_redis_that_says_nothing_is_waited_for_once(counts, server, monkeypatch):
    server.stand_still()
    try:
        assert left() == 1
        with monkeypatch.context() as patched:
            patched.setattr(counts, "_redis", None)  # asked again, this would be an error
            assert left() == 0
    finally:
        server.go_on()


def test_of_many_who_come_after_the_pause_one_asks(counts, clock):
    counts._note_failure(TimeoutError())
    clock.now = shared_counts.PAUSE_SECONDS
    assert [counts._may_try() for _ in range(3)] == [True, False, False]


def test_a_redis_that_takes_no_writes_is_as_good_as_none(counts):
    counts._redis.config_set("maxmemory", "1")
    try:
        assert [left(), left(), left()] == [1, 0, 0]
    finally:
        counts._redis.config_set("maxmemory", "0")


def test_without_an_address_nobody_is_asked(settings):
    assert settings.REDIS_URL == ""
    assert shared_counts.count("example", 600, 60) is None


@pytest.mark.parametrize(
    "url",
    [
        *("secret", "http://:secret@host", "redis://:secret@host:port/0", "redis:///0", "unix://"),
        *("redis://:secret@host:0/0", "redis://:secret@host/0?no_such_option=1"),
        "redis://:secret@host/0?socket_timeout=secret",
        "redis://:secret@host/0?protocol=9",
        "rediss://:secret@host/0?ssl_cert_reqs=secret",
    ],
)
def test_a_malformed_address_is_refused_without_repeating_the_password(url):
    with pytest.raises(ImproperlyConfigured, match="REDIS_URL cannot be read") as refusal:
        redis_address(url)
    assert "secret" not in str(refusal.value)


@pytest.mark.parametrize(
    "url", ["", "redis://host", "rediss://:a@host:6379/0?ssl_ca_certs=/a.pem", "unix:///run/redis"]
)
def test_an_address_that_can_be_used_is_taken_as_it_is(url):
    assert redis_address(f" {url}") == url
