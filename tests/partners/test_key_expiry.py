"""Partners and administrators hear in time, once, that a key ends."""

import pytest
from django.core import mail
from django.utils import timezone

from partners import keys, tasks
from partners.models import ApiKey
from tests.editorial.cast import make_administrator
from tests.factories import make_key, make_partner

pytestmark = pytest.mark.django_db(transaction=True)  # mails go when it is committed


@pytest.fixture(autouse=True)
def mail_is_sent(settings):
    settings.SENDS_MAIL = True


@pytest.fixture
def administrator():
    administrator = make_administrator()
    administrator.email = "administrator@example.com"
    administrator.save()


def used_key(days, **fields):
    key, _text = make_key(make_partner(**fields), days=days)
    ApiKey.objects.filter(pk=key.pk).update(last_used_at=timezone.now())
    return key


@pytest.mark.usefixtures("administrator")
def test_a_key_that_ends_soon_is_told_of_once():
    key = used_key(keys.WARN_DAYS, contact_email="partner@example.com")
    tasks.tell_of_expiring_keys.func()
    tasks.tell_of_expiring_keys.func()
    (told,) = mail.outbox
    assert told.to == ["partner@example.com"]
    assert told.bcc == ["administrator@example.com"]
    assert str(key.expires_on) in told.body
    assert key.start in told.body


@pytest.mark.parametrize("why", ["later", "over", "revoked", "never used", "partner is off"])
def test_of_other_keys_nothing_is_said(why):
    days = {"later": keys.WARN_DAYS + 1, "over": -1}.get(why, 1)
    key = used_key(days, contact_email="partner@example.com", is_active=why != "partner is off")
    if why == "revoked":
        keys.revoke_key(key=key, by=None)
    if why == "never used":
        ApiKey.objects.update(last_used_at=None)
    assert keys.tell_of_expiring() == 0
    assert not mail.outbox


def test_a_mail_that_fails_stops_nothing_and_is_not_repeated(monkeypatch):
    def fail(mail):
        raise OSError("no mail server")

    monkeypatch.setattr("django.core.mail.EmailMessage.send", fail)
    for _ in range(2):
        used_key(1, contact_email="partner@example.com")
    assert keys.tell_of_expiring() == 2
    assert keys.tell_of_expiring() == 0
