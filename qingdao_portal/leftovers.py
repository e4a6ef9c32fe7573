"""Find and end what an earlier run left behind when it was killed with -9."""

import contextlib
import os
import signal
import time
from pathlib import Path

PATIENCE_SECONDS = 10


def end_postgres_of(data):
    """End every PostgreSQL process that works in the directory `data`."""
    if data.exists():
        end(lambda: _working_in(data), signal.SIGINT)


def end(find, polite):
    """Send `polite` to the processes that `find` returns, then SIGKILL, until none is left."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    asked = set()
    while found := find():
        is_late = time.monotonic() > deadline
        for pid in found if is_late else found - asked:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL if is_late else polite)
        asked |= found
        time.sleep(0.02)


def marked_with(mark):
    """Processes other than this one whose environment has all of `mark`, a dict."""
    wanted = {os.fsencode(f"{name}={value}") for name, value in mark.items()}
    return {
        pid
        for pid in _processes()
        if pid != os.getpid() and wanted <= set(_read(f"/proc/{pid}/environ").split(b"\0"))
    }


def _working_in(directory):
    found = set()
    for pid in _processes():
        with contextlib.suppress(OSError):  # ended meanwhile, or another user's
            if os.path.samefile(f"/proc/{pid}/cwd", directory) and _is_postgres(pid):
                found.add(pid)
    return found


def _is_postgres(pid):
    return _read(f"/proc/{pid}/comm").strip() == b"postgres"


def _processes():
    return [int(entry) for entry in os.listdir("/proc") if entry.isdigit()]


def _read(path):
    try:
        return Path(path).read_bytes()
    except OSError:
        return b""
