"""How soon everybody sees what was published, through gunicorn and through nginx.

Readers ask for each page again and again, as a crowd does, over new connections, so that every
worker is asked. What counts is when the last one was sent who still got the old text.
"""

import http.client
import random
import subprocess
import sys
import threading
import time
from contextlib import closing, contextmanager
from urllib.parse import urlsplit

from bench import fleet, portal
from bench.processes import running
from bench.report import median, table
from bench.sections import pages

TITLE = "From a publication until everybody sees it"
WITHIN_SECONDS, PATIENCE_SECONDS = 1.0, 30
DATA = portal.ROOT / "var" / "bench-visible"  # its own, as it publishes
PAUSE_SECONDS = 0.02
AFTERWARDS = 100  # new answers in a row, after which no old one is expected: two seconds
TIMES = 20
SHOWN = ("domain", "measure", "API list", "API detail", "changes")  # of `pages.paths()`


def run(bench):
    fleet.prepare()
    portal.manage(DATA, "prepare")
    server = fleet.the_portal(WEB_WORKERS="2", TRUST_PROXY="1", VAR_DIR=str(DATA))
    with running([server]):
        addresses = {"gunicorn, two workers": server.address}
        if fleet.has_nginx():
            nginx = fleet.behind_nginx(server, {})
            with running([nginx]):
                return _table(bench, addresses | {"nginx before them": nginx.address})
        return _table(bench, addresses)


def _table(bench, addresses):
    paths = {name: path for name, path in pages.paths().items() if name in SHOWN}
    paths["changes"] += "?after={newest}"
    delays = {(server, name): [] for server in addresses for name in paths}
    with _publisher() as (newest, publish):
        for number in range(bench.requests(TIMES)):
            title = f"示例标题{number}号"
            readers = {
                (server, name): _Reader(address + path.format(newest=newest), title)
                for server, address in addresses.items()
                for name, path in paths.items()
            }
            time.sleep(random.random())  # noqa: S311 - anywhere between two looks
            published, newest = publish(title)
            for key, reader in readers.items():
                delays[key].append(max(0, reader.last_old() - published))
    rows = [
        (f"{name}, {server}", median(values) / WITHIN_SECONDS, max(values) / WITHIN_SECONDS)
        for (server, name), values in delays.items()
    ]
    return table(["seen by everybody after", "median / 1 s", "longest / 1 s"], rows)


class _Reader(threading.Thread):
    """Asks for an address until its answers have held a text for long enough."""

    def __init__(self, address, text):
        super().__init__(daemon=True)
        self._parts, self._text = urlsplit(address), text.encode()
        self._last_old, self._error = 0.0, None
        self.start()

    def last_old(self):
        """When the last one asked who was answered without the text. Raises RuntimeError."""
        self.join(PATIENCE_SECONDS)
        if self.is_alive() or self._error:
            raise RuntimeError(f"{self._parts.path} does not become new: {self._error}")
        return self._last_old

    def run(self):
        in_a_row = 0
        try:
            while in_a_row < AFTERWARDS:
                asked = time.monotonic()
                if self._text in self._answer():
                    in_a_row += 1
                else:
                    self._last_old, in_a_row = asked, 0
                time.sleep(PAUSE_SECONDS)
        except (OSError, http.client.HTTPException) as error:
            self._error = error

    def _answer(self):
        path = f"{self._parts.path}?{self._parts.query}".rstrip("?")
        connection = http.client.HTTPConnection(self._parts.netloc, timeout=PATIENCE_SECONDS)
        with closing(connection):
            connection.request("GET", path)
            response = connection.getresponse()
            body = response.read()
            if response.status != 200:
                raise http.client.HTTPException(f"{path} answers {response.status}")
            return body


@contextmanager
def _publisher():
    """The newest sequence, and a function that publishes under a title.

    It returns when that was done, and the sequence then.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.publisher"],
        cwd=portal.ROOT,
        env=portal.environment(DATA),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )

    def publish(title):
        print(title, file=process.stdin, flush=True)
        published, newest = process.stdout.readline().split()
        return float(published), int(newest)

    try:
        yield int(process.stdout.readline()), publish
    finally:
        process.stdin.close()
        process.wait(PATIENCE_SECONDS)
        process.stdout.close()
