"""The real Redis, in a folder and on a port of its own."""

import signal
import subprocess
import time

from tests.edge.nginx import free_ports, is_listening

PROGRAM = "/usr/bin/redis-server"
PATIENCE_SECONDS = 30  # where a loaded machine is not to blame


class Redis:
    """A Redis that keeps nothing on the disk; `stop()` and `start()` it as often as needed."""

    def __init__(self, directory):
        self.directory, self.port = directory, free_ports(1)[0]
        self.url = f"redis://127.0.0.1:{self.port}/0"

    @property
    def command(self):
        where = ["--bind", "127.0.0.1", "--port", str(self.port), "--dir", str(self.directory)]
        return [PROGRAM, *where, "--save", "", "--appendonly", "no", "--loglevel", "warning"]

    def start(self):
        self.process = subprocess.Popen(self.command, stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not is_listening(self.port):
            assert self.process.poll() is None
            assert time.monotonic() < deadline
        return self

    def stand_still(self):
        """Take connections and say nothing."""
        self.process.send_signal(signal.SIGSTOP)

    def go_on(self):
        self.process.send_signal(signal.SIGCONT)

    def stop(self):
        if self.process.poll() is None:
            self.go_on()
            self.process.terminate()
        self.process.wait(PATIENCE_SECONDS)
