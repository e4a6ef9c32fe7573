"""What the background worker does once a day: forget what readers were told would be forgotten."""

from django.utils import timezone
from django_tasks import task

from qingdao_portal.housekeeping import INTERVAL, has_run_lately, plan, register_daily


@task()
def forget_messages():
    """Erase old contacts and old messages."""
    from feedback import services

    plan(forget_messages, timezone.now() + INTERVAL)
    if has_run_lately(forget_messages):
        services.forget(timezone.now())


register_daily(forget_messages)
