"""The way of an entry to the public: no step without the one before, no step by the wrong hands."""

import datetime

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import PermissionDenied
from django.db import (
    Error,
    IntegrityError,
    InterfaceError,
    OperationalError,
    connection,
    transaction,
)
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from publishing import workflow
from publishing.models import Edition, Schedule, WorkflowEvent
from publishing.services import PublishingError
from publishing.tasks import carry_out_due
from tests.editorial.cast import (
    make_administrator,
    make_city_editor,
    make_domain_editor,
    make_reviewer,
)
from tests.factories import make_measure, make_zone, publish, publish_measure

pytestmark = pytest.mark.django_db
HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def measure():
    return make_measure(title="示例举措")


@pytest.fixture
def editor(measure):
    return make_domain_editor(domains=[measure.domain])


@pytest.fixture
def reviewer():
    return make_reviewer()


@pytest.fixture
def approved(measure, editor, reviewer):
    workflow.submit(entry=measure, by=editor)
    workflow.approve(entry=measure, by=reviewer)
    return measure


def state_of(entry):
    entry.refresh_from_db()
    return entry.workflow_state


def actions(entry):
    return [event.action for event in reversed(workflow.events_of(entry))]


def test_the_way_from_draft_to_public(measure, editor, reviewer):
    assert state_of(measure) == "draft"
    assert workflow.submit(entry=measure, by=editor, comment="请审") is True
    assert state_of(measure) == "submitted"
    assert workflow.approve(entry=measure, by=reviewer) is True
    assert state_of(measure) == "approved"
    edition = workflow.publish(entry=measure, by=reviewer)
    assert (edition.number, edition.published_by) == (1, reviewer)
    assert state_of(measure) == "published"
    assert actions(measure) == ["submitted", "approved", "published"]
    assert workflow.events_of(measure).last().comment == "请审"


@pytest.mark.parametrize("act", ["approve", "publish"])
def test_no_step_is_left_out(act, measure, reviewer):
    with pytest.raises(PublishingError):
        getattr(workflow, act)(entry=measure, by=reviewer)
    assert not Edition.objects.exists()


def test_the_one_who_submitted_cannot_approve(measure):
    administrator = make_administrator()
    workflow.submit(entry=measure, by=administrator)
    with pytest.raises(PublishingError, match="另一位"):
        workflow.approve(entry=measure, by=administrator)
    assert state_of(measure) == "submitted"


def test_the_one_who_edited_cannot_approve_what_another_submitted(measure, editor):
    administrator = make_administrator()
    LogEntry.objects.log_actions(administrator.pk, [measure], CHANGE, "改")
    workflow.submit(entry=measure, by=editor)
    with pytest.raises(PublishingError, match="另一位"):
        workflow.approve(entry=measure, by=administrator)


def test_an_edit_before_the_last_publication_is_no_hindrance(measure, editor, reviewer):
    administrator = make_administrator()
    LogEntry.objects.log_actions(administrator.pk, [measure], CHANGE, "改")
    workflow.submit(entry=measure, by=editor)
    workflow.approve(entry=measure, by=reviewer)
    workflow.publish(entry=measure, by=reviewer)
    measure.summary = "示例改过。"
    measure.save()
    workflow.submit(entry=measure, by=editor)
    assert workflow.approve(entry=measure, by=administrator) is True


def test_a_setting_relaxes_four_eyes(measure, settings):
    settings.FOUR_EYES = False
    administrator = make_administrator()
    workflow.submit(entry=measure, by=administrator)
    assert workflow.approve(entry=measure, by=administrator) is True


def test_editors_neither_approve_nor_publish_nor_withdraw(approved, editor):
    live = publish_measure(domain=approved.domain)
    due_at = timezone.now() + HOUR
    acts = [
        (workflow.approve, {"entry": approved}),
        (workflow.send_back, {"entry": approved, "comment": "否"}),
        (workflow.publish, {"entry": approved}),
        (workflow.withdraw, {"entry": live, "reason": "否"}),
        (workflow.schedule, {"entry": approved, "act": "publish", "due_at": due_at}),
        (workflow.unschedule, {"entry": approved, "act": "publish"}),
    ]
    for user in (editor, make_city_editor()):
        for act, arguments in acts:
            with pytest.raises(PermissionDenied):
                act(by=user, **arguments)
    assert Edition.objects.count() == 1


def test_an_editor_of_another_domain_cannot_submit(measure):
    with pytest.raises(PermissionDenied):
        workflow.submit(entry=measure, by=make_domain_editor(domains=[]))
    assert state_of(measure) == "draft"


def test_returning_needs_a_reason_and_keeps_it(measure, editor, reviewer):
    workflow.submit(entry=measure, by=editor)
    with pytest.raises(PublishingError):
        workflow.send_back(entry=measure, by=reviewer, comment=" ")
    workflow.send_back(entry=measure, by=reviewer, comment="时限缺出处")
    assert state_of(measure) == "returned"
    assert workflow.events_of(measure).first().comment == "时限缺出处"
    assert workflow.submit(entry=measure, by=editor) is True


def test_an_edit_after_approval_voids_it(approved, reviewer):
    approved.refresh_from_db()
    approved.summary = "通过以后偷偷改。"
    approved.save()
    assert state_of(approved) == "draft"
    with pytest.raises(PublishingError, match="通过审核"):
        workflow.publish(entry=approved, by=reviewer)


@pytest.mark.parametrize("child", ["step", "provision", "link"])
def test_an_edit_of_a_child_after_approval_voids_it_too(child, approved, reviewer):
    provision = approved.provisions.first()
    if child == "step":
        approved.steps.create(channel="online", text="示例")
    elif child == "provision":
        provision.reason = "示例"
        provision.save()
    else:
        provision.links.create(label="示例", url="https://example.org/")
    assert state_of(approved) == "draft"
    with pytest.raises(PublishingError):
        workflow.publish(entry=approved, by=reviewer)


def test_a_stale_form_does_not_bring_an_approval_back(measure, editor, reviewer):
    """A row loaded while approved, saved after somebody else's edit: still a draft."""
    workflow.submit(entry=measure, by=editor)
    workflow.approve(entry=measure, by=reviewer)
    stale = type(measure).objects.get(pk=measure.pk)
    measure.refresh_from_db()
    measure.save()
    stale.save()
    assert state_of(measure) == "draft"
    assert measure.version == 3


def test_doing_it_twice_does_it_once(measure, editor, reviewer):
    assert workflow.submit(entry=measure, by=editor)
    assert workflow.submit(entry=measure, by=editor) is False
    assert workflow.approve(entry=measure, by=reviewer)
    assert workflow.approve(entry=measure, by=reviewer) is False
    assert actions(measure) == ["submitted", "approved"]


def test_a_withdrawal_needs_no_approval_but_a_reason(reviewer):
    live = publish_measure()
    with pytest.raises(PublishingError):
        workflow.withdraw(entry=live, by=reviewer, reason="")
    assert workflow.withdraw(entry=live, by=reviewer, reason="示例原因").is_withdrawn
    assert state_of(live) == "withdrawn"


def test_a_planned_publication_happens_at_its_time_and_once(approved, reviewer):
    due = timezone.now() + HOUR
    workflow.schedule(entry=approved, by=reviewer, act="publish", due_at=due)
    assert state_of(approved) == "scheduled"
    assert workflow.run_due(due - HOUR) == (0, 0)
    assert not Edition.objects.exists()
    assert workflow.run_due(due + 24 * HOUR) == (1, 0)  # the worker was down meanwhile
    assert workflow.run_due(due + 25 * HOUR) == (0, 0)
    assert Edition.objects.count() == 1
    assert state_of(approved) == "published"
    assert Schedule.objects.get().status == "done"


def test_the_worker_is_told_of_the_time(approved, reviewer):
    due = timezone.now() + HOUR
    workflow.schedule(entry=approved, by=reviewer, act="publish", due_at=due)
    waiting = DBTaskResult.objects.get(task_path=carry_out_due.module_path)
    assert waiting.run_after == due


