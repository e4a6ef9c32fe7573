"""Sessions: a new key at each step up, an end in time, and no way back to one that has ended."""

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.admin.pages import messages_on
from tests.staff.signing_in import (
    LOGIN,
    PASSWORD,
    VERIFY,
    browser_at,
    enrol,
    give_password,
    is_in,
    make_member,
    phone_code,
    signed_in,
)

pytestmark = pytest.mark.django_db

NEW_PASSWORD = "示例-battery-staple"


def key_of(client):
    return client.cookies["sessionid"].value


def change_password(client):
    data = {
        "old_password": PASSWORD,
        "new_password1": NEW_PASSWORD,
        "new_password2": NEW_PASSWORD,
    }
    assert client.post("/admin/password_change/", data).status_code == 302


def test_password_and_code_each_give_a_new_key(clock):
    make_member()
    signed_in()
    client = browser_at()
    give_password(client)
    first = key_of(client)
    clock.advance(seconds=30)
    client.post(VERIFY, {"code": phone_code()})
    second = key_of(client)
    give_password(client)
    assert len({first, second, key_of(client)}) == 3
    assert not Session.objects.filter(session_key__in=[first, second]).exists()


def test_enrolling_gives_a_new_key():
    make_member()
    client = browser_at()
    give_password(client)
    first = key_of(client)
    enrol(client)
    assert key_of(client) != first


def test_a_key_that_was_planted_is_not_taken_over():
    make_member()
    client = browser_at()
    client.cookies["sessionid"] = "planted0planted0planted0planted0"
    give_password(client)
    assert key_of(client) != "planted0planted0planted0planted0"


def test_giving_the_password_again_asks_for_the_code_again():
    make_member()
    client = signed_in()
    give_password(client)
    assert not is_in(client)


def test_a_session_that_signed_out_is_of_no_use_to_who_copied_it():
    make_member()
    client, copy = signed_in(), browser_at()
    copy.cookies["sessionid"] = key_of(client)
    assert is_in(copy)
    client.post("/admin/logout/")
    assert not is_in(copy)


def test_half_an_hour_without_a_request_ends_it(clock):
    make_member()
    client = signed_in()
    clock.advance(minutes=29)
    assert is_in(client)
    clock.advance(minutes=30)
    response = client.get("/admin/guide/measure/")
    assert response.headers["Location"].startswith(LOGIN)
    assert "登录已过期" in messages_on(client.get(response.headers["Location"]))[0]
    assert not Session.objects.exists()


def test_twelve_hours_end_it_however_busy(clock):
    make_member()
    client = signed_in()
    for _ in range(12 * 3 - 1):
        clock.advance(minutes=20)
        assert is_in(client)
    clock.advance(minutes=20)
    assert not is_in(client)


def test_the_cookie_and_the_row_end_after_twelve_hours_too(clock):
    make_member()
    client = signed_in()
    started = clock.now
    clock.advance(minutes=20)
    client.get("/admin/")
    session = Session.objects.get(session_key=key_of(client))
    assert (session.expire_date - started).total_seconds() == 12 * 3600
    assert client.cookies["sessionid"]["max-age"] == (12 * 60 - 20) * 60


def test_a_session_of_unknown_age_has_ended():
    make_member()
    client = signed_in()
    session = client.session
    del session["signed_in_at"]
    session.save()
    assert not is_in(client)


def test_an_unverified_session_ends_as_well(clock):
    make_member()
    client = browser_at()
    give_password(client)
    clock.advance(minutes=30)
    assert client.get("/admin/").headers["Location"].startswith(LOGIN)


def test_requests_within_a_minute_write_nothing(clock):
    make_member()
    client = signed_in()
    clock.advance(seconds=59)
    assert not writes_of(client)
    clock.advance(seconds=1)
    assert len(writes_of(client)) == 1


def writes_of(client):
    with CaptureQueriesContext(connection) as captured:
        assert is_in(client)
    statements = [query["sql"] for query in captured]
    return [sql for sql in statements if sql.startswith(("UPDATE", "INSERT", "DELETE"))]


def test_a_new_password_ends_all_sessions_but_this_one(clock):
    make_member()
    client = signed_in()
    elsewhere = signed_in(clock=clock)
    change_password(client)
    assert is_in(client)
    assert not is_in(elsewhere)


def test_a_password_set_by_an_administrator_ends_the_sessions():
    make_member("root")
    user = make_member()
    client = signed_in()
    data = {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD, "usable_password": "true"}
    signed_in("root").post(f"/admin/staff/user/{user.pk}/password/", data)
    assert not is_in(client)


@pytest.mark.parametrize("field", ["is_active", "is_staff"])
def test_who_is_no_longer_staff_is_out_at_once(field):
    user = make_member()
    client = signed_in()
    type(user).objects.filter(pk=user.pk).update(**{field: False})
    assert not is_in(client)
