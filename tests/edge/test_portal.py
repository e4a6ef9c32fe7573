"""nginx in front of the portal itself, and what readers notice of a new release: nothing."""

import itertools
import signal
import socket
import threading
import time
from contextlib import ExitStack

import pytest

from tests.edge.nginx import PATIENT, Nginx
from tests.factories import publish, publish_measure
from tests.response_store.gunicorn import Gunicorn, until

pytestmark = [
    pytest.mark.launch,
    pytest.mark.django_db(transaction=True),
]

ADDRESS = "/guide/measures/example/"


class Readers:
    """They ask `ask(path, number)` for these paths in turn without a pause."""

    def __init__(self, ask, *paths, count=2):
        self.replies = []  # (moment, what `ask` returned)
        self.failures = []
        self._ask, self._paths = ask, paths
        self._numbers = itertools.count()
        self._is_over = threading.Event()
        self._threads = [threading.Thread(target=self._read) for _ in range(count)]

    def _read(self):
        for path in itertools.cycle(self._paths):
            if self._is_over.is_set():
                return
            try:
                reply = self._ask(path, next(self._numbers))
            except OSError as error:
                self.failures.append(error)
            else:
                self.replies.append((time.monotonic(), reply))

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def wait_for(self, count):
        """Until so many more replies have come."""
        enough = len(self.replies) + count
        until(lambda: len(self.replies) >= enough or self.failures)

    def __exit__(self, *_raised):
        self._is_over.set()
        for thread in self._threads:
            thread.join()


@pytest.fixture
def measure():
    return publish_measure(slug="example", title="示例举措")


@pytest.fixture
def running():
    """Starts gunicorns and nginxes with `.append(…)`; all of them end with the test."""
    with ExitStack() as stack:
        yield stack


def start_portal(stack, var_dir, **options):
    """A gunicorn whose worker answers."""
    portal = Gunicorn(var_dir, TRUST_PROXY="1", **options)
    stack.callback(portal.process.communicate)
    stack.callback(portal.process.kill)
    assert portal.get(ADDRESS)[0] == 200
    return portal


def start_nginx(stack, root, address):
    nginx = Nginx(root, address, name="localhost", changes=PATIENT).start()
    stack.callback(nginx.stop)
    return nginx


def through(nginx):
    """Ask nginx, each time from another address: no limit is meant for all readers together."""
    return lambda path, number: nginx.ask(path, client=f"127.0.3.{number % 250 + 1}")


def test_a_publish_is_seen_through_nginx_within_about_a_second_under_load(
    running, measure, tmp_path
):
    portal = start_portal(running, tmp_path)
    nginx = start_nginx(running, tmp_path / "edge", portal.host)
    with Readers(through(nginx), ADDRESS, count=4) as readers:
        readers.wait_for(100)
        measure.title = "示例新名称"
        measure.save()
        publish(measure)
        published_at = time.monotonic()
        until(lambda: "示例新名称" in readers.replies[-1][1].text)
    assert not readers.failures
    assert {reply.status for _, reply in readers.replies} == {200}
    last_old = max(at for at, reply in readers.replies if "示例新名称" not in reply.text)
    # Half a second until the portal knows, one second of nginx, and room for a loaded machine.
    assert last_old - published_at < 5
    assert "HIT" in {reply.headers["X-Cache"] for _, reply in readers.replies}
    headers = readers.replies[-1][1].headers
    assert headers["X-Accel-Expires"] is None
    assert ", ".join(headers.get_all("Cache-Control")) == (
        "public, max-age=60, s-maxage=1, stale-while-revalidate=1, stale-if-error=86400"
    )


def test_no_request_fails_while_the_portal_is_reloaded_and_while_a_new_release_starts(
    running, measure, tmp_path
):
    with socket.create_server(("127.0.0.1", 0), backlog=1024) as listener:  # systemd's
        host = "127.0.0.1:{1}".format(*listener.getsockname())
        old = start_portal(running, tmp_path, listener=listener)
        nginx = start_nginx(running, tmp_path / "edge", host)
        asks = {
            through(nginx): (ADDRESS, "/feedback/", "/api/v1/changes/?after=0&wait=0"),
            lambda path, _number: old.get(path): (ADDRESS, "/nothing/", "/readyz"),
            lambda path, _number: old.get(path, "POST"): (ADDRESS,),
        }
        with ExitStack() as stack:
            crowds = [stack.enter_context(Readers(ask, *paths)) for ask, paths in asks.items()]

            def go_on():
                for crowd in crowds:
                    crowd.wait_for(20)

            go_on()
            workers = old.workers()
            old.process.send_signal(signal.SIGHUP)
            until(lambda: old.workers() and not old.workers() & workers)
            go_on()
            old.process.terminate()
            assert old.process.wait(60) == 0
            new = Gunicorn(tmp_path, listener=listener, TRUST_PROXY="1")
            running.callback(new.process.communicate)
            running.callback(new.process.kill)
            go_on()
        through_nginx, reading, sending = crowds
        assert [crowd.failures for crowd in crowds] == [[], [], []]
        assert {reply.status for _, reply in through_nginx.replies} == {200}
        assert {reply.headers["X-Served-From"] for _, reply in through_nginx.replies} == {None}
        assert {reply[0] for _, reply in reading.replies} == {200, 404}
        assert {reply[0] for _, reply in sending.replies} == {405}
