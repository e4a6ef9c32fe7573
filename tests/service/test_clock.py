"""A clock that jumps by a day, forth or back, loses nothing and stops nothing."""

import contextlib
import signal
import time
from datetime import timedelta
from types import SimpleNamespace
from unittest.mock import Mock
from uuid import uuid4

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from feedback.tasks import forget_messages
from partners import delivery, webhooks
from partners import tasks as partner_tasks
from partners.models import LEASE, Subscription
from publishing.models import Edition, Schedule
from publishing.request_limits import Limit
from publishing.tasks import carry_out_due
from qingdao_portal import clock, housekeeping
from qingdao_portal.management.commands import run_worker
from service.tasks import refresh_mirror
from staff import sessions
from tests.factories import make_measure, make_partner, publish
from tests.feedback.sending import filled_in, key_on
from tests.partners.receiver import Receiver

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
JUMPS = pytest.mark.parametrize("jump", [DAY, -DAY], ids=["forth", "back"])


@pytest.fixture
def jump_by(monkeypatch):
    """Move the clock of the portal."""
    now = timezone.now

    def jump(by):
        monkeypatch.setattr("django.utils.timezone.now", lambda: now() + by)

    return jump


@contextlib.contextmanager
def told_by_webhook(settings):
    """A partner's server, which goes by the right clock."""
    with Receiver() as receiver:
        settings.OUTBOUND_PRIVATE_HOSTS = [f"127.0.0.1:{receiver.port}"]
        subscription = Subscription(partner=make_partner(), url=receiver.address)
        webhooks.start_of(subscription)
        subscription.save()
        receiver.secret = webhooks.renew_secret(subscription=subscription, by=None)
        yield receiver


def plan_publication(after):
    """A plan whose own task for that time is used up. Return the time."""
    due_at = timezone.now() + after
    by = get_user_model().objects.create(username="示例审核员")
    Schedule.objects.create(
        kind="measure", entry_id=uuid4(), act="publish", due_at=due_at, made_by=by
    )
    return due_at


def waiting(one_task):
    return DBTaskResult.objects.filter(
        task_path=one_task.module_path, status=TaskResultStatus.READY
    )


@JUMPS
def test_publications_keep_their_order_and_are_read(jump, jump_by, client):
    measure = publish(make_measure(title="示例"))
    jump_by(jump)
    measure.title = "示例之二"
    measure.save()
    publish(measure)
    changes = client.get("/api/v1/changes/").json()["results"]
    assert [change["sequence"] for change in changes] == [1, 2]
    for path in ("/", "/guide/", f"/guide/measures/{measure.slug}/", "/feeds/changes.atom"):
        assert client.get(path).status_code == 200
    assert client.get(f"/api/v1/measures/{measure.slug}/").json()["title"] == "示例之二"


@JUMPS
def test_webhooks_go_on_although_a_worker_died_while_the_clock_was_wrong(jump, settings):
    """While it is wrong, receivers refuse signatures of another day: what is right comes after."""
    with told_by_webhook(settings) as receiver:
        publish(make_measure())
        Subscription.objects.update(leased_until=timezone.now() + jump + LEASE)
        delivery.deliver_due()
        assert receiver.sequences == list(Edition.objects.values_list("id", flat=True))


def test_what_was_put_off_while_the_clock_was_ahead_is_sent_when_it_is_right(settings, jump_by):
    """Otherwise partners would wait for as long as the clock was ahead."""
    with told_by_webhook(settings) as receiver:
        publish(make_measure())
        jump_by(DAY)
        delivery.deliver_due()
        assert not receiver.taken  # signed tomorrow
        assert Subscription.objects.get().next_attempt_at > timezone.now()
        jump_by(timedelta())
        delivery.deliver_due()
        assert receiver.sequences == list(Edition.objects.values_list("id", flat=True))


def test_a_wait_of_a_right_clock_is_waited_for(settings):
    with told_by_webhook(settings) as receiver:
        receiver.answers = [(500, {})]
        publish(make_measure())
        for _ in range(2):
            delivery.deliver_due()
        assert (len(receiver.seen), receiver.taken) == (1, [])


def test_a_clock_ahead_by_weeks_switches_no_webhook_off(settings, jump_by):
    with told_by_webhook(settings) as receiver:
        receiver.answers = [(500, {})]
        publish(make_measure())
        delivery.deliver_due()
        jump_by(30 * DAY)
        delivery.deliver_due()
        assert len(receiver.seen) == 2
        assert Subscription.objects.get().is_active


def test_what_a_clock_ahead_noted_as_the_first_failure_is_corrected_by_the_next(settings, jump_by):
    """Else a receiver that is gone would be tried for as long as the clock was ahead."""
    with told_by_webhook(settings) as receiver:
        receiver.answers = [(500, {})]
        publish(make_measure())
        jump_by(400 * DAY)
        delivery.deliver_due()
        jump_by(timedelta())
        delivery.deliver_due()
        assert len(receiver.seen) == 2
        assert Subscription.objects.get().failing_since <= timezone.now()


@JUMPS
def test_daily_tasks_are_not_put_off(jump, jump_by):
    housekeeping.plan_daily()
    planned = DBTaskResult.objects.count()
    jump_by(jump)
    housekeeping.plan_daily()
    waiting = DBTaskResult.objects.filter(status=TaskResultStatus.READY)
    assert waiting.count() == planned


