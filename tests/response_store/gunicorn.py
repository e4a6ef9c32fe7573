"""A real gunicorn on the database of the tests."""

import http.client
import os
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from django.db import connection

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 60  # where a loaded machine is not to blame
# The socket becomes number 3 of the process that its own id is told to.
ACTIVATE = (
    "import os, sys; os.dup2(int(sys.argv[1]), 3); "
    "os.environ |= {'LISTEN_FDS': '1', 'LISTEN_PID': str(os.getpid())}; "
    "os.execv(sys.argv[2], sys.argv[2:])"
)


class Gunicorn:
    """One gunicorn with one worker; `get` asks it over a connection of its own.

    With a `listener` it is started as systemd would, which holds that for it (LISTEN_FDS).
    """

    def __init__(self, var_dir, *, listener=None, **settings):
        config = ["--config", "python:qingdao_portal.gunicorn_conf", "--bind", "127.0.0.1:0"]
        changes = {
            "DATABASE_URL": database_url(),
            "TEST_VAR_DIR": str(var_dir),
            "VAR_DIR": str(var_dir),
            "WEB_WORKERS": "1",
            "RESPONSE_STORE_BYTES": "10000000",
            "LOG_LEVEL": "INFO",
        } | settings
        command = [sys.executable, "-m", "gunicorn", *config, "qingdao_portal.wsgi"]
        if listener is not None:
            command = [sys.executable, "-c", ACTIVATE, str(listener.fileno()), *command]
        self.process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=os.environ | changes,
            stderr=subprocess.PIPE,
            text=True,
            pass_fds=[] if listener is None else [listener.fileno()],
        )
        self.log = ""
        for line in self.process.stderr:
            self.log += line
            if "Listening at: http://" in line:
                self.host = line.split("http://")[1].split()[0]
            if "Booting worker" in line:
                return
        pytest.fail(f"gunicorn ended: {self.log}")

    def get(self, path, method="GET", **headers):
        with closing(http.client.HTTPConnection(self.host, timeout=PATIENCE_SECONDS)) as client:
            client.request(method, path, headers=headers)
            answer = client.getresponse()
            return answer.status, answer.headers, answer.read()

    def workers(self):
        """Ids of its worker processes."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return set(children.read_text().split())

    def end(self):
        """Ask it to end as a supervisor does; return its status and the rest of its log."""
        self.process.terminate()
        _, log = self.process.communicate(timeout=PATIENCE_SECONDS)
        return self.process.returncode, log


def database_url():
    """Where the tests' database is, as DATABASE_URL says it."""
    given = connection.get_connection_params()
    user = quote(given["user"], safe="")
    password = f":{quote(given['password'], safe='')}" if given.get("password") else ""
    where = urlencode({"host": given.get("host", ""), "port": given.get("port", 5432)})
    return f"postgres://{user}{password}@/{given['dbname']}?{where}"


def until(condition):
    """Ask again and again, as readers would, until it holds."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline
