"""Webhooks: signed, in order, until they arrive, and never into a private network."""

import socket
import threading
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection, transaction
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult
from standardwebhooks.webhooks import Webhook

from partners import delivery, tasks, webhooks
from partners.models import Delivery, Partner, Subscription
from publishing.catalogue import current_version
from publishing.models import Edition
from qingdao_portal import outbound
from staff.models import AuditEntry
from tests.editorial.cast import make_administrator
from tests.factories import (
    make_domain,
    make_measure,
    make_partner,
    publish,
    publish_measure,
    publish_project,
    withdraw,
)
from tests.partners.receiver import Receiver
from tests.response_store.gunicorn import until

pytestmark = pytest.mark.django_db
State = Delivery.State


@pytest.fixture
def receiver(settings):
    with Receiver() as receiver:
        settings.OUTBOUND_PRIVATE_HOSTS = [f"127.0.0.1:{receiver.port}"]
        yield receiver


@pytest.fixture
def subscription(receiver):
    return subscribe(receiver)


def subscribe(receiver, **fields):
    """A subscription with its secret, which the receiver is given."""
    partner = make_partner(contact_email="partner@example.com")
    defaults = {"url": receiver.address, "sent_up_to": current_version().sequence}
    subscription = Subscription.objects.create(partner=partner, **defaults | fields)
    receiver.secret = webhooks.renew_secret(subscription=subscription, by=None)
    return now_of(subscription)


def now_of(subscription):
    return Subscription.objects.get(pk=subscription.pk)


def deliver():
    """Deliver what is due, with all waits over."""
    Subscription.objects.update(next_attempt_at=None)
    return delivery.deliver_due()


class TestMessages:
    def test_a_receiver_with_nothing_but_the_package_verifies_it(self, receiver, subscription):
        measure = publish_measure(slug="example")
        edition = Edition.objects.get()
        deliver()
        (message,) = receiver.taken
        assert message["type"] == "measure.published"
        assert message["data"] == {
            "sequence": edition.id,
            "kind": "measure",
            "id": str(measure.pk),
            "slug": "example",
            "edition": 1,
            "event": "published",
            "url": "http://testserver/guide/measures/example/",
            "changes_url": f"http://testserver/api/v1/changes/?after={edition.id - 1}",
        }
        assert timezone.datetime.fromisoformat(message["timestamp"]) == edition.published_at
        assert receiver.headers["Content-Type"] == "application/json; charset=utf-8"
        assert now_of(subscription).sent_up_to == edition.id

    def test_two_secrets_are_good_while_one_replaces_the_other(self, receiver, subscription):
        old = receiver.secret
        new = webhooks.renew_secret(subscription=subscription, by=None)
        for secret in (old, new):
            receiver.secret = secret
            publish_measure()
            deliver()
        assert len(receiver.taken) == 2
        Subscription.objects.update(old_secret_until=timezone.now())
        receiver.secret = old
        publish_measure()
        deliver()
        assert len(receiver.taken) == 2
        assert not str(AuditEntry.objects.values_list("details", flat=True)).count(new)

    def test_a_withdrawal_is_told_too(self, receiver, subscription):
        withdraw(publish_measure())
        deliver()
        assert [message["type"] for message in receiver.taken] == [
            "measure.published",
            "measure.withdrawn",
        ]


class TestWhatIsWanted:
    def test_kinds_domains_and_cities_narrow_it(self, receiver):
        medical = make_domain(slug="medical")
        subscribe(receiver, kinds=["measure"], domains=["medical"], cities=["qingdao", "yantai"])
        publish_measure(domain=medical, cities=["qingdao"])
        wanted = current_version().sequence
        publish_measure(cities=["qingdao"])
        publish_measure(domain=medical, cities=["weihai"])
        publish_project(cities=["qingdao"])
        deliver()
        assert receiver.sequences == [wanted]

    def test_an_entry_that_leaves_is_told_once(self, receiver):
        subscribe(receiver, domains=["medical"])
        measure = publish_measure(domain=make_domain(slug="medical"))
        measure.domain = make_domain(slug="other")
        measure.save()
        publish(measure)
        publish(measure)
        deliver()
        assert [message["data"]["edition"] for message in receiver.taken] == [1, 2]

    def test_what_nobody_wants_is_not_read_again(self, receiver):
        subscription = subscribe(receiver, kinds=["zone"])
        publish_measure()
        deliver()
        assert now_of(subscription).sent_up_to == current_version().sequence
        assert not receiver.seen

    def test_a_new_one_begins_with_what_comes(self, receiver):
        publish_measure()
        subscribe(receiver)
        deliver()
        assert not receiver.seen


