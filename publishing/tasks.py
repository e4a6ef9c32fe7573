"""What the background worker does for publishing."""

from datetime import timedelta

from django.db.models import Min
from django.utils import timezone
from django_tasks import task

from qingdao_portal.housekeeping import plan_by

SWEEP = timedelta(minutes=1)  # what a worker that was killed had at hand is taken up after this


@task()
def carry_out_due():
    """Publish and withdraw what was planned for a time that has come; come back for the rest."""
    from publishing import workflow

    # First, as a worker that is killed meanwhile plans nothing any more.
    see_to_plans(not_before=timezone.now() + SWEEP)
    workflow.run_due()
    see_to_plans()


def see_to_plans(not_before=None, **kwargs):
    """Have the worker come back for the plan that is due next.

    Each is planned for its time when it is made; a clock that was ahead may have used that up.
    """
    from publishing.models import Schedule

    waiting = Schedule.objects.filter(status=Schedule.Status.WAITING)
    due_at = waiting.aggregate(Min("due_at"))["due_at__min"]
    if due_at:
        plan_by(carry_out_due, max(due_at, not_before or due_at))
