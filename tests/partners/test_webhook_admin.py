"""Webhooks in the staff area: what may be subscribed to, secrets shown once, replays."""

import re

import pytest
from standardwebhooks.webhooks import Webhook

from partners.models import Delivery, Subscription
from publishing.catalogue import current_version
from staff.models import AuditEntry
from tests.admin.conftest import client_of
from tests.admin.pages import address_of, errors_on, send
from tests.editorial.cast import make_administrator, make_reviewer
from tests.factories import make_domain, make_partner, publish_measure

pytestmark = pytest.mark.django_db
ADDRESS = "https://hook.example/webhooks?x=1"


@pytest.fixture
def client():
    return client_of(make_administrator())


@pytest.fixture
def subscription():
    return Subscription.objects.create(partner=make_partner(), url=ADDRESS)


def add(client, **fields):
    fields = {"partner": make_partner().pk, "url": ADDRESS} | fields
    return send(client, address_of(Subscription, "add"), **fields)


def renew(client, subscription):
    response = send(client, address_of(subscription, "secret"))
    assert "no-store" in response.headers["Cache-Control"]
    return re.findall(r'value="(whsec_[^"]+)"', response.content.decode())[0]


def test_a_new_one_begins_now_and_leads_to_its_secret(client):
    make_domain(slug="medical", name="示例医疗")
    publish_measure()
    response = add(client, kinds=["measure", "zone"], domains=["medical"])
    subscription = Subscription.objects.get()
    assert response["Location"] == address_of(subscription, "secret")
    assert (subscription.kinds, subscription.domains) == (["measure", "zone"], ["medical"])
    assert subscription.cities == []
    assert subscription.sent_up_to == current_version().sequence
    assert not Subscription.objects.sending().exists()
    secret = renew(client, subscription)
    assert Webhook(secret)
    assert Subscription.objects.sending().exists()
    assert secret not in client.get(address_of(subscription, "change")).content.decode()
    assert secret not in client.get(address_of(subscription, "secret")).content.decode()


@pytest.mark.parametrize(
    "url",
    [
        *("http://hook.example/", "https://127.0.0.1/", "https://10.0.0.1/x", "https://[::1]/"),
        *("https://user:word@hook.example/", "https://hook.example:22/", "file:///etc/passwd"),
        *("https://", "hook.example", "https://[", "https://hook.example:x/"),
    ],
)
def test_an_address_that_may_not_be_asked_is_refused(client, url):
    assert errors_on(add(client, url=url))
    assert not Subscription.objects.exists()


def test_a_setting_lets_hosts_in_for_tests(client, settings):
    settings.OUTBOUND_PRIVATE_HOSTS = ["127.0.0.1:9000"]
    assert add(client, url="http://127.0.0.1:9000/hook").status_code == 302
    assert errors_on(add(client, url="http://127.0.0.1:9001/hook"))


def test_the_second_secret_keeps_the_first_for_a_week(client, subscription):
    first, second = renew(client, subscription), renew(client, subscription)
    subscription.refresh_from_db()
    assert (subscription.secret, subscription.old_secret) == (second, first)
    assert AuditEntry.objects.filter(action="webhook_secret_made").count() == 2
    for entry in AuditEntry.objects.all():
        assert "whsec_" not in f"{entry.object_title} {entry.details}"


def test_a_form_left_open_takes_nothing_back_from_the_worker(client, subscription):
    page = address_of(subscription, "change")
    Subscription.objects.update(sent_up_to=7, secret="whsec_eA==", is_active=False, failures=3)
    send(client, page, is_active="on")
    subscription.refresh_from_db()
    assert (subscription.sent_up_to, subscription.secret) == (7, "whsec_eA==")
    assert (subscription.is_active, subscription.failures) == (True, 0)


def test_deliveries_are_sent_again_from_the_list(client, subscription):
    sent = Delivery.objects.create(subscription=subscription, sequence=1, state="delivered")
    data = {"action": "replay", "_selected_action": [sent.pk]}
    assert client.post(address_of(Delivery), data).status_code == 302
    sent.refresh_from_db()
    assert sent.state == "replay"
    assert AuditEntry.objects.get(action="deliveries_replayed").details == {"count": 1}


def test_nobody_else_sees_or_changes_any_of_it(subscription):
    sent = Delivery.objects.create(subscription=subscription, sequence=1, state="delivered")
    reviewer = client_of(make_reviewer())
    for row in (subscription, sent):
        assert reviewer.get(address_of(type(row))).status_code == 403
        assert reviewer.get(address_of(row, "change")).status_code == 403
    assert reviewer.post(address_of(subscription, "secret")).status_code == 403
    reviewer.post(address_of(Delivery), {"action": "replay", "_selected_action": [sent.pk]})
    sent.refresh_from_db()
    subscription.refresh_from_db()
    assert (sent.state, subscription.secret) == ("delivered", "")
