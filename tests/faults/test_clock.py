"""The clock of the fault tests: it moves the time of day of processes that run, and no pause."""

import shutil
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from tests.faults.clock import Clock

PATIENCE_SECONDS = 30  # where a loaded machine is not to blame
# Threads pause while the clock jumps, one of them up to a time of day an hour from now; then the
# time of day is told.
WAITING = """
import contextlib, ctypes, queue, sys, threading, time

def an_empty_queue():
    with contextlib.suppress(queue.Empty):
        queue.Queue().get(timeout=0.3)

soon = (ctypes.c_long * 2)(int(time.time()) + 3600, 0)

def up_to_a_time_of_day():
    libc, semaphore = ctypes.CDLL(None), ctypes.create_string_buffer(64)
    libc.sem_init(semaphore, 0, 0)
    libc.sem_timedwait(semaphore, soon)

threads = [
    threading.Thread(target=time.sleep, args=[0.3]),
    threading.Thread(target=threading.Event().wait, args=[0.3]),
    threading.Thread(target=an_empty_queue),
    threading.Thread(target=up_to_a_time_of_day),
]
for thread in threads:
    thread.start()
print("waiting", flush=True)
sys.stdin.readline()
for thread in threads:
    thread.join()
print(time.time())
"""


@pytest.mark.skipif(shutil.which("cc") is None, reason="no C compiler is here")
def test_processes_go_on_when_their_time_of_day_jumps(tmp_path):
    clock, pipe = Clock(tmp_path), subprocess.PIPE
    command, options = [sys.executable, "-c", WAITING], {"stdin": pipe, "stdout": pipe}
    with subprocess.Popen(command, env=clock.environment, text=True, **options) as process:
        assert process.stdout.readline() == "waiting\n"
        clock.set(-3600.5)
        clock.set(86400)
        try:
            told, _errors = process.communicate("\n", timeout=PATIENCE_SECONDS)
        finally:
            process.kill()
    assert clock.ahead == 86400
    assert abs(float(told) - clock.ahead - datetime.now(UTC).timestamp()) < 60