class TestOrder:
    def test_a_receiver_that_fails_half_the_time_gets_all_in_order(self, receiver, subscription):
        receiver.answers = [(500, {}), (204, {})] * 12
        published = [publish_measure() and current_version().sequence for _ in range(12)]
        for _ in range(13):
            deliver()
        assert receiver.sequences == published
        assert len(receiver.seen) == 24
        assert set(Delivery.objects.values_list("state", "attempts")) == {("delivered", 2)}

    def test_nothing_overtakes_what_has_not_arrived(self, receiver, subscription):
        receiver.answers = [(503, {})]
        publish_measure()
        publish_measure()
        deliver()
        assert len(receiver.seen) == 1
        assert delivery.deliver_due() == now_of(subscription).next_attempt_at
        assert len(receiver.seen) == 1
        deliver()
        assert receiver.seen[0] == receiver.seen[1] != receiver.seen[2]
        assert now_of(subscription).failures == 0

    def test_one_that_fails_holds_up_no_other(self, receiver, subscription):
        publish_measure()
        dead = subscribe(receiver, url=receiver.address.replace("/hook", "/dead"), sent_up_to=0)
        receiver.secret = subscription.secret
        deliver()
        assert len(receiver.taken) == 1
        assert now_of(dead).failures == 1

    def test_who_is_being_sent_to_is_left_alone(self, receiver, subscription):
        publish_measure()
        Subscription.objects.update(leased_until=timezone.now() + delivery.LEASE)
        deliver()
        assert not receiver.seen
        Subscription.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
        deliver()
        assert len(receiver.taken) == 1
        assert now_of(subscription).leased_until is None


class TestWaiting:
    def test_waits_grow_to_hours_and_scatter(self):
        longest = len(delivery.WAITS) + 3
        for failures in range(longest):
            usual = delivery.WAITS[min(failures, len(delivery.WAITS) - 1)]
            waits = {delivery.wait_after(failures) for _ in range(20)}
            assert len(waits) > 1
            assert all(usual * 0.79 < wait < usual * 1.21 for wait in waits)

    @pytest.mark.parametrize(
        ("asked", "least", "most"),
        [("600", 600, 600), ("999999", 86_400, 86_400), ("soon", 4, 6), ("-5", 4, 6), ("", 4, 6)],
    )
    def test_a_receiver_may_ask_for_time_up_to_a_day(self, asked, least, most):
        wait = delivery.wait_after(0, outbound.Answer(503, retry_after=asked))
        assert least <= wait.total_seconds() <= most

    @pytest.mark.parametrize("status", [301, 302, 307, 400, 404, 500])
    def test_anything_but_2xx_is_tried_again(self, receiver, subscription, status):
        receiver.answers = [(status, {"Location": receiver.address})]
        publish_measure()
        deliver()
        assert (receiver.taken, len(receiver.seen)) == ([], 1)
        sent = Delivery.objects.get()
        assert (sent.state, sent.result) == (State.FAILING, f"答 {status}")
        deliver()
        assert len(receiver.taken) == 1


