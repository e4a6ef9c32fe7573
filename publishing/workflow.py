"""The way of an entry from a draft to the public: who may send it on, and when.

The only writer of `Entry.workflow_state` beside `services`, which marks what it publishes. Every
function checks the user's rights, so no form, action or import can go around them. Functions that
publish take the publishing lock before they lock the entry's row, as everywhere.
"""

import logging

from django.conf import settings
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, TextField
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext as _

from publishing import proofreading, registry, services, tasks
from publishing.models import Edition, Schedule, WorkflowEvent
from publishing.rows import WorkflowState
from publishing.services import PublishingError
from qingdao_portal.front_door import DATABASE_AWAY
from staff import access

logger = logging.getLogger(__name__)
Action = WorkflowEvent.Action


@transaction.atomic
def submit(*, entry, by, comment=""):
    """Send a draft to the reviewers. Return False if it is with them already."""
    entry = _lock(entry)
    if not access.may_submit(by, entry):
        raise PermissionDenied
    if entry.workflow_state in (WorkflowState.SUBMITTED, WorkflowState.APPROVED):
        return False
    if entry.workflow_state in (WorkflowState.SCHEDULED, WorkflowState.PUBLISHED):
        raise PublishingError(_("“%s”没有未发布的修改,不需要送审。") % entry)
    _set(entry, WorkflowState.SUBMITTED, submitted_by=by)
    _note(entry, Action.SUBMITTED, by, comment)
    return True


@transaction.atomic
def send_back(*, entry, by, comment):
    """Return what was submitted or approved to its editors, saying why."""
    entry = _lock(entry)
    _require_reviewer(by, entry)
    if not comment.strip():
        raise PublishingError(_("请写明退回的原因。"))
    if entry.workflow_state not in (WorkflowState.SUBMITTED, WorkflowState.APPROVED):
        raise PublishingError(_("“%s”不在待审,不能退回。") % entry)
    _set(entry, WorkflowState.RETURNED, approved_version=None)
    _note(entry, Action.RETURNED, by, comment)


@transaction.atomic
def approve(*, entry, by, comment=""):
    """Approve what was submitted, as it is now. Return False if it was approved before."""
    entry = _lock(entry)
    _require_reviewer(by, entry)
    if entry.workflow_state == WorkflowState.APPROVED:
        return False
    if entry.workflow_state != WorkflowState.SUBMITTED:
        raise PublishingError(_("“%s”不在待审,不能通过:请先送审。") % entry)
    if settings.FOUR_EYES and has_worked_on(by, entry):
        raise PublishingError(_("送审或修改过这一条的人不能自己通过,请另一位审核员审核。"))
    proofreading.require_publishable(entry)
    _set(entry, WorkflowState.APPROVED, approved_version=entry.version)
    _note(entry, Action.APPROVED, by, comment)
    return True


@transaction.atomic
def publish(*, entry, by, note="", minor=False):
    """Publish an approved entry. Return the edition, None if the public text stays the same.

    So does a second click: what is published already is published once.
    """
    services.lock_publishing()
    entry = _lock(entry)
    _require_reviewer(by, entry)
    if entry.workflow_state == WorkflowState.PUBLISHED:
        return None
    _require_approval(entry)
    proofreading.require_publishable(entry)
    edition = services.publish(entry=entry, by=by, note=note, minor=minor)
    if edition is None:
        _set(entry, WorkflowState.PUBLISHED)
    _cancel_waiting(entry, Schedule.Act.PUBLISH)
    _note(entry, Action.PUBLISHED, by, note)
    return edition


@transaction.atomic
def withdraw(*, entry, by, reason, successor=None):
    """Take a live entry off the public side. Return the tombstone."""
    services.lock_publishing()
    entry = _lock(entry)
    _require_reviewer(by, entry)
    edition = services.withdraw(entry=entry, by=by, reason=reason, successor=successor)
    _cancel_waiting(entry, *Schedule.Act.values)
    _note(entry, Action.WITHDRAWN, by, reason)
    return edition


@transaction.atomic
def schedule(*, entry, by, act, due_at, note="", minor=False, successor=None):
    """Have the worker publish an approved entry, or withdraw a live one, at a time to come.

    A publication or withdrawal planned before is replaced. `due_at` is an aware datetime.
    """
    entry = _lock(entry)
    _require_reviewer(by, entry)
    if due_at <= timezone.now():
        raise PublishingError(_("定时要在以后的时间。"))
    last = services.newest_edition(entry)
    is_live = last is not None and not last.is_withdrawn
    if act == Schedule.Act.PUBLISH:
        _require_approval(entry)
        proofreading.require_publishable(entry)
        if last and not minor and not note.strip():
            raise PublishingError(_("请填写修改说明:读者会看到这次改了什么。"))
    elif not is_live:
        raise PublishingError(_("“%s”当前没有公开的版本,不能撤回。") % entry)
    elif not note.strip():
        raise PublishingError(_("请填写撤回原因:读者会在原网址看到它。"))
    elif successor is not None:
        services.check_successor(entry, successor)
    _cancel_waiting(entry, act)
    planned = Schedule.objects.create(
        kind=entry.kind,
        entry_id=entry.pk,
        act=act,
        due_at=due_at,
        note=note.strip(),
        minor=minor,
        successor_id=successor.pk if successor else None,
        made_by=by,
    )
    tasks.carry_out_due.using(run_after=due_at).enqueue()
    if act == Schedule.Act.PUBLISH:
        _set(entry, WorkflowState.SCHEDULED)
    _note(entry, Action.SCHEDULED, by, f"{planned}")
    return planned


@transaction.atomic
def unschedule(*, entry, by, act):
    """Take back what was planned. Return whether anything was."""
    entry = _lock(entry)
    _require_reviewer(by, entry)
    if not _cancel_waiting(entry, act):
        return False
    if entry.workflow_state == WorkflowState.SCHEDULED and act == Schedule.Act.PUBLISH:
        _set(entry, WorkflowState.APPROVED)
    _note(entry, Action.UNSCHEDULED, by, "")
    return True


@transaction.atomic
def comment(*, entry, by, text):
    """Leave a remark that stays with the entry."""
    entry = _lock(entry)
    if not (access.may_submit(by, entry) or access.may_review(by, entry)):
        raise PermissionDenied
    if not text.strip():
        raise PublishingError(_("请写下意见。"))
    _note(entry, Action.COMMENTED, by, text)


def run_due(now=None):
    """Carry out what is due, oldest first. Return how many were done and how many failed.

    Each in a transaction of its own: one that fails, by a rule or by a fault of the portal, is
    marked with the reason and holds up no other, and one that was done is never done again,
    however many workers ask. Raises the error of a database that is away; all that was not done
    then waits on.
    """
    now = now or timezone.now()
    results = []
    while (result := _run_next(now)) is not None:
        results.append(result)
    return results.count(True), results.count(False)


def events_of(entry):
    """The entry's history in the workflow, newest first."""
    events = WorkflowEvent.objects.filter(kind=entry.kind, entry_id=entry.pk)
    return events.select_related("by")


def waiting_plans(entry):
    """What the worker is going to do with the entry, the next first."""
    plans = Schedule.objects.filter(kind=entry.kind, entry_id=entry.pk)
    return list(plans.filter(status=Schedule.Status.WAITING))


def has_worked_on(user, entry):
    """Whether the user submitted the entry or edited it since its last publication."""
    model = type(entry)
    return model.objects.filter(worked_on_by(user, model), pk=entry.pk).exists()


def worked_on_by(user, model):
    """The condition, for a query of a kind of entries, that `has_worked_on` is true of one.

    What was edited before the last publication was judged then; minor editions that no reviewer
    asked for (a quoted row changed, somebody verified the entry) settle nothing. Publishing and
    withdrawing are in the admin's history too, at the edition's time: they are no edits.
    """
    kind = model.kind
    settled = WorkflowEvent.objects.filter(
        kind=kind, entry_id=OuterRef(OuterRef("pk")), action=Action.PUBLISHED
    )
    editions = Edition.objects.filter(kind=kind, entry_id=OuterRef(OuterRef("pk")))
    edits = LogEntry.objects.filter(
        ~Exists(settled.filter(at__gte=OuterRef("action_time"))),
        ~Exists(editions.filter(published_at=OuterRef("action_time"))),
        content_type=ContentType.objects.get_for_model(model),
        object_id=Cast(OuterRef("pk"), TextField()),
        user=user,
        action_flag__lte=CHANGE,
    )
    return Q(submitted_by=user) | Exists(edits)


@transaction.atomic
def _run_next(now):
    """Do the next due thing. Return True if done, False if it failed, None if none is due."""
    services.lock_publishing()
    due = Schedule.objects.select_for_update(skip_locked=True)
    planned = due.filter(status=Schedule.Status.WAITING, due_at__lte=now).first()
    if planned is None:
        return None
    try:
        with transaction.atomic():
            _carry_out(planned)
            connection.check_constraints()  # else some speak at the commit, past this handler
    except (PublishingError, PermissionDenied) as error:
        return _end(planned, Schedule.Status.FAILED, str(error) or _("安排人已无权发布。"))
    except DATABASE_AWAY:
        raise
    except Exception:
        logger.exception("Plan %s, %s of %s, failed.", planned.pk, planned.act, planned.entry_id)
        result = _("系统出错,没有执行,公开的内容没有变。可以重新安排;再出错请告诉管理员。")
        return _end(planned, Schedule.Status.FAILED, result)
    return _end(planned, Schedule.Status.DONE, "")


def _carry_out(planned):
    model = registry.kinds[planned.kind].model
    entry = model.objects.filter(pk=planned.entry_id).first()
    if entry is None:
        raise PublishingError(_("条目已经删除。"))
    if planned.act == Schedule.Act.PUBLISH:
        publish(entry=entry, by=planned.made_by, note=planned.note, minor=planned.minor)
    else:
        successor = model.objects.filter(pk=planned.successor_id).first()
        withdraw(entry=entry, by=planned.made_by, reason=planned.note, successor=successor)


def _end(planned, status, result):
    planned.status, planned.result, planned.ended_at = status, result, timezone.now()
    planned.save(update_fields=["status", "result", "ended_at"])
    entry = registry.kinds[planned.kind].model.objects.filter(pk=planned.entry_id).first()
    if status == Schedule.Status.FAILED and entry is not None:
        _note(entry, Action.FAILED, None, f"{planned}:{result}")
    return status == Schedule.Status.DONE


def _lock(entry):
    """The entry as it is stored, its row locked until the transaction ends."""
    return type(entry).objects.select_for_update(of=("self",)).get(pk=entry.pk)


def _require_reviewer(user, entry):
    if not access.may_review(user, entry):
        raise PermissionDenied


def _require_approval(entry):
    states = (WorkflowState.APPROVED, WorkflowState.SCHEDULED)
    if entry.workflow_state not in states or entry.approved_version != entry.version:
        raise PublishingError(_("“%s”还没有通过审核,或通过以后又有修改。") % entry)


def _set(entry, state, **fields):
    """Change the state without counting as an edit."""
    type(entry).objects.filter(pk=entry.pk).update(workflow_state=state, **fields)


def _note(entry, action, by, text):
    WorkflowEvent.objects.create(
        kind=entry.kind,
        entry_id=entry.pk,
        action=action,
        by=by,
        comment=text.strip(),
        version=entry.version,
    )


def _cancel_waiting(entry, *acts):
    waiting = Schedule.objects.filter(
        kind=entry.kind, entry_id=entry.pk, act__in=acts, status=Schedule.Status.WAITING
    )
    return waiting.update(status=Schedule.Status.CANCELLED, ended_at=timezone.now())
