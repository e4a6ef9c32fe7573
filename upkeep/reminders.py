"""The daily mail: what waits for somebody, in the numbers of their to-do."""

import logging
from datetime import timedelta

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from upkeep.models import Reminder
from upkeep.todo import groups_for

logger = logging.getLogger(__name__)
KEPT = timedelta(days=30)


def send_all(now):
    """Send each member of staff with an address one mail a day. Return how many were sent.

    For whom nothing waits there is no mail; one that cannot be delivered holds up no other.
    """
    if not settings.SENDS_MAIL:
        return 0
    day = timezone.localdate(now)
    Reminder.objects.filter(day__lt=day - KEPT).delete()
    staff = get_user_model().objects.filter(is_active=True, is_staff=True).exclude(email="")
    return sum(_send(user, now, day) for user in staff)


def digest_for(user, now):
    """The mail of what waits for the user, None where nothing does."""
    groups = groups_for(user, now)
    if not groups:
        return None
    lines = [line for _group, of_group in groups for line in of_group]
    count = sum(line.count for line in lines)
    if any(line.is_cut for line in lines):
        subject = _("有%d件以上的事等您处理") % count
    else:
        subject = ngettext("有%d件事等您处理", "有%d件事等您处理", count) % count
    context = {"user": user, "groups": groups, "portal_url": settings.PORTAL_URL}
    return EmailMessage(
        subject=f"{subject} · {_('青岛都市圈同城生活指南')}",
        body=render_to_string("upkeep/reminder.txt", context),
        to=[user.email],
        headers={"Auto-Submitted": "auto-generated"},
    )


def _send(user, now, day):
    """Send one mail, whoever else is trying to. Return whether it was sent from here."""
    mail = digest_for(user, now)
    if mail is None:
        return False
    reminder, is_first = Reminder.objects.get_or_create(user=user, day=day)
    if not is_first:
        return False
    try:
        mail.send()
    except OSError as error:  # smtplib's errors are among them
        logger.warning("No reminder for %s: %s", user.get_username(), error)
        reminder.delete()
        return False
    return True
