"""What the background worker tidies up once a day."""

from datetime import timedelta

from django.core.management import call_command
from django.db import transaction
from django.utils import timezone
from django_tasks import TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

INTERVAL = timedelta(days=1)
KEEP_TASK_RESULTS_DAYS = 14


@task()
def tidy_up():
    """Drop expired sessions and old task results, and plan the next time."""
    plan_tidy_up(timezone.now() + INTERVAL)
    call_command("clearsessions")
    call_command(
        "prune_db_task_results", queue_name="*", min_age_days=KEEP_TASK_RESULTS_DAYS, verbosity=0
    )


def plan_tidy_up(at=None):
    """Plan the next `tidy_up`, now or `at` a time, unless one is waiting already."""
    with transaction.atomic():
        waiting = DBTaskResult.objects.filter(
            task_path=tidy_up.module_path, status=TaskResultStatus.READY
        )
        if not waiting.exists():
            tidy_up.using(run_after=at).enqueue()
