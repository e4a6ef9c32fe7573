"""What is broken of the clock, and what was planned for a time while it was wrong.

It is wrong for everything of one machine at once; partners go by the right one.
"""

import subprocess
import time
from datetime import timedelta

from tests.faults.parts import until

DAY, HOUR = 86400, 3600  # seconds
PLANNED = "wage-arrears"  # a measure that the load does not publish


def day_ahead(stage):
    """clock a day ahead for 15 s, then right again"""
    plan_publication(stage, DAY / 2)  # the clock says that it is due
    yield from wrong_by(stage, DAY)


def hour_behind(stage):
    """clock an hour behind for 15 s, then right again"""
    plan_publication(stage, 5)
    yield from wrong_by(stage, -HOUR)


def wrong_by(stage, seconds):
    yield from set_clock(stage, seconds)
    yield from set_clock(stage, 0)


def set_clock(stage, ahead):
    """Have the clock jump, and do what systemd does then."""
    jump = ahead - stage.clock.ahead
    stage.clock.set(ahead)
    for program, *arguments in stage.nginx.commands_after_a_jump():
        if program.endswith("sleep"):
            yield float(arguments[0])
        else:
            call(program, arguments, jump)


def call(program, arguments, jump):
    """`find` what nginx has kept. The times of files are right, as if the jump were theirs."""
    now = time.time() + jump
    moments = {"now": f"@{now}", "1 minute ago": f"@{now - 60}"}
    subprocess.run([program, *(moments.get(each, each) for each in arguments)], check=True)


def plan_publication(stage, seconds):
    """Have the worker publish an entry once so much time has passed."""
    from django.contrib.auth import get_user_model
    from django.utils import timezone

    from guide.models import Measure
    from publishing import workflow
    from publishing.models import Schedule

    editor, reviewer = (
        get_user_model().objects.get_or_create(username=name, is_staff=True, is_superuser=True)[0]
        for name in ("示例编辑", "示例审核员")
    )
    measure = Measure.objects.get(slug=PLANNED)
    measure.summary = f"{measure.summary.partition(' 示例')[0]} 示例{len(stage.plans) + 1}。"
    measure.save()
    workflow.submit(entry=measure, by=editor)
    workflow.approve(entry=measure, by=reviewer)
    due_at = timezone.now() + timedelta(seconds=seconds)
    act = Schedule.Act.PUBLISH
    plan = {"act": act, "due_at": due_at, "note": "示例"}
    stage.plans.append(workflow.schedule(entry=measure, by=reviewer, **plan))


def unkept(stage):
    """What became of the plans other than a publication each; '' where all is right."""
    from publishing.models import Edition, Schedule

    plans = Schedule.objects.filter(pk__in=[plan.pk for plan in stage.plans])
    done = plans.filter(status=Schedule.Status.DONE)
    try:
        until(lambda: done.count() == len(stage.plans), 30)
    except TimeoutError:
        return ", ".join(f"a plan is {plan.status}" for plan in plans if plan not in done)
    times = Edition.objects.filter(slug=PLANNED, note="示例").count()
    return "" if times == len(stage.plans) else f"{len(stage.plans)} plans, {times} editions"