class TestDead:
    @pytest.fixture
    def fail(self, receiver, subscription, django_capture_on_commit_callbacks):
        administrator = make_administrator()
        administrator.email = "administrator@example.com"
        administrator.save()
        publish_measure()

        def fail(status, days):
            receiver.answers = [(status, {})]
            since = timezone.now() - timedelta(days=days)
            Subscription.objects.update(failing_since=since, failures=20)
            with django_capture_on_commit_callbacks(execute=True):
                deliver()
            return now_of(subscription)

        return fail

    def test_what_is_dead_for_days_is_switched_off_and_told(self, fail, settings, receiver):
        settings.SENDS_MAIL = True
        assert fail(500, days=4).is_active
        assert not mail.outbox
        subscription = fail(500, days=5)
        assert (subscription.is_active, subscription.off_reason) == (False, "答 500")
        (told,) = mail.outbox
        assert (told.to, told.bcc) == (["partner@example.com"], ["administrator@example.com"])
        assert f"after={subscription.sent_up_to}" in told.body
        assert AuditEntry.objects.filter(action="webhook_switched_off").exists()
        deliver()
        assert not receiver.taken

    def test_410_switches_off_at_once(self, fail):
        assert not fail(410, days=0).is_active

    def test_switched_on_again_it_goes_on_where_it_stopped(self, fail, receiver):
        subscription = fail(410, days=0)
        publish_measure()
        Subscription.objects.update(is_active=True)
        delivery.switch_on(subscription)
        deliver()
        assert receiver.sequences == [1, 2]

    def test_a_mail_that_fails_stops_nothing(self, fail, settings, monkeypatch):
        settings.SENDS_MAIL = True
        monkeypatch.setattr("django.core.mail.EmailMessage.send", fail_to_send)
        assert not fail(410, days=0).is_active


class TestPrivateAddresses:
    @pytest.mark.parametrize(
        "ip",
        ["127.0.0.1", "10.0.0.1", "169.254.169.254", "192.168.0.1", "::1", "fe80::1", "fd00::1"],
    )
    def test_a_name_that_leads_inside_is_not_connected_to(self, receiver, ip, monkeypatch):
        subscribe(receiver, url="https://hook.example/")
        found = [(2, 1, 6, "", (ip, 443))]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: found)
        monkeypatch.setattr(socket, "create_connection", refuse)
        publish_measure()
        deliver()
        sent = Delivery.objects.get()
        assert (sent.state, sent.result) == (State.FAILING, "地址不在公网上,没有连接")

    def test_a_changed_answer_of_the_dns_leads_nowhere_else(self, receiver, monkeypatch):
        """The first look-up is public, all others are not: only the first one counts."""
        subscribe(receiver, url=f"http://hook.example:{receiver.port}/")
        answers, connected = ["93.184.216.34"], []

        def look_up(host, port, **kwargs):
            return [(2, 1, 6, "", (answers.pop() if answers else "127.0.0.1", port))]

        def connect(address, timeout):
            connected.append(address[0])
            raise OSError

        monkeypatch.setattr(socket, "getaddrinfo", look_up)
        monkeypatch.setattr(socket, "create_connection", connect)
        publish_measure()
        deliver()
        deliver()
        assert connected == ["93.184.216.34"]
        assert not receiver.seen

    def test_a_redirect_leads_nowhere(self, receiver, subscription, settings):
        with Receiver() as inside:
            receiver.answers = [(307, {"Location": inside.address})]
            publish_measure()
            deliver()
            assert (len(receiver.seen), inside.seen) == (1, [])

    def test_a_slow_receiver_is_left(self, receiver, monkeypatch):
        with socket.create_server(("127.0.0.1", 0)) as silent:  # takes connections, says nothing
            port = silent.getsockname()[1]
            monkeypatch.setattr(
                "django.conf.settings.OUTBOUND_PRIVATE_HOSTS", [f"127.0.0.1:{port}"]
            )
            monkeypatch.setattr(delivery, "SECONDS", 0.2)
            subscribe(receiver, url=f"http://127.0.0.1:{port}/")
            publish_measure()
            deliver()
        assert Delivery.objects.get().result == "连不上、太慢或不是 HTTP"


def fail_to_send(mail):
    raise OSError("no mail server")


def refuse(*args, **kwargs):
    raise AssertionError("connected")


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


def test_the_signature_is_that_of_the_standard(receiver):
    subscription = subscribe(receiver)
    measure = publish(make_measure())
    edition = Edition.objects.get(entry_id=measure.pk)
    body = webhooks.body_of(edition)
    headers = webhooks.headers_for(subscription, "msg_1_1", body, timezone.now())
    assert Webhook(subscription.secret).verify(body, headers)["data"]["sequence"] == edition.id


def test_a_lease_that_a_dead_run_left_is_waited_for_and_no_longer(subscription):
    ends_at = timezone.now() + timedelta(seconds=40)
    Subscription.objects.update(leased_until=ends_at)
    publish_measure()
    assert delivery.deliver_due() == ends_at
