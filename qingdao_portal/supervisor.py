"""Run processes side by side in the foreground; when one ends or a signal comes, end all."""

import contextlib
import os
import selectors
import signal
import socket
import subprocess
import time

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
STOP_SECONDS = 20
DIE_WITH_PARENT = ("setpriv", "--pdeathsig", "TERM", "--")


class Supervisor:
    """The processes of one run. Use it as a context: leaving it ends them all."""

    def __init__(self):
        self.received = None  # the signal that asked for the end
        self._started = {}
        self._selector = selectors.DefaultSelector()
        self._wakeup, self._waker = socket.socketpair()

    def __enter__(self):
        for end in (self._wakeup, self._waker):
            end.setblocking(False)
        self._selector.register(self._wakeup, selectors.EVENT_READ)
        signal.set_wakeup_fd(self._waker.fileno(), warn_on_full_buffer=False)
        for number in STOP_SIGNALS:
            signal.signal(number, self._note)
        return self

    def __exit__(self, *_):
        self._stop()

    def start(self, name, command, **options):
        """Start `command`. The kernel ends it should this process be killed."""
        process = subprocess.Popen(
            [*DIE_WITH_PARENT, *command],
            stdin=subprocess.DEVNULL,
            start_new_session=True,  # a Ctrl-C comes here only, and is passed on as SIGTERM
            **options,
        )
        self._started[name] = process
        self.watch(name, process.pid)

    def watch(self, name, pid):
        """Notice the end of the process `pid`, whoever started it."""
        self._selector.register(os.pidfd_open(pid), selectors.EVENT_READ, name)

    def wait(self, seconds=None):
        """Wait for a signal or the end of a process; return the name of what ended, if any.

        The process is not reaped, so that its number still names its process group.
        """
        if self.received is not None:
            return None
        return self._next_event(seconds)

    def finish(self, name):
        """Wait for `name` alone; return its exit status, or None when a signal came first."""
        while self.wait() != name:
            if self.received is not None:
                return None
        return self._started.pop(name).wait()

    def exit_status(self, name):
        """The exit status of a process that `wait` has named, None if it was only watched."""
        return self._started[name].wait() if name in self._started else None

    def _note(self, number, _frame):
        """Remember the first signal; one more, while stopping, means: at once."""
        if self.received is not None:
            self._kill()
        self.received = number

    def _next_event(self, seconds):
        for key, _events in self._selector.select(seconds):
            if key.fileobj is self._wakeup:
                with contextlib.suppress(BlockingIOError):
                    self._wakeup.recv(64)
                continue
            self._selector.unregister(key.fileobj)
            os.close(key.fileobj)
            return key.data
        return None

    def _stop(self):
        """End all processes, politely at first, and what they left in their process groups."""
        for process in self._started.values():
            with contextlib.suppress(ProcessLookupError):
                os.kill(process.pid, signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        running = {key.data for key in self._selector.get_map().values()} & set(self._started)
        while running and (left := deadline - time.monotonic()) > 0:
            running.discard(self._next_event(left))
        self._kill()
        for process in self._started.values():
            process.wait()
        self._started.clear()

    def _kill(self):
        for process in self._started.values():
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
