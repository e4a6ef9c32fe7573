"""What is broken, one function each. Its docstring is the line in the table.

A fault is a generator: up to `yield` it breaks something under load, after it it mends what does
not mend itself. What it yields is how many seconds the load goes on in between.
"""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time

from tests.faults.clock_faults import day_ahead, hour_behind
from tests.faults.parts import ROOT

SLOW_CLIENTS = 800
LONG_READ = 8  # seconds
MIGRATION = """
import django
django.setup()
from django.db import connection
from qingdao_portal.migrating import patiently
def alter():
    with connection.schema_editor(atomic=True) as editor:
        editor.execute("ALTER TABLE publishing_edition ADD COLUMN fault_test int")
        editor.execute("ALTER TABLE publishing_edition DROP COLUMN fault_test")
patiently(alter, told=print)
"""


def one_worker_killed(stage):
    """kill -9 of one of two gunicorn workers"""
    os.kill(stage.web.children()[0], signal.SIGKILL)
    yield 5


def all_workers_killed(stage):
    """kill -9 of all gunicorn workers"""
    for pid in stage.web.children():
        os.kill(pid, signal.SIGKILL)
    yield 5


def master_killed(stage):
    """kill -9 of the gunicorn master, which systemd starts again"""
    stage.web.signal(signal.SIGKILL)
    yield 8


def reloaded(stage):
    """reload of gunicorn (HUP)"""
    stage.web.signal(signal.SIGHUP)
    yield 8


def background_worker_killed(stage):
    """kill -9 of the background worker"""
    stage.worker.signal(signal.SIGKILL)
    yield 6


def database_restarted(stage):
    """restart of PostgreSQL"""
    stage.database.stop()
    stage.database.start()
    yield 5


def database_killed(stage):
    """kill -9 of PostgreSQL, started again after a second"""
    stage.database.kill()
    time.sleep(1)
    stage.database.start()
    yield 5


def database_away(stage):
    """database refuses connections for 15 s"""
    stage.cable.refuse()
    yield 15
    stage.cable.mend()


def cable_pulled(stage):
    """database cable pulled for 15 s, without a reset"""
    stage.cable.pull()
    yield 15
    stage.cable.mend()


def everything_restarted_without_database(stage):
    """all gunicorn workers killed while the database is away for 15 s"""
    stage.cable.refuse()
    for pid in stage.web.children():
        os.kill(pid, signal.SIGKILL)
    yield 15
    stage.cable.mend()


def disk_full(stage):
    """disk of the database full for 10 s"""
    filler = stage.disk / "filler"
    with contextlib.suppress(OSError), filler.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(1 << 16))
    yield 10
    filler.unlink()
    if not stage.database.is_running():
        stage.database.start()


def migration_behind_a_reader(stage):
    """migration of a table that somebody reads for 8 s"""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("BEGIN; SELECT count(*) FROM publishing_edition")
        migration = threading.Thread(target=_migrate)
        migration.start()
        yield LONG_READ
        cursor.execute("ROLLBACK")
    migration.join()
    connection.close()


def _migrate():
    """What a release does, in a process of its own."""
    subprocess.run([sys.executable, "-c", MIGRATION], cwd=ROOT, check=True)


def receiver_gone(stage):
    """webhook receiver gone for hours (its waits are cut short)"""
    from partners.models import Subscription

    stage.receiver.answers = [(503, {})] * 40
    for _ in range(8):  # each of them a wait of up to hours
        yield 1
        Subscription.objects.update(next_attempt_at=None)
    stage.receiver.answers = []
    Subscription.objects.update(next_attempt_at=None)


def slow_clients(stage):
    """800 clients that send a byte a second to nginx"""
    sockets = []
    with contextlib.suppress(OSError):
        for number in range(SLOW_CLIENTS):
            # From many networks: one alone would meet the limit of connections.
            source = (f"127.1.{number // 100}.{number % 100 + 1}", 0)
            address = ("127.0.0.1", stage.nginx.port)
            sockets.append(socket.create_connection(address, 5, source_address=source))
    for _ in range(10):
        for each in sockets:
            with contextlib.suppress(OSError):
                each.send(b"\x16")
        yield 1
    for each in sockets:
        each.close()


FAULTS = {
    function.__name__: function
    for function in (
        *(one_worker_killed, all_workers_killed, master_killed, reloaded),
        *(background_worker_killed, database_restarted, database_killed),
        *(database_away, cable_pulled, everything_restarted_without_database),
        *(disk_full, migration_behind_a_reader, receiver_gone, slow_clients),
        *(day_ahead, hour_behind),
    )
}