def test_a_worker_started_again_brings_forward_what_a_wrong_clock_planned(jump_by):
    right = timezone.now
    jump_by(400 * DAY)
    housekeeping.plan_daily()
    jump_by(timedelta())
    housekeeping.plan_daily()
    late = [row for row in DBTaskResult.objects.all() if row.run_after.year < 9000]
    assert late
    assert all(row.run_after <= right() + 2 * DAY for row in late)


def test_what_a_clock_ahead_has_planned_waits_as_long_as_it_should(jump_by):
    jump_by(DAY)
    housekeeping.plan(refresh_mirror, timezone.now() + timedelta(seconds=30))
    jump_by(timedelta())
    housekeeping.plan_daily()
    left = waiting(refresh_mirror).get().run_after - timezone.now()
    assert timedelta(seconds=20) < left <= timedelta(seconds=30)


def test_the_worker_notices_that_the_clock_was_set_and_looks_for_webhooks(
    settings, jump_by, monkeypatch
):
    jumps = iter([False, True, False])
    monkeypatch.setattr(clock.Watch, "has_jumped", lambda watch: next(jumps))
    working = run_worker.worker(batch=True)
    with told_by_webhook(settings):
        jump_by(DAY)
        partner_tasks.plan_delivery(timezone.now() + timedelta(minutes=10))
        jump_by(timedelta())
        due = [working.running and due_deliveries() for _ in range(3)]
    assert due == [0, 1, 1]


def due_deliveries():
    path = partner_tasks.deliver_webhooks.module_path
    return DBTaskResult.objects.ready().filter(task_path=path).count()


def test_a_worker_that_is_told_to_end_plans_nothing_any_more(monkeypatch):
    """A signal comes in the middle of a query, beside which no other can be made."""
    monkeypatch.setattr(clock.Watch, "has_jumped", lambda watch: True)
    planned = Mock()
    monkeypatch.setattr(run_worker, "plan_anew", planned)
    with pytest.raises(SystemExit):
        run_worker.worker().shutdown(signal.SIGTERM, None)
    planned.assert_not_called()


def test_only_a_jump_of_the_clock_is_one(monkeypatch):
    since_start, ahead = 10**6, 10**9
    of_day = SimpleNamespace(monotonic=lambda: since_start, time=lambda: since_start + ahead)
    monkeypatch.setattr(clock, "time", of_day)
    watch = clock.Watch()
    noticed = []
    for passed, jump in ((600, 0), (1, 3600), (1, 0), (1, -3600), (1, 0.2)):
        since_start, ahead = since_start + passed, ahead + jump
        noticed.append(watch.has_jumped())
    assert noticed == [False, True, False, True, False]


def test_a_publication_for_a_time_is_made_although_the_clock_went_back_when_it_came():
    """The task that was planned for it finds that nothing is due."""
    due_at = plan_publication(timedelta(minutes=30))
    carry_out_due.call()
    assert due_at in waiting(carry_out_due).values_list("run_after", flat=True)


def test_a_worker_that_is_killed_while_it_publishes_leaves_a_plan(monkeypatch):
    plan_publication(timedelta())
    monkeypatch.setattr("publishing.workflow.run_due", Mock(side_effect=KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        carry_out_due.call()
    assert waiting(carry_out_due).exists()


def test_a_form_shown_while_the_clock_was_ahead_is_taken_with_the_key_that_comes_back(
    jump_by, client, monkeypatch
):
    monkeypatch.setattr("feedback.forms.FASTEST", timedelta())
    publish(make_measure(slug="example"))
    jump_by(DAY)
    fields = filled_in(client)
    jump_by(timedelta())
    refused = client.post("/feedback/", fields)
    assert refused.status_code == 400
    assert client.post("/feedback/", fields | {"key": key_on(refused)}).status_code == 303


def test_a_clock_ahead_by_a_year_erases_no_message_at_once(jump_by, monkeypatch):
    erase = Mock()
    monkeypatch.setattr("feedback.services.forget", erase)

    def times_after_a_run_on(day):
        jump_by(day * DAY)
        forget_messages.call()
        waiting(forget_messages).get().set_successful(None)
        return erase.call_count

    assert [times_after_a_run_on(day) for day in (0, 1, 2, 365, 366)] == [0, 1, 2, 2, 3]


@JUMPS
def test_limits_begin_anew_and_end(jump, jump_by, monkeypatch):
    limit, now = Limit("example-clock", requests=1, seconds=60), 10**9
    assert not limit.take("a", now=now).is_over
    later = now + int(jump.total_seconds())
    assert [limit.take("a", now=later + n).is_over for n in range(2)] == [False, True]
    assert not limit.take("a", now=later + 60).is_over


@pytest.mark.parametrize(("jump", "ends"), [(DAY, True), (-DAY, False)])
def test_a_session_never_outlives_a_jump_by_more_than_the_jump(jump, ends, jump_by, client):
    session = client.session
    sessions.start(session)
    jump_by(jump)
    assert sessions.has_ended(session) is ends


def test_machines_whose_clocks_differ_count_together(monkeypatch):
    """By the clock of the database: each by its own would begin anew in turns, and count nobody."""
    limit = Limit("example-machines", requests=2, seconds=86_400)
    right = time.time()
    waits = []
    for ahead in (0, 86_400, 0, 86_400):
        monkeypatch.setattr(
            "publishing.request_limits.time.time", lambda ahead=ahead: right + ahead
        )
        waits.append(limit.seconds_to_wait("somebody") > 0)
    assert waits == [False, False, True, True]
