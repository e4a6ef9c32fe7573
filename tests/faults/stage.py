"""An installation of one machine in a folder of its own, and its data."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
from datetime import timedelta

import django

from tests.edge.nginx import PATIENT, Nginx
from tests.faults.clock import Clock
from tests.faults.parts import ROOT, Cable, Database, Process, gunicorn, until
from tests.partners.receiver import Receiver

WORKERS = 2
DISK_SIZE = "400m"
WORKER = [sys.executable, "manage.py", "run_worker"]


class Stage:
    """PostgreSQL, a cable, gunicorn, the worker, nginx, and a partner that is told of changes.

    All but the partner go by the same `clock`, and so does the portal's code in this process.

    `with Stage(directory) as stage:` has it all running and Django set up on its database.
    """

    database_settings = "max_wal_size = '64MB'"  # the disk is small

    def __init__(self, directory, environment=None):
        self.directory = directory
        self._environment = environment or {}
        self.plans = []  # publications for a time to come
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
        self.log = self.directory / "log"
        self.log.mkdir()
        (self.directory / "clock").mkdir()
        self.clock = Clock(self.directory / "clock")
        os.environ |= self.clock.environment  # for all that is started from now on
        self.database = Database(self.disk)
        self.database.make(self.database_settings)
        self.database.start()
        self._stack.callback(self._stop_database)
        self.receiver = self._stack.enter_context(Receiver())
        self._connect()
        self.environment = self._settings() | self._environment
        os.environ |= self.environment
        self._prepare()
        django.setup()
        self._follow_clock()
        self._subscribe()
        self._start_processes()

    def _connect(self):
        """Lay what leads from the portal to its database. Sets `database_port`."""
        self.cable = Cable(self.database.port)
        self._stack.callback(self.cable.end)
        self.database_port = self.cable.port

    def _prepare(self):
        """Make the database and its tables, by the address of the server itself."""
        self.database.run("CREATE DATABASE portal")
        command = [sys.executable, "manage.py", "prepare"]
        environment = os.environ | {"DATABASE_URL": self.database.url("portal")}
        quiet = subprocess.DEVNULL
        subprocess.run(command, cwd=ROOT, check=True, stdout=quiet, env=environment)

    def _follow_clock(self):
        """Have what this process publishes and plans go by the clock too, which it cannot load."""
        from django.utils import timezone

        right = timezone.now
        timezone.now = lambda: right() + timedelta(seconds=self.clock.ahead)

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
        command = gunicorn(f"fd://{listener.fileno()}")
        self.web = self._process("web", command, listener=listener)
        self.worker = self._process("worker", WORKER, pause=2)
        self.web_address = listener.getsockname()
        self._start_nginx("{}:{}".format(*self.web_address))

    def _start_nginx(self, upstream, *changes):
        (self.directory / "edge").mkdir()
        changes = [*PATIENT[1:], *changes]
        self.nginx = Nginx(self.directory / "edge", upstream, name="localhost", changes=changes)
        self.nginx.start()
        self._stack.callback(self.nginx.stop)
        until(lambda: self.nginx.ask("/").status == 200)

    def _process(self, name, command, *, environment=None, **options):
        environment = self.environment if environment is None else environment
        process = Process(name, command, environment, log=self.log / f"{name}.log", **options)
        self._stack.callback(process.end)
        return process

    def database_url(self, port):
        return f"postgres://portal@127.0.0.1:{port}/portal"

    def _settings(self):
        return {
            "DJANGO_SETTINGS_MODULE": "qingdao_portal.settings",
            "VAR_DIR": str(self.directory / "var"),
            "DATABASE_URL": self.database_url(self.database_port),
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
