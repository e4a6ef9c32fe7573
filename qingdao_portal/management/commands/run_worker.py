import contextlib
import logging
import time
from pathlib import Path

from django.conf import settings
from django.core.management import BaseCommand
from django.db import InterfaceError, OperationalError, connections
from django.utils.crypto import get_random_string
from django_tasks_db.management.commands.db_worker import Worker

from qingdao_portal import clock
from qingdao_portal.housekeeping import plan_daily

logger = logging.getLogger(__name__)
RETRY_SECONDS = 5
SIGN_OF_LIFE = "run/worker.alive"  # in VAR_DIR, for a supervisor that looks when it was touched


class PatientWorker(Worker):
    """A worker that outlives a restart of the database and a jump of the clock.

    It shows that it lives.
    """

    def __init__(self, **options):
        super().__init__(**options)
        self._watch = clock.Watch()
        self._shall_end = False

    @property
    def running(self):
        """Asked at each turn of the loop: a worker that hangs no longer touches the file."""
        with contextlib.suppress(OSError):  # where nobody looks there is no such folder
            Path(settings.VAR_DIR, SIGN_OF_LIFE).touch()
        if not (self.running_task or self._shall_end) and self._watch.has_jumped():
            logger.warning("The clock was set: what waits is planned anew.")
            plan_anew()
        return self._running

    @running.setter
    def running(self, value):
        self._running = value

    def shutdown(self, signum, frame):
        self._shall_end = True  # the signal may have come amid a query: make no other now
        super().shutdown(signum, frame)

    def run(self):
        while True:
            try:
                if self.running:
                    plan_anew()
                    super().run()
                return
            except (OperationalError, InterfaceError) as error:
                logger.warning("No database, next try in %s s: %s", RETRY_SECONDS, error)
                connections.close_all()
                time.sleep(RETRY_SECONDS)


def plan_anew():
    """Plan what is done by the clock; at the start, and when the clock turns out to have jumped."""
    plan_daily()
    clock.was_set.send(PatientWorker)


def worker(*, batch=False):
    """The worker for all queues; with `batch` it ends when nothing is due."""
    return PatientWorker(
        queue_names=["*"],
        excluded_queue_names=[],
        interval=1,
        batch=batch,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=get_random_string(32),
    )


class Command(BaseCommand):
    help = "Run background tasks, and the daily housekeeping, until a signal comes."

    def handle(self, **options):
        running = worker()
        running.configure_signals()
        running.run()
