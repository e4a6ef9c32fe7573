"""Start the portal the way a person does, and see which processes are there afterwards."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
import uuid
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE_SECONDS = 120  # where a loaded machine is not to blame


class Launch:
    """One checkout with variable data of its own, and the `make run`s started in it."""

    def __init__(self, checkout, var_dir):
        self.checkout = checkout
        self.var_dir = var_dir
        self.mark = f"LAUNCH_TEST={uuid.uuid4()}"
        self.address = None
        self.make = None

    def environment(self, **changes):
        """What a terminal has, without what the settings of the tests put into this process."""
        name, value = self.mark.split("=")
        return {
            "PATH": os.environ["PATH"],
            "HOME": os.environ.get("HOME", "/"),
            "LANG": "C.UTF-8",
            "VENV": sys.prefix,
            "VAR_DIR": str(self.var_dir),
            "PORT": "0",
            "WEB_WORKERS": "1",  # a second one is started and ended like the first
            name: value,
        } | changes

    def run(self, *command, **changes):
        """Run `command` to its end; return what it printed and its exit status."""
        done = subprocess.run(
            command,
            cwd=self.checkout,
            env=self.environment(**changes),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=PATIENCE_SECONDS,
            check=False,
        )
        return done.stdout, done.returncode

    def start(self, **changes):
        """`make run`, until it says where the portal is."""
        self.make = subprocess.Popen(
            ["make", "run"],
            cwd=self.checkout,
            env=self.environment(**changes),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # a process group, as a terminal makes one
            text=True,
        )
        printed = ""
        watchdog = threading.Timer(PATIENCE_SECONDS, self.make.kill)
        watchdog.start()
        for line in self.make.stdout:
            printed += line
            if line.startswith("The portal is at "):
                watchdog.cancel()
                self.address = line.split()[4].rstrip("/")
                return
        watchdog.cancel()
        pytest.fail(f"make run ended before the portal was there:\n{printed}")

    def ctrl_c(self):
        os.killpg(self.make.pid, signal.SIGINT)

    def end(self):
        """Wait until `make run` has ended; return the rest of its output and its status."""
        printed, _ = self.make.communicate(timeout=PATIENCE_SECONDS)
        return printed, self.make.returncode

    def processes(self):
        """All that runs because of this launch: process id and command line."""
        found = {}
        for entry in filter(str.isdigit, os.listdir("/proc")):
            process = Path("/proc", entry)
            with contextlib.suppress(OSError):  # ended meanwhile, or another user's
                marked = os.fsencode(self.mark) in (process / "environ").read_bytes().split(b"\0")
                if marked or Path(os.readlink(process / "cwd")).is_relative_to(self.var_dir):
                    found[int(entry)] = (process / "cmdline").read_bytes().replace(b"\0", b" ")
        return found

    def pids(self, *words):
        """Ids of the processes whose command line has all `words`, oldest first."""
        wanted = [word.encode() for word in words]
        return sorted(
            pid for pid, line in self.processes().items() if all(word in line for word in wanted)
        )

    def kill(self, *pids, number=signal.SIGKILL):
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)

    def wait_until_nothing_runs(self):
        deadline = time.monotonic() + PATIENCE_SECONDS
        while left := self.processes():
            assert time.monotonic() < deadline, f"still running: {left}"
            time.sleep(0.05)


@pytest.fixture(scope="session")
def checkout(tmp_path_factory):
    """A copy of the tree as git has it: without data, environment and history."""
    copy = tmp_path_factory.mktemp("checkout") / "portal"
    shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns("var", ".git", ".env", "__pycache__"))
    return copy


@pytest.fixture(scope="session")
def first_launch(checkout, tmp_path_factory):
    """The portal on no data at all, seen by somebody who then presses Ctrl-C.

    The data it leaves is found by the later starts, as on a real machine.
    """
    launch = Launch(checkout, tmp_path_factory.mktemp("portal") / "var")
    with contextlib.contextmanager(ended)(launch):
        launch.start(WEB_WORKERS="2")
        launch.seen = {path: get(launch.address + path) for path in ("/", "/guide/", "/nothing/")}
        launch.ctrl_c()
        launch.printed, _ = launch.end()
        launch.left_running = launch.processes()
    return launch


@pytest.fixture
def launch(checkout, first_launch):
    """The portal on data that is there from an earlier start; nothing is left at the end."""
    yield from ended(Launch(checkout, first_launch.var_dir))


@pytest.fixture
def short_path():
    """A directory whose path leaves room for the name of a socket."""
    with tempfile.TemporaryDirectory(prefix="portal-test-", dir="/tmp") as directory:
        yield Path(directory)


def get(address):
    """`(status, text)` of the answer, whatever it says."""
    try:
        with urllib.request.urlopen(address, timeout=20) as response:  # noqa: S310
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def ended(launch):
    yield launch
    launch.kill(*launch.processes())
    if launch.make:
        launch.make.communicate()
