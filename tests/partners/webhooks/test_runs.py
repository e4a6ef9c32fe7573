"""Who sends when: the worker, several at a time, and staff who have something sent again."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from partners import delivery, tasks
from partners.models import Delivery, Partner, Subscription
from tests.factories import (
    publish_measure,
)
from tests.partners.webhooks.conftest import State, deliver, now_of, subscribe
from tests.response_store.gunicorn import until

pytestmark = pytest.mark.django_db


class TestReplay:
    def test_what_arrived_is_sent_again_with_the_same_id(self, receiver, subscription):
        for _ in range(3):
            publish_measure()
        deliver()
        assert delivery.replay(Delivery.objects.filter(sequence__in=[2, 1])) == 2
        deliver()
        assert receiver.sequences == [1, 2, 3, 1, 2]
        assert receiver.seen[3:] == receiver.seen[:2]
        assert now_of(subscription).sent_up_to == 3

    def test_a_replay_that_fails_holds_up_nothing(self, receiver, subscription):
        publish_measure()
        deliver()
        delivery.replay(Delivery.objects.all())
        receiver.answers = [(500, {})]
        publish_measure()
        deliver()
        assert receiver.sequences == [1, 2]
        assert Delivery.objects.get(sequence=1).state == State.REPLAY_FAILED
        assert now_of(subscription).failures == 0

    def test_what_is_still_to_arrive_is_not_sent_twice(self, receiver, subscription):
        receiver.answers = [(500, {})]
        publish_measure()
        deliver()
        assert delivery.replay(Delivery.objects.all()) == 0

    def test_the_log_is_kept_for_ninety_days(self, receiver, subscription):
        publish_measure()
        deliver()
        assert delivery.forget_old() == 0
        Delivery.objects.update(last_at=timezone.now() - timedelta(days=91))
        assert delivery.forget_old() == 1


class TestWorker:
    def waiting(self):
        tasks_of_it = DBTaskResult.objects.filter(task_path=tasks.deliver_webhooks.module_path)
        return tasks_of_it.filter(status=TaskResultStatus.READY)

    def test_a_publish_wakes_it_once(
        self, receiver, subscription, django_capture_on_commit_callbacks
    ):
        with django_capture_on_commit_callbacks(execute=True):
            publish_measure()
            publish_measure()
        assert self.waiting().count() == 1

    def test_without_subscriptions_nothing_is_planned(self, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True):
            publish_measure()
        assert not self.waiting().exists()

    def test_it_comes_back_for_what_failed(self, receiver, subscription):
        tasks.plan_delivery(timezone.now() + timedelta(days=1))  # too late to count
        receiver.answers = [(500, {})]
        publish_measure()
        tasks.deliver_webhooks.call()
        soonest = self.waiting().order_by("run_after").first()
        assert soonest.run_after == now_of(subscription).next_attempt_at

    def test_one_that_is_killed_while_it_sends_leaves_a_plan(self, subscription, monkeypatch):
        def killed():
            raise KeyboardInterrupt

        monkeypatch.setattr(delivery, "deliver_due", killed)
        with pytest.raises(KeyboardInterrupt):
            tasks.deliver_webhooks.call()
        assert self.waiting().get().run_after <= timezone.now() + tasks.SWEEP

    @pytest.mark.parametrize(
        "off",
        [
            lambda: Subscription.objects.update(is_active=False),
            lambda: Subscription.objects.update(secret=""),
            lambda: Partner.objects.update(is_active=False),
        ],
    )
    def test_who_is_off_is_told_nothing(self, receiver, subscription, off):
        publish_measure()
        off()
        deliver()
        assert not receiver.seen


@pytest.mark.django_db(transaction=True)
def test_workers_at_the_same_time_send_each_message_once_and_in_order(receiver):
    subscribe(receiver)
    for _ in range(5):
        publish_measure()
    start = threading.Barrier(3)

    def work():
        start.wait()
        try:
            delivery.deliver_due()
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert receiver.sequences == [1, 2, 3, 4, 5]
    assert len(receiver.seen) == 5


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_waited_for_another_one_does_not_take_its_lease(receiver):
    subscribe(receiver)
    publish_measure()

    def work():
        delivery.deliver_due()
        connection.close()

    late = threading.Thread(target=work)
    with transaction.atomic():
        Subscription.objects.update(leased_until=timezone.now() + timedelta(seconds=30))
        late.start()
        until(somebody_waits)
    late.join()
    assert not receiver.seen


def somebody_waits():
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")  # it is one for a transaction
        cursor.execute(
            "SELECT 1 FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return cursor.fetchone()


def test_a_lease_that_a_dead_run_left_is_waited_for_and_no_longer(subscription):
    ends_at = timezone.now() + timedelta(seconds=40)
    Subscription.objects.update(leased_until=ends_at)
    publish_measure()
    assert delivery.deliver_due() == ends_at
