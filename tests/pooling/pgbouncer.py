"""The real PgBouncer with the file of `deploy/pgbouncer/`, in a folder and on a port of its own."""

import re
import signal
import subprocess
import time
from pathlib import Path

from qingdao_portal.server_account import ServerAccount
from tests.edge.nginx import free_ports, is_listening

FILE = Path(__file__).resolve().parents[2] / "deploy/pgbouncer/pgbouncer.ini"
PROGRAM = "/usr/sbin/pgbouncer"
PATIENCE_SECONDS = 30  # where a loaded machine is not to blame


class PgBouncer:
    """PgBouncer before the server at `host` and `port`, for all of its databases.

    `user` comes in without the password that PgBouncer signs in with. `changes` are settings of
    the file with other values.
    """

    def __init__(self, directory, host, port, *, user="portal", password="", **changes):
        self.directory, self.port = directory, free_ports(1)[0]
        self.account = ServerAccount(directory)
        self.account.own(directory)
        self.account.ensure_reaches(directory)
        (directory / "userlist.txt").write_text(f'"{user}" "{password}"\n')
        self._settings = {
            "listen_port": self.port,
            "unix_socket_dir": "",
            "pidfile": directory / "pid",
            "logfile": directory / "log",
            "auth_type": "trust",
            "auth_file": directory / "userlist.txt",
            "admin_users": user,
        } | changes
        self.lead_to(host, port)

    def lead_to(self, host, port):
        """Name another server in the file. A running PgBouncer reads it when it is reloaded."""
        text = re.sub(r"^portal = .*", f"* = host={host} port={port}", FILE.read_text(), flags=re.M)
        for name, value in self._settings.items():
            text = re.sub(rf"^{name} = .*\n", "", text, flags=re.M) + f"{name} = {value}\n"
        (self.directory / "pgbouncer.ini").write_text(text)

    @property
    def command(self):
        return self.account.command(PROGRAM, "-q", str(self.directory / "pgbouncer.ini"))

    def start(self):
        self.process = subprocess.Popen(self.command, cwd=self.directory)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not is_listening(self.port):
            assert self.process.poll() is None, (self.directory / "log").read_text()
            assert time.monotonic() < deadline
        return self

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(PATIENCE_SECONDS)
