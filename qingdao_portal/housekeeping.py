"""What the background worker does once a day, and how such tasks plan themselves again."""

from datetime import datetime, time, timedelta

from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import F, Q
from django.utils import timezone
from django_tasks import TaskResultStatus, task
from django_tasks_db.models import DBTaskResult, get_date_max

from qingdao_portal import clock

INTERVAL = timedelta(days=1)
LATELY = 3 * INTERVAL
KEEP_TASK_RESULTS_DAYS = 14

_LOCK = 0x0D1A1  # any number, the same in all processes

_daily = {}


def register_daily(daily_task, *, hour=None):
    """Have the worker plan the task when it starts: for that hour, or at once without one.

    The task plans its own next time, before anything else.
    """
    _daily[daily_task] = hour


def plan_daily():
    """Plan each daily task that is not waiting already."""
    put_right()
    for daily_task, hour in _daily.items():
        plan(daily_task, None if hour is None else next_time(hour))


def put_right():
    """Let what a clock that was ahead has planned wait from now on, as long as it should have."""
    by_a_wrong_clock = DBTaskResult.objects.filter(
        status=TaskResultStatus.READY, enqueued_at__gt=clock.future(), run_after__lt=get_date_max()
    )
    now = timezone.now()
    by_a_wrong_clock.update(run_after=now + (F("run_after") - F("enqueued_at")), enqueued_at=now)


def plan(one_task, at=None):
    """Plan a task, now or `at` a time, unless it is waiting already: workers start together."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        if not _waiting(one_task).exists():
            one_task.using(run_after=at).enqueue()


def plan_by(one_task, at):
    """Plan a task for that time, unless it will have begun by then anyway."""
    by_then = Q(run_after__lte=at) | Q(run_after=get_date_max())
    if not _waiting(one_task).filter(by_then).exists():
        one_task.using(run_after=at).enqueue()


def _waiting(one_task):
    return DBTaskResult.objects.filter(
        task_path=one_task.module_path, status=TaskResultStatus.READY
    )


def has_run_lately(one_task):
    """Whether a daily task has been done in the last days, as it is where the clock is right.

    Asked before something is erased for good: a clock that jumps ahead erases nothing that is not
    old, unless it stays wrong for another day.
    """
    done = DBTaskResult.objects.filter(
        task_path=one_task.module_path, status=TaskResultStatus.SUCCESSFUL
    )
    return done.filter(finished_at__range=(timezone.now() - LATELY, clock.future())).exists()


def next_time(hour, now=None):
    """The next moment at which it is that hour here."""
    now = timezone.localtime(now)
    moment = timezone.make_aware(datetime.combine(now.date(), time(hour)))
    return moment if moment > now else moment + INTERVAL


@task()
def tidy_up():
    """Drop expired sessions and old task results."""
    plan(tidy_up, timezone.now() + INTERVAL)
    call_command("clearsessions")
    call_command(
        "prune_db_task_results", queue_name="*", min_age_days=KEEP_TASK_RESULTS_DAYS, verbosity=0
    )


register_daily(tidy_up)
