"""What the background worker does for service: the mirror follows each publication."""

import logging
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.utils import timezone
from django_tasks import task

from publishing.models import Catalogue
from qingdao_portal.housekeeping import INTERVAL, plan, plan_by, register_daily
from service.mirror import MirrorError
from service.mirror.export import export, is_up_to_date

TOGETHER = timedelta(seconds=30)  # publications within it make one copy
logger = logging.getLogger(__name__)


@receiver(post_save, sender=Catalogue, dispatch_uid="service.mirror")
def follow_publication(**_kwargs):
    """Plan a new copy once the publication is committed; whatever fails, it stays published."""
    if settings.MIRROR_DIR:
        transaction.on_commit(
            lambda: plan_by(refresh_mirror, timezone.now() + TOGETHER), robust=True
        )


@task()
def refresh_mirror():
    """Make a new copy, unless there is one of what the site shows now."""
    _refresh()


@task()
def refresh_mirror_daily():
    """The same once a day: planned dates have passed, and no publication was missed."""
    plan(refresh_mirror_daily, timezone.now() + INTERVAL)
    _refresh()


def _refresh():
    if settings.MIRROR_DIR and not is_up_to_date(settings.MIRROR_DIR):
        try:
            export(settings.MIRROR_DIR)
        except MirrorError:
            logger.exception("The mirror was not refreshed; the copy before stays.")
            raise


register_daily(refresh_mirror_daily, hour=0)