def test_a_planned_publication_of_what_was_edited_since_fails_and_says_so(approved, reviewer):
    due = timezone.now() + HOUR
    workflow.schedule(entry=approved, by=reviewer, act="publish", due_at=due)
    approved.refresh_from_db()
    approved.save()
    assert workflow.run_due(due) == (0, 1)
    assert not Edition.objects.exists()
    assert Schedule.objects.get().status == "failed"
    assert "修改" in Schedule.objects.get().result
    assert actions(approved)[-1] == "failed"


def test_one_that_fails_holds_up_no_other(approved, editor, reviewer):
    due = timezone.now() + HOUR
    workflow.schedule(entry=approved, by=reviewer, act="publish", due_at=due)
    approved.refresh_from_db()
    approved.save()
    other = make_measure(domain=approved.domain)
    workflow.submit(entry=other, by=editor)
    workflow.approve(entry=other, by=reviewer)
    workflow.schedule(entry=other, by=reviewer, act="publish", due_at=due + HOUR)
    assert workflow.run_due(due + HOUR) == (1, 1)


def publish_with(monkeypatch, fault, entry):
    """Have publishing the entry do its work and then `fault`; others are published as ever."""
    real = workflow.services.publish

    def faulty(**kwargs):
        edition = real(**kwargs)
        if kwargs["entry"].pk == entry.pk:
            fault()
        return edition

    monkeypatch.setattr(workflow.services, "publish", faulty)


def plan_two(first, editor, reviewer):
    """Two approved measures, to be published one hour apart. Return the other one and the times."""
    due = timezone.now() + HOUR
    other = make_measure(domain=first.domain)
    workflow.submit(entry=other, by=editor)
    workflow.approve(entry=other, by=reviewer)
    for entry, due_at in ((first, due), (other, due + HOUR)):
        workflow.schedule(entry=entry, by=reviewer, act="publish", due_at=due_at)
    return other, due, due + HOUR


def divide_by_zero():
    return 1 / 0


