"""A partner's receiver with a subscription, and the sending of what is due."""

import pytest

from partners import delivery, webhooks
from partners.models import Delivery, Subscription
from publishing.catalogue import current_version
from tests.factories import make_partner
from tests.partners.receiver import Receiver

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
