"""What the background worker does for partners: send webhooks, forget old deliveries."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django_tasks import task

from qingdao_portal.housekeeping import INTERVAL, has_run_lately, plan, plan_by, register_daily

SWEEP = timedelta(minutes=10)  # what a worker that was killed had at hand is taken up after this


@task(priority=-10)
def deliver_webhooks():
    """Send what is due, and come back when something is due again."""
    from partners import delivery
    from partners.models import Subscription

    if not Subscription.objects.sending().exists():
        return
    # First, as a worker that is killed while it sends plans nothing any more.
    plan_delivery(timezone.now() + SWEEP)
    due_at = delivery.deliver_due()
    if due_at:
        plan_delivery(due_at)


@task()
def forget_deliveries():
    """Drop old rows of the log, and see that deliveries are planned."""
    from partners import delivery

    plan(forget_deliveries, timezone.now() + INTERVAL)
    if has_run_lately(forget_deliveries):
        delivery.forget_old()
    plan_delivery(timezone.now())


@task()
def tell_of_expiring_keys():
    """Tell partners of keys that will soon end."""
    from partners import keys

    plan(tell_of_expiring_keys, timezone.now() + INTERVAL)
    keys.tell_of_expiring()


def plan_delivery(at):
    """Have the worker deliver at that time."""
    plan_by(deliver_webhooks, at)


def wake(sender=None, created=True, **kwargs):
    """After a publish: deliver once it is committed, where anybody wants to know."""
    if created:
        transaction.on_commit(deliver_soon, robust=True)


def deliver_soon(**kwargs):
    """Deliver now, where anybody wants to know; a clock that was set may have put something off."""
    from partners.models import Subscription

    if Subscription.objects.sending().exists():
        plan_delivery(timezone.now())


register_daily(forget_deliveries)
register_daily(tell_of_expiring_keys, hour=8)