def refer_to_nobody():
    """What PostgreSQL finds at the commit only."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE guide_measure SET domain_id = gen_random_uuid()")


@pytest.mark.parametrize("fault", [divide_by_zero, refer_to_nobody])
def test_a_fault_of_the_portal_fails_one_plan_and_holds_up_no_other(
    fault, approved, editor, reviewer, monkeypatch, caplog
):
    other, due, later = plan_two(approved, editor, reviewer)
    publish_with(monkeypatch, fault, approved)
    assert workflow.run_due(later) == (1, 1)
    assert Edition.objects.get().entry_id == other.pk  # nothing of the other one stayed
    failed = Schedule.objects.get(due_at=due)
    assert (failed.status, failed.entry_id) == ("failed", approved.pk)
    assert "系统出错" in failed.result
    assert actions(approved)[-1] == "failed"
    (record,) = [record for record in caplog.records if record.name == "publishing.workflow"]
    assert record.exc_info[0] in (ZeroDivisionError, IntegrityError)
    assert str(approved.pk) in record.getMessage()


@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
def test_a_database_that_is_away_fails_no_plan(error, approved, editor, reviewer, monkeypatch):
    _other, due, later = plan_two(approved, editor, reviewer)

    def away():
        raise error("示例")

    with monkeypatch.context() as patches:
        publish_with(patches, away, approved)
        with pytest.raises(error):
            workflow.run_due(due)
    assert set(Schedule.objects.values_list("status", flat=True)) == {"waiting"}
    assert workflow.run_due(later) == (2, 0)


def test_who_lost_the_right_publishes_nothing_by_an_old_plan(approved, reviewer):
    due = timezone.now() + HOUR
    workflow.schedule(entry=approved, by=reviewer, act="publish", due_at=due)
    reviewer.groups.clear()
    assert workflow.run_due(due) == (0, 1)
    assert not Edition.objects.exists()


def test_a_planned_withdrawal_with_a_successor(reviewer):
    live, successor = publish_measure(), publish_measure()
    due = timezone.now() + HOUR
    workflow.schedule(
        entry=live, by=reviewer, act="withdraw", due_at=due, note="到期", successor=successor
    )
    assert workflow.run_due(due) == (1, 0)
    tombstone = Edition.objects.newest().get(entry_id=live.pk)
    assert (tombstone.event, tombstone.note) == ("withdrawn", "到期")
    assert tombstone.successor_id == successor.pk


def test_a_plan_is_replaced_by_a_later_one_and_can_be_taken_back(approved, reviewer):
    now = timezone.now()
    for hours in (1, 2):
        workflow.schedule(entry=approved, by=reviewer, act="publish", due_at=now + hours * HOUR)
    assert Schedule.objects.get(status="waiting").due_at == now + 2 * HOUR
    assert workflow.unschedule(entry=approved, by=reviewer, act="publish") is True
    assert workflow.unschedule(entry=approved, by=reviewer, act="publish") is False
    assert state_of(approved) == "approved"
    assert workflow.run_due(now + 3 * HOUR) == (0, 0)


@pytest.mark.parametrize("act", ["publish", "withdraw"])
def test_a_plan_for_the_past_or_without_words_is_refused(act, approved, reviewer):
    live = publish_measure(domain=approved.domain)
    entry = approved if act == "publish" else live
    with pytest.raises(PublishingError, match="以后"):
        workflow.schedule(entry=entry, by=reviewer, act=act, due_at=timezone.now(), note="示例")
    if act == "withdraw":
        with pytest.raises(PublishingError, match="撤回原因"):
            workflow.schedule(entry=live, by=reviewer, act=act, due_at=timezone.now() + HOUR)
    assert not Schedule.objects.exists()


def test_what_was_done_is_neither_rewritten_nor_deleted(measure, editor):
    workflow.submit(entry=measure, by=editor)
    with pytest.raises(Error, match="append-only"), transaction.atomic():
        WorkflowEvent.objects.update(comment="改写")
    with pytest.raises(Error, match="append-only"), transaction.atomic():
        WorkflowEvent.objects.all().delete()


def test_who_published_may_approve_the_next_version(measure, editor, reviewer):
    workflow.submit(entry=measure, by=editor)
    workflow.approve(entry=measure, by=reviewer)
    workflow.publish(entry=measure, by=reviewer)
    measure.summary = "示例改过。"
    measure.save()
    workflow.submit(entry=measure, by=editor)
    assert workflow.approve(entry=measure, by=reviewer) is True


def test_a_minor_edition_of_a_quoted_row_does_not_settle_an_edit(measure, editor):
    administrator = make_administrator()
    publish(measure)
    measure.save()
    LogEntry.objects.log_actions(administrator.pk, [measure], CHANGE, "改")
    measure.domain.name = "示例新领域名"
    measure.domain.save()
    workflow.submit(entry=measure, by=editor)
    with pytest.raises(PublishingError, match="另一位"):
        workflow.approve(entry=measure, by=administrator)


def test_who_withdrew_may_approve_the_return(reviewer):
    live = publish_measure()
    workflow.withdraw(entry=live, by=reviewer, reason="示例原因")
    live.refresh_from_db()
    live.save()
    workflow.submit(entry=live, by=make_domain_editor(domains=[live.domain]))
    assert workflow.approve(entry=live, by=reviewer) is True


def test_what_leaves_a_zone_voids_the_approval_of_both_zones(reviewer):
    left, entered = make_zone(), make_zone()
    agreement = left.agreements.create(slug="example-agreement", title="示例协议")
    for zone in (left, entered):
        workflow.submit(entry=zone, by=make_administrator(f"示例管理员{zone.slug}"))
        workflow.approve(entry=zone, by=reviewer)
    agreement.zone = entered
    agreement.save()
    assert (state_of(left), state_of(entered)) == ("draft", "draft")
