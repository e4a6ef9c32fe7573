"""The servers that sections compare: the portal, what limits it, its peers; all on one database."""

import base64
import json
import os
import shutil
import subprocess
import sys
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import psycopg2

from bench import portal
from bench.processes import Server, free_port
from qingdao_portal import embedded_postgres
from tests.edge.nginx import NGINX, Nginx

PLAIN = portal.ROOT / "var" / "bench-plain"  # with the entries that the portal starts with
PEERS = portal.ROOT / "bench" / "peers"
PEERS_VENV = portal.ROOT / "var" / "bench-peers-venv"
STORE = str(64 * 1024 * 1024)
THREADS = "3"  # as the portal has by itself
# What of an answer is the same each time, so that bare gunicorn can send it too.
CHANGING = {"date", "server", "connection", "transfer-encoding", "x-request-id"}


def prepare():
    """Fill the database, once. Takes a minute at the first run."""
    portal.manage(PLAIN, "prepare")


def database():
    """The embedded server of all; it ends with the last process that uses it."""
    return embedded_postgres.cluster(str(PLAIN / "postgres"))


@contextmanager
def database_held():
    """Have the server run; on leaving let it go, so that it can be seen to start."""
    database().ensure_running()
    try:
        yield
    finally:
        database().release()


def work_dir(name):
    directory = PLAIN / "fleet" / name
    directory.mkdir(parents=True, exist_ok=True)
    return directory


def gunicorn(name, application, *, cwd=None, python=sys.executable, **settings):
    """One worker on the server's core, with the portal's own settings of gunicorn."""
    port, directory = free_port(), work_dir(name)
    size = {"WEB_WORKERS": "1", "WEB_THREADS": THREADS}
    environment = portal.environment(PLAIN, **(size | settings))
    environment["PYTHONPATH"] = os.pathsep.join([str(cwd or portal.ROOT), str(portal.ROOT)])
    command = [python, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", application]
    config = ["--config", "python:qingdao_portal.gunicorn_conf"]
    if python != sys.executable:  # an environment without what the settings import
        config = ["--no-control-socket", "--worker-class", "gthread", "--threads", THREADS]
    command[3:3] = config
    log = directory / "gunicorn.log"
    return Server(name, command, port=port, log=log, cwd=cwd or portal.ROOT, env=environment)


def the_portal(*, store=True, **settings):
    """The portal with its store of finished answers, or without."""
    name = "portal" if store else "portal without store"
    size = STORE if store else "0"
    return gunicorn(name, "qingdao_portal.wsgi", RESPONSE_STORE_BYTES=size, **settings)


def bare(answers):
    """gunicorn with an application that knows these answers by heart: `{path: (…)}`."""
    file = work_dir("bare gunicorn") / "answers.json"
    file.write_text(json.dumps(answers))
    return gunicorn("bare gunicorn", "bench.peers.bare", BARE_ANSWERS=str(file))


def drf():
    return gunicorn("plain DRF", "bench.peers.drf_wsgi")


def answer_of(address, headers=()):
    """`(status line, headers, body in base64)` of an answer, for `bare`. A 304 is an answer."""
    request = Request(address, headers=dict(headers))  # noqa: S310
    try:
        response = urlopen(request, timeout=60)  # noqa: S310
    except HTTPError as error:
        response = error
    with response:
        kept = [item for item in response.headers.items() if item[0].lower() not in CHANGING]
        body = base64.b64encode(response.read()).decode()
        return f"{response.status} {response.reason}", kept, body


def counted(paths, settings_module="qingdao_portal.settings"):
    """`{path: {status, bytes, queries}}` as the site with these settings answers, without store."""
    command = [sys.executable, str(PEERS / "counting.py"), *paths]
    environment = portal.environment(PLAIN, DJANGO_SETTINGS_MODULE=settings_module)
    return _printed(command, environment | {"PYTHONPATH": str(portal.ROOT)}, portal.ROOT)


class Wagtail:
    """The peer that has an environment of its own and a database beside the portal's."""

    python = str(PEERS_VENV / "bin" / "python")

    def __init__(self):
        self._install()
        self.environment = {
            "DJANGO_SETTINGS_MODULE": "wagtail_site.settings",
            "DATABASE": json.dumps(_database("bench_wagtail")),
        }
        documents = work_dir("wagtail") / "measures.json"
        documents.write_text(json.dumps(_documents()))
        for command in (["migrate", "-v0"], ["fill", str(documents)]):
            self._run("-m", "django", *command)

    def server(self):
        return gunicorn(
            "Wagtail", "wagtail_site.wsgi", cwd=PEERS, python=self.python, **self.environment
        )

    def counted(self, paths):
        command = [self.python, str(PEERS / "counting.py"), *paths]
        return _printed(command, self._given(), PEERS)

    def _install(self):
        prepare_script = portal.ROOT / "scripts" / "prepare_environment.py"
        wanted = ["--requirements", str(PEERS / "requirements.txt")]
        command = [sys.executable, str(prepare_script), str(PEERS_VENV), *wanted]
        subprocess.run(command, cwd=portal.ROOT, check=True)

    def _given(self):
        return os.environ | self.environment | {"PYTHONPATH": str(PEERS)}

    def _run(self, *arguments):
        subprocess.run([self.python, *arguments], cwd=PEERS, env=self._given(), check=True)


def _printed(command, environment, cwd):
    done = subprocess.run(command, cwd=cwd, env=environment, stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout)


def a_measure():
    """`(slug, slug of its domain)` of the first measure."""
    first = _documents()[0]
    return first["slug"], first["domain"]["slug"]


def _rows(statement, *arguments, dbname="portal"):
    """What a statement finds in the portal's database."""
    host = database().ensure_running()
    given = {"host": host, "user": "portal", "port": embedded_postgres.PORT}
    with closing(psycopg2.connect(dbname=dbname, **given)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement, arguments)
            return cursor.fetchall() if cursor.description else []


def _documents():
    """The measures that are published, as documents."""
    live = "SELECT document FROM publishing_edition WHERE kind = 'measure' AND is_current"
    return [row[0] for row in _rows(f"{live} AND event <> 'withdrawn' ORDER BY position, id")]


def _database(name):
    """A database beside the portal's, made if it is not there, as Django's settings name it."""
    if not _rows("SELECT 1 FROM pg_database WHERE datname = %s", name):
        _rows(f"CREATE DATABASE {name}")
    host = database().ensure_running()
    return {"NAME": name, "HOST": host, "USER": "portal", "PORT": embedded_postgres.PORT}


def behind_nginx(portal_server, files):
    """nginx as deploy/nginx has it, without TLS and limits, with `{name: bytes}` to serve."""
    root = work_dir("nginx")
    shutil.rmtree(root)
    root.mkdir()
    without = [(" ssl http2", "")]
    limits = [(f"rate={rate}r/s", "rate=1000000r/s") for rate in (100, 50, 20, 10, 5, 1)]
    upstream = portal_server.address.removeprefix("http://")
    nginx = Nginx(root, upstream, name="127.0.0.1", changes=[*without, *limits])
    for name, content in files.items():
        (root / "static" / name).write_bytes(content)
    return Server("nginx", nginx.command(), port=nginx.port, log=root / "nginx.log")


def has_nginx():
    return Path(NGINX).exists()
