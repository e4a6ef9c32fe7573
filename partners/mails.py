"""Mails about partners, to the partner and to the administrators."""

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


def tell_of_end(subscription, result):
    """Log and tell that a subscription gets nothing any more."""
    audit.record(action=AuditEntry.Action.WEBHOOK_SWITCHED_OFF, target=subscription, result=result)
    _send(
        subscription.partner,
        _("变更推送已停用 · 青岛都市圈同城生活指南"),
        "partners/switched_off.txt",
        {"subscription": subscription, "result": result},
    )


def tell_of_expiry(key):
    """Tell that a key will soon open nothing any more."""
    subject = _("接口密钥即将到期 · 青岛都市圈同城生活指南")
    _send(key.partner, subject, "partners/key_expires.txt", {"key": key})


def _send(partner, subject, template, context):
    """Mail the partner, the administrators unseen by it. A mail that fails stops nothing."""
    is_administrator = Q(is_superuser=True) | Q(groups__name=ADMINISTRATOR)
    users = get_user_model().objects.filter(is_administrator, is_active=True, is_staff=True)
    staff = users.exclude(email="").distinct().values_list("email", flat=True)
    contact = partner.contact_email
    if not settings.SENDS_MAIL or not (staff or contact):
        return
    mail = EmailMessage(
        subject=subject,
        body=render_to_string(template, context | {"portal_url": settings.PORTAL_URL}),
        to=[contact] if contact else [],
        bcc=list(staff),
        headers={"Auto-Submitted": "auto-generated"},
    )
    try:
        mail.send()
    except OSError as error:  # smtplib's errors are among them
        logger.warning("No mail to partner %s, “%s”: %s", partner.pk, subject, error)
