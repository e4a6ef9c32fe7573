"""`make run`: the database, the application server and the worker, in the foreground.

Run as `python -m qingdao_portal.launcher`. It ends when it is told to (Ctrl-C, SIGTERM,
SIGHUP) or when one of its processes ends by itself, and leaves none behind.
"""

import errno
import http.client
import importlib
import os
import secrets
import signal
import socket
import sys
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

from qingdao_portal import leftovers, locks
from qingdao_portal.embedded_postgres import EmbeddedPostgresError, cluster, readable_errors
from qingdao_portal.environment import env_int, env_str
from qingdao_portal.supervisor import Supervisor

BASE_DIR = Path(__file__).resolve().parent.parent
BACKLOG = 1024
LARGEST_PORT = 65535
LOOPBACK = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # where all addresses are served  # noqa: S104


class Refusal(Exception):
    """Why the portal does not start or has stopped, as a sentence for a person."""


class Portal:
    """One run of the portal on one directory of variable data."""

    def __init__(self, settings, supervisor):
        self.supervisor = supervisor
        self.run_dir = settings.VAR_DIR / "run"
        self.database = settings.DATABASES["default"]
        self.host, self.port = env_str("BIND", "127.0.0.1"), env_int("PORT", 8000)
        # Names all that this run starts, for the next run to find should this one be killed.
        self.mark = {"PORTAL_RUN": str(self.run_dir)}

    def run(self):
        """Start everything and stay until a signal comes; return the exit status."""
        with readable_errors(self.run_dir.parent):
            self.run_dir.mkdir(parents=True, exist_ok=True)
            self._claim()
        leftovers.end(lambda: leftovers.marked_with(self.mark), signal.SIGTERM)
        with listen(self.host, self.port) as listener:
            self._start_database()
            status = self._prepare()
            if not status and self.supervisor.received is None:
                self._start_processes(listener)
                self._wait_for_answer(listener)
                self._stay()
        return status

    def _claim(self):
        """Be the only run on this directory, until this process ends."""
        try:
            locks.acquire(self.run_dir / "portal.lock", locks.Mode.EXCLUSIVE, wait=False)
        except BlockingIOError:
            raise Refusal(
                f"The portal already runs with the data in {self.run_dir.parent}. "
                "Stop it first, or set VAR_DIR and PORT for a second one."
            ) from None

    def _start_database(self):
        embedded = self.database.get("EMBEDDED")
        if embedded:
            server = cluster(**embedded)
            server.ensure_running()
            self.supervisor.watch("PostgreSQL", server.postmaster()["pid"])

    def _prepare(self):
        """Bring database and static files up to date; return the exit status."""
        self._manage("prepare")
        return self.supervisor.finish("prepare")

    def _start_processes(self, listener):
        command = ["gunicorn", "--config", "python:qingdao_portal.gunicorn_conf"]
        bind = ["--bind", f"fd://{listener.fileno()}", "qingdao_portal.wsgi"]
        self._python("gunicorn", "-m", *command, *bind, pass_fds=[listener.fileno()])
        self._manage("run_worker")

    def _manage(self, command):
        self._python(command, "manage.py", command)

    def _python(self, name, *arguments, **options):
        environment = os.environ | self.mark
        command = [sys.executable, *arguments]
        self.supervisor.start(name, command, cwd=BASE_DIR, env=environment, **options)

    def _wait_for_answer(self, listener):
        while self.supervisor.received is None:
            self._end_with(self.supervisor.wait(0.1))
            if is_answering(listener):
                print(welcome(listener), flush=True)
                return

    def _stay(self):
        while self.supervisor.received is None:
            self._end_with(self.supervisor.wait())

    def _end_with(self, name):
        """Give up when a process has ended by itself."""
        if name is not None:
            status = self.supervisor.exit_status(name)
            reason = "" if status is None else f" (exit status {status})"
            raise Refusal(f"{name} has ended by itself{reason}, so the portal was stopped.")


def listen(host, port):
    """Take the port before anything slow is done, and keep it."""
    if port > LARGEST_PORT:
        raise Refusal(f"PORT is {port}, but the largest port is {LARGEST_PORT}.")
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(BACKLOG)
        return listener
    except OSError as error:
        raise Refusal(_why_not_bound(error, host, port)) from error


def _why_not_bound(error, host, port):
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} on {host} is taken by another program; set PORT to a free one."
    if error.errno == errno.EACCES:
        return f"Port {port} is reserved for root; set PORT to one from 1024 to 65535."
    return f"BIND is “{host}”, which is not an address of this machine."


def is_answering(listener):
    """Whether an HTTP answer, whatever it says, comes within a second."""
    host, port = listener.getsockname()[:2]
    connection = http.client.HTTPConnection(LOOPBACK.get(host, host), port, timeout=1)
    try:
        connection.request("GET", "/healthz")
        connection.getresponse()
        return True
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def welcome(listener):
    host, port = listener.getsockname()[:2]
    host = LOOPBACK.get(host, host)
    address = f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"
    return (
        f"\nThe portal is at {address} (Ctrl-C stops it).\n"
        f"Staff sign in at {address}admin/; `make staff-login` makes an account.\n"
    )


def load_settings():
    """The settings; where none are given, those of a portal for this machine alone."""
    environ.Env.read_env(BASE_DIR / ".env")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qingdao_portal.settings")
    # Children start in BASE_DIR, wherever this was started.
    os.environ["VAR_DIR"] = os.path.abspath(os.environ.get("VAR_DIR") or BASE_DIR / "var")
    if not any(os.environ.get(name) for name in ("DEBUG", "SECRET_KEY", "SECRET_KEY_FILE")):
        _serve_this_machine(Path(os.environ["VAR_DIR"]))
    return importlib.import_module(os.environ["DJANGO_SETTINGS_MODULE"])


def _serve_this_machine(var_dir):
    """Run as in production, with a key of its own and without TLS.

    Not with DEBUG: whoever tries the portal sees its own error pages, its compressed files and
    its sign-in, and never a traceback.
    """
    os.environ["SECRET_KEY_FILE"] = str(var_dir / "secret_key")
    hosts = {"localhost", "127.0.0.1", "[::1]", env_str("BIND", "127.0.0.1")}
    os.environ.setdefault("ALLOWED_HOSTS", ",".join(sorted(hosts)))
    os.environ.setdefault("USE_HTTPS", "0")
    os.environ.setdefault("PORTAL_URL", _own_address())
    with readable_errors(var_dir):
        var_dir.mkdir(parents=True, exist_ok=True)
        make_secret_key(var_dir / "secret_key")


def _own_address():
    """Where a browser on this machine finds the portal."""
    host, port = env_str("BIND", "127.0.0.1"), env_int("PORT", 8000)
    host = LOOPBACK.get(host, host)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def make_secret_key(path):
    """Write a key that only this user can read, unless there is one already."""
    if path.exists() and path.read_text().strip():
        return
    draft = path.with_suffix(f".{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(50))
    draft.replace(path)


def main():
    try:
        with Supervisor() as supervisor:
            return Portal(load_settings(), supervisor).run()
    except (Refusal, EmbeddedPostgresError, ImproperlyConfigured) as error:
        return f"make run: {error}"


if __name__ == "__main__":
    sys.exit(main())
