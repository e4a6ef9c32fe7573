"""What the background worker does every day to keep entries true. It plans itself again."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from django_tasks import task

from qingdao_portal.housekeeping import next_time, plan, register_daily

LINKS_AT_A_TIME = 4  # then other tasks have their turn: a plan that is due must not wait long
PAUSE = timedelta(minutes=1)
LINKS_HOUR, REMINDERS_HOUR = 3, 7


@task()
def check_links():
    """Note the links of what is live now, and begin to ask for them."""
    from upkeep import links

    plan(check_links, next_time(LINKS_HOUR))
    if settings.LINK_CHECK:
        links.note_links()
        plan(check_some_links)


@task(priority=-10)
def check_some_links():
    """Ask for a few links, and come back for the rest of the day's."""
    from upkeep import links

    if links.check_some(timezone.now(), limit=LINKS_AT_A_TIME):
        plan(check_some_links, timezone.now() + PAUSE)


@task()
def send_reminders():
    """Mail everybody what waits for them."""
    from upkeep import reminders

    plan(send_reminders, next_time(REMINDERS_HOUR))
    reminders.send_all(timezone.now())


register_daily(check_links, hour=LINKS_HOUR)
register_daily(send_reminders, hour=REMINDERS_HOUR)
