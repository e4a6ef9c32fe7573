"""Lock-out: guessing ends soon, and nobody can lock a colleague out or learn who has an account."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import RequestFactory
from django_otp.plugins.otp_static.models import StaticDevice

from qingdao_portal.client import client_address
from staff import lockout
from tests.admin.pages import form_on
from tests.staff.signing_in import (
    ELSEWHERE,
    HERE,
    LOGIN,
    PASSWORD,
    RECOVER,
    VERIFY,
    browser_at,
    enrol,
    give_password,
    is_in,
    make_member,
    phone_code,
    signed_in,
    wrong_code,
)

pytestmark = pytest.mark.django_db

LIMIT = lockout.FAILURES_PER_ADDRESS


def fail(times, name="zhang", address=HERE):
    for _ in range(times):
        give_password(browser_at(address), name, "wrong")


def is_admitted(address=HERE, name="zhang"):
    """Whether the right password is taken."""
    return give_password(browser_at(address), name).status_code == 302


def text_of(response):
    return response.content.decode().replace(form_on(response)["csrfmiddlewaretoken"][0], "")


def test_ten_failures_lock_the_name_at_the_address():
    make_member()
    fail(LIMIT - 1)
    assert is_admitted()
    fail(1)
    assert not is_admitted()


def test_from_another_address_the_same_name_gets_in():
    make_member()
    fail(LIMIT)
    assert is_admitted(ELSEWHERE)


def test_at_the_same_address_another_name_gets_in():
    make_member()
    make_member("li")
    fail(LIMIT)
    assert is_admitted(name="li")


def test_it_ends_after_half_an_hour_however_often_it_is_tried_meanwhile(clock):
    make_member()
    fail(LIMIT)
    clock.advance(minutes=20)
    fail(5)
    clock.advance(minutes=9)
    assert not is_admitted()
    clock.advance(minutes=1)
    assert is_admitted()


def test_old_failures_do_not_count(clock):
    make_member()
    fail(LIMIT - 1)
    clock.advance(minutes=30)
    fail(LIMIT - 1)
    assert is_admitted()


def test_failures_of_a_clock_that_was_ahead_lock_nobody_out(clock):
    make_member()
    clock.advance(days=1)
    fail(LIMIT)
    assert not is_admitted()
    clock.advance(days=-1)
    assert is_admitted()


@pytest.mark.parametrize("differs", [timedelta(hours=-1), timedelta(hours=1)])
def test_a_machine_with_another_clock_counts_what_the_others_have_counted(clock, differs):
    make_member()
    fail(LIMIT)
    clock.now += differs
    assert not is_admitted()
    clock.now -= differs
    assert not is_admitted()


def test_a_complete_sign_in_forgets_the_failures(clock):
    make_member()
    signed_in()
    fail(LIMIT - 1)
    signed_in(clock=clock)
    fail(LIMIT - 1)
    assert is_admitted()


def test_the_pages_are_the_same_whether_or_not_the_name_exists():
    make_member()
    make_member("former", is_active=False)
    get_user_model().objects.create_user("visitor", password=PASSWORD)
    for attempt in range(LIMIT + 2):
        answers = set()
        for name, password in [
            ("zhang", "wrong"),
            ("nobody", "wrong"),
            ("former", PASSWORD),
            ("visitor", PASSWORD),
        ]:
            response = give_password(browser_at(), name, password)
            answers.add((response.status_code, text_of(response).replace(name, "…")))
        assert len(answers) == 1, attempt
    assert "暂停登录30分钟" in answers.pop()[1]


def test_a_name_that_does_not_exist_costs_a_hash_too(monkeypatch):
    """Or the time would tell. Counted rather than measured."""
    hashed = []
    make_member()
    hash_password = get_user_model().set_password
    monkeypatch.setattr(
        get_user_model(),
        "set_password",
        lambda self, raw: (hashed.append(raw), hash_password(self, raw)),
    )
    give_password(browser_at(), "nobody", "wrong")
    assert hashed == ["wrong"]


def test_wrong_codes_lock_too_although_the_password_is_right():
    make_member()
    signed_in()
    for _ in range(LIMIT):
        client = browser_at()
        give_password(client)
        response = client.post(VERIFY, {"code": wrong_code()})
    assert "验证码不正确" in response.content.decode()
    assert "暂停登录" in client.post(VERIFY, {"code": wrong_code()}).content.decode()
    assert not is_admitted()


def test_a_locked_session_does_not_take_the_right_code_either(clock):
    make_member()
    signed_in()
    clock.advance(seconds=30)
    client = browser_at()
    give_password(client)
    for _ in range(LIMIT):
        client.post(VERIFY, {"code": wrong_code()})
    client.post(VERIFY, {"code": phone_code()})
    assert not is_in(client)


def test_wrong_recovery_codes_lock_too():
    make_member()
    client = browser_at()
    give_password(client)
    codes = enrol(client)
    other = browser_at()
    give_password(other)
    for _ in range(LIMIT):
        other.post(RECOVER, {"code": "aaaa-aaaa-aaaa-aaaa"})
    other.post(RECOVER, {"code": codes[0]})
    assert not is_in(other)
    assert StaticDevice.objects.get().token_set.count() == 10


def test_codes_cannot_be_guessed_from_many_addresses(clock):
    make_member()
    recovery_code = enrol_and_leave()
    for n in range(lockout.WRONG_CODES_PER_ACCOUNT):
        client = browser_at(f"198.51.100.{n + 1}")
        give_password(client)
        client.post(VERIFY, {"code": wrong_code()})
    clock.advance(seconds=30)
    client = browser_at("203.0.113.1")
    give_password(client)
    client.post(VERIFY, {"code": phone_code()})
    assert not is_in(client)
    client.post(RECOVER, {"code": recovery_code})  # which nobody guesses: the owner gets in
    assert is_in(client)


def enrol_and_leave():
    client = browser_at()
    give_password(client)
    return enrol(client)[0]


def test_a_forwarded_address_counts_only_behind_a_trusted_proxy(settings):
    request = RequestFactory().get(
        "/", REMOTE_ADDR=HERE, headers={"X-Forwarded-For": f"203.0.113.9, {ELSEWHERE}"}
    )
    assert client_address(request) == HERE
    settings.TRUST_PROXY = True
    assert client_address(request) == ELSEWHERE


@pytest.mark.parametrize("text", ["", "unknown", "1.2.3.4:80", "\x00", "999.1.1.1"])
def test_an_address_that_is_none_is_none(settings, text):
    settings.TRUST_PROXY = True
    request = RequestFactory().get("/", REMOTE_ADDR="", HTTP_X_FORWARDED_FOR=text)
    assert client_address(request) is None
    assert lockout.attempts_of("zhang", request).limit == LIMIT


def test_addresses_are_written_in_one_way():
    for text, address in [
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:DB8::1", "2001:db8::1"),
        ("fe80::1%eth0", "fe80::1"),
    ]:
        assert client_address(RequestFactory().get("/", REMOTE_ADDR=text)) == address


def test_a_subscriber_with_many_ipv6_addresses_is_one():
    make_member()
    for n in range(LIMIT):
        fail(1, address=f"2001:db8::{n + 1:x}")
    assert not is_admitted("2001:db8::ffff")
    assert is_admitted("2001:db8:0:1::1")


@pytest.mark.parametrize(
    "name", ["%00", "a%00b", "%05", "%0A", "%ED%A0%80", "%FF", "名" * 200, "a" * 100_000]
)
def test_no_name_makes_the_page_fail(name):
    form = "application/x-www-form-urlencoded"
    for data in (f"username={name}&password=x", f"username=zhang&password={name}"):
        assert browser_at().post(LOGIN, data, content_type=form).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_many_attempts_at_a_time_are_no_more_than_the_limit():
    request = RequestFactory().get("/", REMOTE_ADDR=HERE)
    counter = lockout.attempts_of("zhang", request)

    def attempt(_n):
        try:
            return lockout.admit(counter)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        admitted = list(pool.map(attempt, range(40)))
    assert admitted.count(True) == LIMIT
