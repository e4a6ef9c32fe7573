"""nginx in front of the portal itself."""

import itertools
import threading
import time

import pytest

from tests.edge.nginx import Nginx
from tests.factories import publish, publish_measure
from tests.response_store.gunicorn import Gunicorn, until

pytestmark = [
    pytest.mark.launch,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("launch"),
]

ADDRESS = "/guide/measures/example/"


class Readers:
    """Ask for pages without a pause, each reader from an address of its own."""

    def __init__(self, nginx, *paths):
        self.replies = []  # (moment, path, status, text, headers)
        self._nginx, self._paths = nginx, paths
        self._is_over = threading.Event()
        self._threads = [threading.Thread(target=self._read, args=(n,)) for n in range(4)]

    def _read(self, number):
        for path in itertools.cycle(self._paths):
            if self._is_over.is_set():
                return
            reply = self._nginx.ask(path, client=f"127.0.3.{number + 1}")
            self.replies.append((time.monotonic(), path, reply.status, reply.text, reply.headers))

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def wait_for(self, count):
        """Until so many more replies have come."""
        enough = len(self.replies) + count
        until(lambda: len(self.replies) >= enough)

    def __exit__(self, *_raised):
        self._is_over.set()
        for thread in self._threads:
            thread.join()


@pytest.fixture
def measure():
    return publish_measure(slug="example", title="示例举措")


@pytest.fixture
def portal(measure, tmp_path):
    server = Gunicorn(tmp_path, TRUST_PROXY="1")
    assert server.get(ADDRESS)[0] == 200  # its worker has started
    yield server
    server.process.kill()
    server.process.communicate()


@pytest.fixture
def nginx(portal, tmp_path):
    server = Nginx(tmp_path / "edge", portal.host, name="localhost")
    server.start()
    yield server
    server.stop()


def test_a_publish_is_seen_through_nginx_within_about_a_second_under_load(nginx, measure):
    with Readers(nginx, ADDRESS) as readers:
        readers.wait_for(100)
        measure.title = "示例新名称"
        measure.save()
        publish(measure)
        published_at = time.monotonic()
        until(lambda: "示例新名称" in readers.replies[-1][3])
    assert {status for _, _, status, _, _ in readers.replies} == {200}
    last_old = max(moment for moment, *_, text, _ in readers.replies if "示例新名称" not in text)
    # Half a second until the portal knows, one second of nginx, and room for a loaded machine.
    assert last_old - published_at < 5
    kept = {headers["X-Cache"] for *_, headers in readers.replies}
    assert "HIT" in kept
    headers = readers.replies[-1][4]
    assert headers["X-Accel-Expires"] is None
    assert ", ".join(headers.get_all("Cache-Control")) == (
        "public, max-age=60, s-maxage=1, stale-while-revalidate=2, stale-if-error=86400"
    )
