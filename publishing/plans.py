"""What was planned for a time: the days ahead, and what could not be done."""

from datetime import datetime, time, timedelta

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from publishing import registry
from publishing.models import Schedule, WorkflowEvent
from staff import access

DAYS_AHEAD = 7
# Once somebody has done one of these, a failed plan is no longer left lying.
_SETTLING = (
    *(WorkflowEvent.Action.SUBMITTED, WorkflowEvent.Action.RETURNED),
    *(WorkflowEvent.Action.SCHEDULED, WorkflowEvent.Action.UNSCHEDULED),
    *(WorkflowEvent.Action.PUBLISHED, WorkflowEvent.Action.WITHDRAWN),
)


def coming(plans, now):
    """Narrow a queryset of plans to those that wait, today and the six days after."""
    end = timezone.localdate(now) + timedelta(days=DAYS_AHEAD)
    midnight = timezone.make_aware(datetime.combine(end, time.min))
    return plans.filter(status=Schedule.Status.WAITING, due_at__lt=midnight)


def failed(plans, user):
    """Narrow a queryset to what failed since anybody acted, of kinds that the user may publish."""
    later = WorkflowEvent.objects.filter(
        kind=OuterRef("kind"),
        entry_id=OuterRef("entry_id"),
        action__in=_SETTLING,
        at__gt=OuterRef("ended_at"),
    )
    there = Q(pk__in=[])
    for kind in registry.kinds.values():
        if access.may_review(user, kind.model):
            entries = kind.model.objects.filter(pk=OuterRef("entry_id"))
            there |= Q(Exists(entries), kind=kind.name)
    return plans.filter(there, ~Exists(later), status=Schedule.Status.FAILED)
