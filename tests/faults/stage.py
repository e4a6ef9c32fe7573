"""An installation of one machine in a folder of its own, and its data."""

import contextlib
import os
import signal
import socket
import subprocess
import sys

import django

from qingdao_portal.embedded_postgres import binary
from tests.edge.nginx import PATIENT, Nginx, free_ports
from tests.faults.parts import ROOT, Cable, Database, Process, gunicorn, until
from tests.partners.receiver import Receiver

WORKERS = 2
DISK_SIZE = "400m"


class Stage:
    """PostgreSQL, a cable, gunicorn, the worker, nginx, and a partner that is told of changes.

    `with Stage(directory) as stage:` has it all running and Django set up on its database.
    """

    def __init__(self, directory, environment=None):
        self.directory = directory
        self._environment = environment or {}
        self._stack = contextlib.ExitStack()

    def __enter__(self):
        try:
            self._start()
        except BaseException:
            for log in sorted([*self.directory.glob("log/*.log"), self.disk / "run/log"]):
                print(f"{log.name}: …{log.read_text()[-2000:]}", file=sys.stderr)
            self._stack.close()
            raise
        return self

    def __exit__(self, *error):
        self._stack.close()

    def _start(self):
        self._mount_disk()
        port = free_ports(1)[0]
        self.database = Database(self.directory / "postgres", port)
        self.database.start()
        self._stack.callback(self._stop_database)
        self.cable = Cable(port)
        self._stack.callback(self.cable.end)
        self.receiver = self._stack.enter_context(Receiver())
        self.environment = self._settings() | self._environment
        os.environ |= self.environment
        where = ["--host=127.0.0.1", f"--port={port}", "--username=portal", "portal"]
        subprocess.run([binary("createdb"), *where], check=True)
        command = [sys.executable, "manage.py", "prepare"]
        subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        django.setup()
        self._subscribe()
        self._start_processes()

    def _subscribe(self):
        """Have the receiver told of what is published from now on."""
        from partners import webhooks
        from partners.models import Partner, Subscription

        partner = Partner.objects.create(name="示例合作方")
        subscription = Subscription(partner=partner, url=self.receiver.address)
        webhooks.start_of(subscription)
        subscription.save()
        self.receiver.secret = webhooks.renew_secret(subscription=subscription, by=None)
        self.first_told = subscription.sent_up_to + 1

    def delivered_up_to(self):
        """The sequence up to which the receiver was told everything."""
        from partners.models import Subscription

        return Subscription.objects.values_list("sent_up_to", flat=True).get()

    def _mount_disk(self):
        """A small disk for the database, where this user may mount one."""
        self.disk = self.directory / "postgres"
        self.disk.mkdir()
        if os.geteuid() == 0:
            mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK_SIZE}", "tmpfs", self.disk]
            subprocess.run(mount, check=True)
            self._stack.callback(subprocess.run, ["umount", "--lazy", self.disk], check=True)

    def _stop_database(self):
        with contextlib.suppress(subprocess.SubprocessError, OSError):
            self.database.stop(signal.SIGQUIT)

    def _start_processes(self):
        listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
        listener.set_inheritable(True)
        self._stack.callback(listener.close)
        log = self.directory / "log"
        log.mkdir()
        self.web = self._process("web", gunicorn(listener), log, listener=listener)
        worker = [sys.executable, "manage.py", "run_worker"]
        self.worker = self._process("worker", worker, log, pause=2)
        upstream = f"127.0.0.1:{listener.getsockname()[1]}"
        self.nginx = Nginx(self._edge(), upstream, name="localhost", changes=PATIENT[1:])
        self.nginx.start()
        self._stack.callback(self.nginx.stop)
        until(lambda: self.nginx.ask("/").status == 200)

    def _edge(self):
        (self.directory / "edge").mkdir()
        return self.directory / "edge"

    def _process(self, name, command, log, **options):
        process = Process(name, command, self.environment, log=log / f"{name}.log", **options)
        self._stack.callback(process.end)
        return process

    def database_url(self, port):
        return f"postgres://portal@127.0.0.1:{port}/portal"

    def _settings(self):
        return {
            "DJANGO_SETTINGS_MODULE": "qingdao_portal.settings",
            "VAR_DIR": str(self.directory / "var"),
            "DATABASE_URL": self.database_url(self.cable.port),
            "SECRET_KEY": "only-for-the-fault-tests",
            "ALLOWED_HOSTS": "localhost",
            "PORTAL_URL": "https://localhost",
            "TRUST_PROXY": "1",
            "REQUIRE_SECOND_FACTOR": "0",
            "LINK_CHECK": "0",
            "WEB_WORKERS": str(WORKERS),
            "OUTBOUND_PRIVATE_HOSTS": f"127.0.0.1:{self.receiver.port}",
            "LOG_LEVEL": "WARNING",
        }
