"""Servers to be measured: started on cores of their own, ended for certain, and what they use."""

import contextlib
import os
import signal
import socket
import subprocess
import time
from pathlib import Path

from qingdao_portal.supervisor import DIE_WITH_PARENT

TICKS = os.sysconf("SC_CLK_TCK")
START_SECONDS, STOP_SECONDS = 60, 20


def cores():
    """`(server's, load's)` lists of cores that do not overlap; the same one where there is one."""
    available = sorted(os.sched_getaffinity(0))
    return (available[:1], available[1:2]) if len(available) > 1 else (available, available)


def pinned(command, chosen):
    return ["taskset", "--cpu-list", ",".join(map(str, chosen)), *command]


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


class Server:
    """A process with its children, on the server's core unless it may have all of them.

    The kernel ends it with this process.
    """

    def __init__(self, name, command, *, port, log, cwd=None, env=None, is_pinned=True):
        self.name, self.port, self.log = name, port, Path(log)
        self.address = f"http://127.0.0.1:{port}"
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self.started_at = time.perf_counter()
        with self.log.open("w") as output:
            self.process = subprocess.Popen(
                [*DIE_WITH_PARENT, *(pinned(command, cores()[0]) if is_pinned else command)],
                cwd=cwd,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,  # a Ctrl-C ends the bench, which ends this
            )

    def wait_until_listening(self):
        """Return the seconds from the start until a connection is taken. Raises RuntimeError."""
        deadline = time.monotonic() + START_SECONDS
        while True:
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return time.perf_counter() - self.started_at
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{self.name} did not start; {self.log} says why.")
            time.sleep(0.005)

    def pids(self):
        """The process and all below it."""
        found, waiting = [], [self.process.pid]
        while waiting:
            pid = waiting.pop()
            found.append(pid)
            with contextlib.suppress(OSError):
                for thread in os.listdir(f"/proc/{pid}/task"):
                    children = Path(f"/proc/{pid}/task/{thread}/children").read_text()
                    waiting += map(int, children.split())
        return found

    def cpu_seconds(self):
        """What all its processes have used so far, in user and in kernel."""
        return sum(map(_cpu_seconds, self.pids()))

    def stop(self):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGTERM)
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            pass
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


@contextlib.contextmanager
def running(servers):
    """Wait until all of these answer; end all of them afterwards, whatever happens."""
    try:
        for server in servers:
            server.wait_until_listening()
        yield servers
    finally:
        for server in servers:
            server.stop()


def memory_of(pid):
    """`(resident, proportional)` bytes of one process: all it maps; shared pages by their part."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    fields = {line.split(":")[0]: line.split()[1] for line in text.splitlines()[1:]}
    return int(fields["Rss"]) * 1024, int(fields["Pss"]) * 1024


def _cpu_seconds(pid):
    try:
        after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:  # ended meanwhile
        return 0.0
    return (int(after_name[11]) + int(after_name[12])) / TICKS
