"""Load from wrk, and contenders that take turns under it."""

import json
import shutil
import statistics
import subprocess
import tempfile
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from typing import NamedTuple

from bench.processes import Server, cores, pinned

CONNECTIONS = 4  # one more than a worker has threads: it is never idle
# What wrk counted, as one line of JSON behind its own report.
REPORT = """
done = function(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format(
    '\\n{"requests": %d, "bytes": %d, "failed": %d, "p50": %f, "p99": %f}\\n',
    summary.requests, summary.bytes,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout,
    latency:percentile(50), latency:percentile(99)))
end
"""


class Contender(NamedTuple):
    """One address of one server, as it is asked for."""

    name: str
    server: Server
    path: str
    headers: dict = {}


class Result(NamedTuple):
    """Of one turn, or the medians of all: seconds of CPU and bytes per request, milliseconds."""

    cpu: float
    bytes: float
    p50: float
    p99: float

    @property
    def spread(self):
        """How much longer one of a hundred waits than most do."""
        return self.p99 / self.p50


def wrk():
    """Where wrk is. Raises RuntimeError, a sentence for a person."""
    found = shutil.which("wrk")
    if not found:
        raise RuntimeError("wrk is missing: as root, run apt-get install wrk")
    return found


def compare(contenders, *, rounds, seconds):
    """`{name: Result}`: all take turns, as often as there are rounds; medians of their turns."""
    for contender in contenders:
        _ask_once(contender)  # templates are compiled, dictionaries read
    for contender in contenders:
        _turn(contender, seconds)
    turns = {contender.name: [] for contender in contenders}
    for _ in range(rounds):
        for contender in contenders:
            turns[contender.name].append(_turn(contender, seconds))
    return {name: _medians(results) for name, results in turns.items()}


def _ask_once(contender):
    with closing(HTTPConnection("127.0.0.1", contender.server.port, timeout=60)) as connection:
        connection.request("GET", contender.path, headers=contender.headers)
        status = connection.getresponse().status
    if status not in (200, 304):
        raise RuntimeError(f"{contender.name} answers {status}.")


def _turn(contender, seconds):
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder, "report.lua")
        script.write_text(REPORT)
        size = ["-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--timeout=30s", "-s", str(script)]
        headers = [part for item in contender.headers.items() for part in ("-H", ": ".join(item))]
        command = [wrk(), *size, *headers, contender.server.address + contender.path]
        before = contender.server.cpu_seconds()
        done = subprocess.run(
            pinned(command, cores()[1]), capture_output=True, text=True, check=True
        )
        used = contender.server.cpu_seconds() - before
    told = json.loads(done.stdout.strip().splitlines()[-1])
    if told["failed"] or not told["requests"]:
        raise RuntimeError(f"{contender.name}: {told['failed']} of {told['requests']} failed.")
    count = told["requests"]
    return Result(used / count, told["bytes"] / count, told["p50"] / 1000, told["p99"] / 1000)


def _medians(results):
    return Result(*map(statistics.median, zip(*results, strict=True)))
