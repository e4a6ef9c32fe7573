"""What waits for somebody: the entries behind each number of the to-do.

The to-do counts a queue and the admin's list filters by it, both with the same function, so that
a number and the list it leads to cannot differ. Other apps register their own when Django starts.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from publishing import reviews, workflow
from publishing.rows import WorkflowState
from staff import access


@dataclass(frozen=True)
class Queue:
    """Entries that wait for an act of the user.

    narrow: (user, queryset of one kind, time) -> the rows that this user may act on.
    """

    name: str
    label: str
    narrow: Callable


queues: dict[str, Queue] = {}


def register(queue):
    """Add a queue to the to-do and to the filter of every list of entries."""
    queues[queue.name] = queue


def _to_review(user, entries, now):
    if not access.may_review(user, entries.model):
        return entries.none()
    submitted = entries.filter(workflow_state=WorkflowState.SUBMITTED)
    if not settings.FOUR_EYES:
        return submitted
    # A condition, asked of one entry after the other: what is counted ends at some number.
    return submitted.exclude(workflow.worked_on_by(user, entries.model))


def _to_publish(user, entries, now):
    if not access.may_review(user, entries.model):
        return entries.none()
    return entries.filter(workflow_state=WorkflowState.APPROVED)


def _returned(user, entries, now):
    """To those who submitted them, and to all who may edit the whole entry."""
    model = entries.model
    returned = model.objects.filter(workflow_state=WorkflowState.RETURNED)
    own = access.submittable(user, returned.filter(submitted_by=user))
    is_theirs = Q(pk__in=own.values("pk")) | access.changeable_condition(user, model)
    return entries.filter(is_theirs, workflow_state=WorkflowState.RETURNED)


def _overdue(user, entries, now):
    return reviews.verifiable(user, reviews.overdue(entries, timezone.localdate(now)))


register(Queue("review", _("待我审核"), _to_review))
register(Queue("returned", _("被退回,待修改"), _returned))
register(Queue("publish", _("已通过,待发布"), _to_publish))
register(Queue("overdue", _("到期,待核实"), _overdue))
