"""A session that ends in the middle of a form costs its writer no word."""

import pytest
from django.test import Client

from guide.models import Measure
from tests.admin.pages import form_on
from tests.factories import make_measure
from tests.staff.signing_in import LOGIN, PASSWORD, VERIFY, make_member, phone_code, signed_in

pytestmark = pytest.mark.django_db

ORIGIN = {"headers": {"origin": "http://testserver"}}
TYPED = '写了半小时\n"第二行" <&>'


@pytest.fixture
def browser():
    """One who is signed in, with a browser that sends the token only as the pages have it."""
    make_member()
    client = signed_in()
    strict = Client(enforce_csrf_checks=True, REMOTE_ADDR="192.0.2.1")
    strict.cookies = client.cookies
    return strict


def sign_in_again(client, clock):
    """In another tab: password, then the code of a new half minute."""
    for address, fields in ((LOGIN, {"username": "zhang", "password": PASSWORD}), (VERIFY, None)):
        token = form_on(client.get(address))["csrfmiddlewaretoken"]
        fields = fields or {"code": phone_code()}
        response = client.post(address, fields | {"csrfmiddlewaretoken": token}, **ORIGIN)
        assert response.status_code == 302
        clock.advance(seconds=30)


def test_what_was_typed_is_sent_again_after_a_new_sign_in(browser, clock):
    measure = make_measure(summary="以前")
    address = f"/admin/guide/measure/{measure.pk}/change/"
    sent = form_on(browser.get(address)) | {"summary": TYPED, "_continue": "1"}
    clock.advance(minutes=31)
    kept = browser.post(address, sent, **ORIGIN)
    assert kept.status_code == 403
    assert kept.headers["Cache-Control"] == "no-store"
    assert form_on(kept)["summary"] == [TYPED]
    sign_in_again(browser, clock)
    stale = browser.post(address, form_on(kept), **ORIGIN)  # its token is of before the sign-in
    assert stale.status_code == 403
    assert form_on(stale)["summary"] == [TYPED]
    assert Measure.objects.get().summary == "以前"
    assert browser.post(address, form_on(stale), **ORIGIN).status_code == 302
    assert Measure.objects.get().summary.splitlines() == TYPED.splitlines()


@pytest.mark.parametrize("origin", [None, "null", "https://evil.example", "http://testserver.evil"])
def test_words_of_another_site_are_carried_nowhere(origin, browser, clock):
    address = f"/admin/guide/measure/{make_measure().pk}/change/"
    extra = {"headers": {"origin": origin}} if origin else {}
    refused = browser.post(address, {"summary": TYPED}, **extra)
    assert refused.status_code == 403
    assert "summary" not in form_on(refused)
    clock.advance(minutes=31)
    assert "summary" not in form_on(browser.post(address, {"summary": TYPED}, **extra))


@pytest.mark.parametrize(
    "path", ["password_change/", "staff/user/add/", "second-factor/", "login/"]
)
def test_no_password_is_written_into_a_page(path, browser, clock):
    for _ in range(2):
        sent = {"old_password": "示例-secret", "code": "示例-secret", "password1": "示例-secret"}
        response = browser.post(f"/admin/{path}", sent, **ORIGIN)
        assert "示例-secret" not in response.content.decode()
        clock.advance(minutes=31)
