"""How soon the portal answers after its start, and the memory that it then holds."""

import http.client
import os
import signal
import sys
import time
from contextlib import closing, suppress

from bench import fleet, portal
from bench.processes import Server, free_port, memory_of, running
from bench.report import median, table
from bench.sections import pages

TITLE = "Start and memory"
READY_SECONDS, FIRST_PAGE_SECONDS, MOST_BYTES = 1.5, 4.0, 120e6
PATIENCE_SECONDS = 60


def run(bench):
    fleet.prepare()
    rounds = 2 if bench.is_quick else 5
    first_page = median(_make_run() for _ in range(rounds))
    with fleet.database_held():
        started = median(_gunicorn_start() for _ in range(rounds))
        forked, memory = _workers(rounds)
    starts = [
        ("make run on a prepared checkout: first page", first_page / FIRST_PAGE_SECONDS, "4 s"),
        ("gunicorn: from its start to an answer", started / READY_SECONDS, "1.5 s"),
        ("a worker: from its fork to an answer", forked / READY_SECONDS, "1.5 s"),
    ]
    header = ["a worker of two, after pages of all kinds", "share of 120 MB"]
    rows = [(name, value / MOST_BYTES) for name, value in memory.items()]
    return "\n\n".join([table(["start", "share", "of"], starts), table(header, rows)])


def _make_run():
    """Seconds from `make run` to the home page."""
    port = free_port()
    command = ["make", "run", f"VAR_DIR={fleet.PLAIN}", f"VENV={sys.prefix}"]
    environment = portal.environment(fleet.PLAIN, PORT=str(port), RESPONSE_STORE_BYTES=fleet.STORE)
    log = fleet.work_dir("make run") / "make.log"
    server = Server(
        "make run",
        command,
        port=port,
        log=log,
        cwd=portal.ROOT,
        env=environment,
        is_pinned=False,  # its parts start beside each other, and nothing asks it meanwhile
    )
    try:
        return _until_answered(server, "/") - server.started_at
    finally:
        server.stop()


def _gunicorn_start():
    server = fleet.the_portal()
    try:
        return _until_answered(server, "/healthz") - server.started_at
    finally:
        server.stop()


def _workers(rounds):
    """Seconds that a new worker takes, and the memory of two that have served everything."""
    server = fleet.the_portal(WEB_WORKERS="2")
    with running([server]):
        for path in [*pages.paths().values(), "/guide/", "/guide/compare/", "/sitemap/"] * 8:
            fleet.answer_of(server.address + path)
        workers = server.pids()[1:]
        sizes = [memory_of(pid) for pid in workers]
        memory = {
            "all that it maps (RSS)": max(size[0] for size in sizes),
            "its part of what is shared (PSS)": max(size[1] for size in sizes),
        }
    server = fleet.the_portal()
    with running([server]):
        _until_answered(server, "/healthz")
        return median(_replaced(server) for _ in range(rounds)), memory


def _replaced(server):
    """Seconds from the end of the only worker, which is its successor's fork, to an answer."""
    (worker,) = server.pids()[1:]
    os.kill(worker, signal.SIGKILL)
    started = time.perf_counter()
    return _until_answered(server, "/healthz") - started


def _until_answered(server, path):
    """The moment at which `path` has been answered with 200."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        with (
            suppress(OSError, http.client.HTTPException),
            closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)) as client,
        ):
            client.request("GET", path)
            if client.getresponse().status == 200:
                return time.perf_counter()
        time.sleep(0.01)
    raise RuntimeError(f"{server.name} did not answer; {server.log} says why.")
