"""An installation of several machines, each of them an address or a port of this one."""

import contextlib
import shutil
import signal
import subprocess

from tests.edge.nginx import free_ports
from tests.faults.clock import Clock
from tests.faults.parts import Cable, Database, gunicorn
from tests.faults.stage import WORKER, Stage
from tests.pooling.pgbouncer import PgBouncer
from tests.pooling.redis import Redis

ADDRESSES = ("127.0.0.1", "127.0.0.2")
REPLICAS = ("replica-1", "replica-2")


class Topology(Stage):
    """nginx, two machines with web and worker, PgBouncer, a primary, two replicas, Redis.

    Public pages are read from the first replica until that one is promoted.

    A commit is acknowledged when one of the replicas has it too, so that the primary may be lost.
    """

    database_settings = "max_wal_size = '64MB'\nwal_keep_size = '128MB'"

    def _connect(self):
        directory = self.directory / "pgbouncer"
        self.pgbouncer = PgBouncer(directory, "127.0.0.1", self.database.port)
        self.pooler = self._process("pgbouncer", self.pgbouncer.command, environment={}, pause=1)
        self.database_port = self.pgbouncer.port
        redis = Redis(self.directory)
        self.redis = self._process("redis", redis.command, environment={}, pause=1)
        self.redis_cable = Cable(redis.port)
        self._stack.callback(self.redis_cable.end)

    def _settings(self):
        redis = {"REDIS_URL": f"redis://127.0.0.1:{self.redis_cable.port}/0"}
        return super()._settings() | redis

    def _prepare(self):
        super()._prepare()
        self.replicas = []
        for name in REPLICAS:
            self.add_replica(self.directory / name)
        names = ", ".join(f'"{name}"' for name in (self.disk.name, *REPLICAS))
        self._wait_for_replicas_with(f"ANY 1 ({names})")

    def add_replica(self, directory):
        """Make a copy of the primary in a folder that was not there, and have it follow."""
        replica = Database(directory)
        replica.make_replica_of(self.database)
        replica.add_settings(f"cluster_name = '{directory.name}'")  # what its primary calls it
        replica.start()
        self.replicas.append(replica)
        self._stack.callback(self._stop, replica)

    def _wait_for_replicas_with(self, names):
        self.database.run(
            f"ALTER SYSTEM SET synchronous_standby_names = '{names}'", "SELECT pg_reload_conf()"
        )

    def promote(self):
        """What an operator does when the primary is lost; docs/operations.md has it in words."""
        best = max(self.replicas, key=lambda each: each.run(_RECEIVED))
        best.promote()
        self.replicas.remove(best)
        lost, self.database = self.database, best
        # What it was told of its replicas is in its own files, as they are a copy.
        names = ", ".join(f'"{each.directory.name}"' for each in [lost, *self.replicas])
        self._wait_for_replicas_with(f"ANY 1 ({names})")
        for each in self.replicas:
            where = f"host={best.host} port={best.port} user=portal"
            follow = f"ALTER SYSTEM SET primary_conninfo = '{where}'"
            each.run(follow, "SELECT pg_reload_conf()")
        self.pgbouncer.lead_to("127.0.0.1", best.port)
        self.pooler.signal(signal.SIGHUP)
        return lost

    def replace(self, lost):
        """Have the server that was lost back as a replica, copied anew."""
        shutil.rmtree(lost.data)
        self.add_replica(lost.directory)

    def _stop_database(self):
        self._stop(self.database)

    def _stop(self, database):
        if database.is_running():
            with contextlib.suppress(subprocess.SubprocessError, OSError):
                database.stop(signal.SIGQUIT)

    def _start_processes(self):
        self.webs, self.workers, self.clocks = [], [], []
        upstreams = []
        read = {"REPLICA_URL": self.replicas[0].url("portal")}
        for number, address in enumerate(ADDRESSES, 1):
            var = self.directory / f"machine-{number}"
            shutil.copytree(self.directory / "var", var)
            environment = self.environment | read | {"VAR_DIR": str(var)}
            environment |= self._clock_of(number).environment
            bind = f"{address}:{free_ports(1)[0]}"
            options = {"environment": environment, "pause": 2}
            self.webs.append(self._process(f"web-{number}", gunicorn(bind), **options))
            self.workers.append(self._process(f"worker-{number}", WORKER, **options))
            upstreams.append(bind)
        first = f"server {upstreams[0]} max_fails=0;"
        both = "".join(f"server {each} max_fails=2 fail_timeout=5s;\n    " for each in upstreams)
        self._start_nginx(upstreams[0], (f"{first}\n    {first}", both), (first, both))

    def _clock_of(self, number):
        """Machines that serve have a clock each; all else, `self.clock`."""
        directory = self.directory / f"clock-{number}"
        directory.mkdir()
        self.clocks.append(Clock(directory))
        return self.clocks[-1]

    def report(self):
        """Where a person finds it all."""
        lines = {
            "the portal": f"https://localhost:{self.nginx.port}/",
            "PgBouncer": self.database_url(self.pgbouncer.port),
            "the primary": self.database.url("portal"),
            "the replica that is read": self.replicas[0].url("portal"),
            "another one": self.replicas[1].url("portal"),
            "Redis": self.environment["REDIS_URL"],
            "logs": str(self.log),
        }
        return "\n".join(f"{name:24} {where}" for name, where in lines.items())


_RECEIVED = "SELECT pg_last_wal_receive_lsn() - '0/0'::pg_lsn"
