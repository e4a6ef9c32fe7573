"""Tell people that a subscription gets nothing any more."""

import logging

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.mail import EmailMessage
from django.db.models import Q
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from staff import audit
from staff.models import AuditEntry
from staff.roles import ADMINISTRATOR

logger = logging.getLogger(__name__)


def tell_of(subscription, result):
    """Log it, and mail the partner and the administrators. A mail that fails stops nothing."""
    audit.record(action=AuditEntry.Action.WEBHOOK_SWITCHED_OFF, target=subscription, result=result)
    is_administrator = Q(is_superuser=True) | Q(groups__name=ADMINISTRATOR)
    users = get_user_model().objects.filter(is_administrator, is_active=True, is_staff=True)
    staff = users.exclude(email="").distinct().values_list("email", flat=True)
    contact = subscription.partner.contact_email
    if not settings.SENDS_MAIL or not (staff or contact):
        return
    context = {"subscription": subscription, "result": result, "portal_url": settings.PORTAL_URL}
    mail = EmailMessage(
        subject=_("变更推送已停用 · 青岛都市圈同城生活指南"),
        body=render_to_string("partners/switched_off.txt", context),
        to=[contact] if contact else [],
        bcc=list(staff),
        headers={"Auto-Submitted": "auto-generated"},
    )
    try:
        mail.send()
    except OSError as error:  # smtplib's errors are among them
        logger.warning("No mail about subscription %s: %s", subscription.pk, error)
