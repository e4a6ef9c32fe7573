"""The parts of an installation, each a process that can be killed, and the cable between them."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

from qingdao_portal.embedded_postgres import binary
from tests.postgresql import Server

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 120  # where a loaded machine is not to blame


class Database(Server):
    """A PostgreSQL that is a child of this process, so that a dead one is gone at once."""

    def run(self, *statements):
        """Run the statements, each in a transaction of its own. Return the last one's value."""
        return [super(Database, self).run(each) for each in statements][-1]

    def start(self):
        command = self.account.command(binary("postgres"), "-D", str(self.data))
        with (self.host / "log").open("ab") as log:
            self.process = subprocess.Popen(command, cwd=self.directory, stdout=log, stderr=log)
        until(self._answers)

    def _answers(self):
        where = ["--host=127.0.0.1", f"--port={self.port}", "--quiet"]
        if not self.is_running():
            raise ChildProcessError((self.host / "log").read_text()[-1000:])
        return subprocess.run([binary("pg_isready"), *where], check=False).returncode == 0

    def is_running(self):
        return self.process.poll() is None

    def stop(self, how=signal.SIGINT):
        """Stop it, by default as a restart does: sessions are cut, what they did is kept."""
        self.process.send_signal(how)
        self.process.wait(SECONDS)

    def kill(self):
        """Kill -9 of the server and all that it has started."""
        pids = [self.process.pid, *children_of(self.process.pid)]  # it would start others
        for each in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(each, signal.SIGKILL)
        self.process.wait()
        until(lambda: not any(map(is_alive, pids)))


class Process:
    """A process that is started again after `pause` seconds when it ends, as systemd does."""

    def __init__(self, name, command, environment, *, log, pause=0.5, listener=None):
        self.name, self._command, self._environment = name, command, environment
        self._log, self._pause, self._listener = log.open("ab"), pause, listener
        self._is_over, self._may_run = threading.Event(), threading.Event()
        self._may_run.set()
        self.process = self._start()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _start(self):
        return subprocess.Popen(
            self._command,
            cwd=ROOT,
            env=os.environ | self._environment,
            stdout=self._log,
            stderr=self._log,
            pass_fds=[self._listener.fileno()] if self._listener else [],
        )

    def _watch(self):
        while True:
            self.process.wait()
            if self._is_over.wait(self._pause):
                return
            self._may_run.wait()
            if self._is_over.is_set():
                return
            self.process = self._start()

    def lose(self):
        """Kill it with all it has started, as a power cut does, until `return_()`."""
        self._may_run.clear()
        for pid in [self.process.pid, *self.children()]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def return_(self):
        self._may_run.set()

    def signal(self, number):
        self.process.send_signal(number)

    def children(self):
        return children_of(self.process.pid)

    def end(self):
        self._is_over.set()
        self._may_run.set()
        pids = [*self.children(), self.process.pid]
        self.process.terminate()
        try:
            self.process.wait(SECONDS)
        except subprocess.TimeoutExpired:
            for pid in pids:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        self._thread.join(SECONDS)
        self._log.close()


class Cable:
    """What connects the portal with its database: it can be pulled, or refuse, or be whole.

    `socket_path` leads to a server that has no port.
    """

    def __init__(self, port=None, *, host="127.0.0.1", socket_path=None):
        self._target = socket_path or (host, port)
        self._server = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.port = self._server.getsockname()[1]
        self._is_whole = threading.Event()
        self._is_whole.set()
        self._refuses = self._is_over = False
        self._open, self._threads = set(), set()
        threading.Thread(target=self._accept, daemon=True).start()

    def pull(self):
        """Let nothing through, and tell nobody."""
        self._is_whole.clear()

    def refuse(self):
        """Close what is open and what comes, as a host without the server does."""
        self._refuses = True
        self._close_all()

    def mend(self):
        self._refuses = False
        if not self._is_whole.is_set():
            self._close_all()  # what stood still has lost its other end meanwhile
        self._is_whole.set()

    def end(self):
        self._is_over = True
        self.mend()
        self._server.close()
        self._close_all()
        for thread in list(self._threads):
            thread.join(SECONDS)

    def _accept(self):
        while not self._is_over:
            try:
                near, _address = self._server.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._connect, args=[near], daemon=True)
            self._threads.add(thread)
            thread.start()

    def _connect(self, near):
        """Carry what is said on one connection, until both sides have hung up."""
        with near, contextlib.suppress(OSError), self._far() as far:
            self._open |= {near, far}
            back = threading.Thread(target=self._carry, args=[far, near], daemon=True)
            back.start()
            self._carry(near, far)
            back.join()
            self._open -= {near, far}
        self._threads.discard(threading.current_thread())

    def _far(self):
        self._is_whole.wait()
        if self._refuses:
            raise ConnectionRefusedError
        if isinstance(self._target, tuple):
            far = socket.create_connection(self._target, 5)
            far.settimeout(None)
            return far
        far = socket.socket(socket.AF_UNIX)
        try:
            far.connect(self._target)
        except OSError:
            far.close()
            raise
        return far

    def _carry(self, source, target):
        with contextlib.suppress(OSError):
            while piece := source.recv(65536):
                self._is_whole.wait()
                target.sendall(piece)
        for each in (source, target):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def _close_all(self):
        for each in list(self._open):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)


def gunicorn(bind):
    """The command of the application server at an address, or `fd://` of a socket."""
    config = ["--config", "python:qingdao_portal.gunicorn_conf"]
    return [sys.executable, "-m", "gunicorn", *config, "--bind", bind, "qingdao_portal.wsgi"]


def children_of(pid):
    """All processes below this one."""
    found = []
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in map(int, path.read_text().split()):
            found += [child, *children_of(child)]
    return found


def is_alive(pid):
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def until(condition, seconds=SECONDS):
    """Ask again until it holds. Raises TimeoutError."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError
        time.sleep(0.05)
