"""Who has a form open: a courtesy, not a lock. It is forgotten after a few minutes."""

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from publishing.models import Presence
from qingdao_portal import clock

LASTS = timedelta(minutes=3)


def note(user, row):
    """Remember that the user has the row's form open now, and forget who is long gone."""
    now = timezone.now()
    Presence.objects.filter(seen_at__lt=now - LASTS).delete()
    Presence.objects.bulk_create(
        [Presence(user=user, kind=row._meta.label_lower, row_id=row.pk, seen_at=now)],
        update_conflicts=True,
        unique_fields=["user", "kind", "row_id"],
        update_fields=["seen_at"],
    )


def sentence_about_others(user, row):
    """Who else has the row's form open, in a sentence; '' for nobody."""
    lately = (timezone.now() - LASTS, clock.future())
    present = Presence.objects.filter(
        kind=row._meta.label_lower, row_id=row.pk, seen_at__range=lately
    )
    others = present.exclude(user=user).select_related("user").order_by("user__username")
    names = _("、").join(str(presence.user) for presence in others)
    if not names:
        return ""
    text = _("另一位同事正在编辑:%s。可以先商量;晚保存的一方会看到两边的差别,谁的修改都不会丢。")
    return text % names
