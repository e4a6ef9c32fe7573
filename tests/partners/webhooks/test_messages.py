"""What receivers are told: signed, as wanted, in order."""

from datetime import timedelta

import pytest
from django.utils import timezone
from standardwebhooks.webhooks import Webhook

from partners import delivery, webhooks
from partners.models import Delivery, Subscription
from publishing.catalogue import current_version
from publishing.models import Edition
from staff.models import AuditEntry
from tests.factories import (
    make_domain,
    make_measure,
    publish,
    publish_measure,
    publish_project,
    withdraw,
)
from tests.partners.webhooks.conftest import deliver, now_of, subscribe

pytestmark = pytest.mark.django_db


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


def test_the_signature_is_that_of_the_standard(receiver):
    subscription = subscribe(receiver)
    measure = publish(make_measure())
    edition = Edition.objects.get(entry_id=measure.pk)
    body = webhooks.body_of(edition)
    headers = webhooks.headers_for(subscription, "msg_1_1", body, timezone.now())
    assert Webhook(subscription.secret).verify(body, headers)["data"]["sequence"] == edition.id
