"""Receivers that fail, for a while or for good, and those that lead into a private network."""

import socket
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from partners import delivery
from partners.models import Delivery, Subscription
from qingdao_portal import outbound
from staff.models import AuditEntry
from tests.editorial.cast import make_administrator
from tests.factories import (
    publish_measure,
)
from tests.partners.receiver import Receiver
from tests.partners.webhooks.conftest import State, deliver, now_of, subscribe

pytestmark = pytest.mark.django_db


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
