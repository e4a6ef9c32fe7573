"""What the worker does for search once a day."""

from datetime import timedelta

from django.utils import timezone
from django_tasks import task

from qingdao_portal.housekeeping import INTERVAL, plan, register_daily
from search.counting import forget


@task()
def forget_old_words():
    """Drop counts of words that nobody has looked for lately."""
    plan(forget_old_words, timezone.now() + INTERVAL)
    forget(before=timezone.localdate() - timedelta(days=KEEP_DAYS))


KEEP_DAYS = 90

register_daily(forget_old_words)
