"""The second factor: nobody is in without it, and it can be lost, replaced and reset."""

import pytest
from django.contrib import admin
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from publishing.models import Edition
from staff.models import AuditEntry
from staff.roles import ADMINISTRATOR, CITY_EDITOR
from tests.admin.pages import address_of, form_on, messages_on
from tests.factories import make_measure, publish_measure
from tests.staff.signing_in import (
    CODES,
    ENROL,
    LOGIN,
    PASSWORD,
    RECOVER,
    VERIFY,
    browser_at,
    code_of,
    codes_on,
    enrol,
    give_password,
    is_in,
    make_member,
    phone_code,
    secret_on,
    signed_in,
    wrong_code,
)

pytestmark = pytest.mark.django_db

USERS = "/admin/staff/user/"


def staff_pages():
    """One address of every kind of page of the staff area."""
    measure = publish_measure()
    rows = [address_of(model) for model in admin.site._registry]
    pages = ["change", "history", "delete", "publish", "preview", "versions"]
    return [
        *("/admin/", "/admin/guide/", "/admin/password_change/", "/admin/jsi18n/"),
        *("/admin/autocomplete/", "/admin/no-such-page/", CODES),
        *rows,
        *(f"{row}add/" for row in rows),
        *(address_of(measure, page) for page in pages),
    ]


def test_without_a_device_every_page_leads_to_setting_one_up():
    client, pages = browser_at(), staff_pages()
    make_member()
    give_password(client)
    for page in pages:
        response = client.get(page)
        assert response.status_code == 302, page
        assert response.headers["Location"].startswith(ENROL), page


def test_with_a_device_every_page_leads_to_the_code_until_it_is_given():
    make_member()
    signed_in()
    client, pages = browser_at(), staff_pages()
    give_password(client)
    for page in [*pages, ENROL]:
        response = client.get(page, follow=True)
        assert response.redirect_chain[-1][0].startswith(VERIFY), page


def test_without_the_code_nothing_can_be_posted(clock):
    make_member()
    signed_in()
    measure, client = make_measure(), browser_at()
    give_password(client)
    client.post(address_of(measure, "publish"), {"note": "示例"})
    assert not Edition.objects.exists()
    assert client.post(CODES).headers["Location"].startswith(VERIFY)
    client.post(VERIFY, {"code": wrong_code()})
    client.post(address_of(measure, "publish"), {"note": "示例"})
    assert not Edition.objects.exists()


def test_the_public_side_knows_nothing_of_it():
    make_member()
    client = browser_at()
    give_password(client)
    for page in ("/", "/guide/", "/api/v1/", "/healthz"):
        response = client.get(page)
        assert response.status_code == 200, page
        assert not response.cookies, page


def test_in_development_a_member_without_a_device_is_let_in(settings):
    settings.REQUIRE_SECOND_FACTOR = False
    make_member()
    client = browser_at()
    give_password(client)
    assert is_in(client)
    assert len(enrol(client)) == 10  # whoever wants to may
    other = browser_at()
    give_password(other)
    assert not is_in(other)


def test_setting_up_shows_a_code_to_scan_and_the_same_as_text():
    make_member()
    client = browser_at()
    give_password(client)
    page = client.get(ENROL).content.decode()
    assert "<svg" in page
    assert "<img" not in page
    assert secret_on(client.get(ENROL)) == secret_on(client.get(ENROL))


def test_a_wrong_code_sets_nothing_up():
    make_member()
    client = browser_at()
    give_password(client)
    secret = secret_on(client.get(ENROL))
    wrong = f"{(int(code_of(secret)) + 1) % 1_000_000:06}"
    assert "验证码不正确" in client.post(ENROL, {"code": wrong}).content.decode()
    assert not TOTPDevice.objects.exists()
    assert not is_in(client)


def test_a_secret_shown_to_somebody_else_is_never_the_users(clock):
    """A thief of the password who begins to set a phone up must not share the owner's secret."""
    make_member()
    thief, owner = browser_at("198.51.100.7"), browser_at()
    give_password(thief)
    stolen = secret_on(thief.get(ENROL))
    give_password(owner)
    enrol(owner)
    assert stolen != TOTPDevice.objects.get().bin_key
    thief.post(ENROL, {"code": code_of(stolen)})
    assert TOTPDevice.objects.count() == 1
    assert not is_in(thief)


@pytest.mark.parametrize("write", [str, lambda code: f" {code[:3]} {code[3:]} "])
def test_the_code_lets_in_however_it_is_grouped(clock, write):
    make_member()
    signed_in()
    clock.advance(seconds=30)
    client = browser_at()
    give_password(client)
    client.post(VERIFY, {"code": write(phone_code())})
    assert is_in(client)


def test_full_width_digits_are_digits(clock):
    make_member()
    signed_in()
    clock.advance(seconds=30)
    client = browser_at()
    give_password(client)
    wide = phone_code().translate({ord(str(n)): chr(0xFF10 + n) for n in range(10)})
    client.post(VERIFY, {"code": wide})
    assert is_in(client)


@pytest.mark.parametrize("text", ["", "12345", "1234567", "abcdef", "²²²²²²", "\x00", "1" * 5000])
def test_what_is_no_code_is_refused_and_not_counted(text):
    make_member()
    signed_in()
    client = browser_at()
    give_password(client)
    for page in (VERIFY, RECOVER):
        assert client.post(page, {"code": text}).status_code == 200
    assert not is_in(client)


def test_a_code_works_once(clock):
    make_member()
    signed_in()
    clock.advance(seconds=30)
    code = phone_code()
    for expected in (True, False):
        client = browser_at()
        give_password(client)
        client.post(VERIFY, {"code": code})
        assert is_in(client) is expected


def test_the_code_of_the_enrolment_does_not_work_again():
    make_member()
    signed_in()
    client = browser_at()
    give_password(client)
    client.post(VERIFY, {"code": phone_code()})
    assert not is_in(client)


def test_a_recovery_code_works_once():
    make_member()
    client = browser_at()
    give_password(client)
    codes = enrol(client)
    assert len(set(codes)) == 10
    for expected in (True, False):
        other = browser_at()
        give_password(other)
        other.post(RECOVER, {"code": codes[0].upper().replace("-", " ")})
        assert is_in(other) is expected
    assert StaticToken.objects.count() == 9


def test_recovery_codes_are_shown_once_and_not_stored_in_clear():
    make_member()
    client = browser_at()
    give_password(client)
    codes = enrol(client)
    assert not codes_on(client.get(CODES))
    assert "还有 10 个" in client.get(CODES).content.decode()
    plain = set(codes) | {code.replace("-", "")[:16] for code in codes}
    assert not plain & set(StaticToken.objects.values_list("token", flat=True))


def test_new_recovery_codes_replace_the_old_ones(clock):
    make_member()
    client = browser_at()
    give_password(client)
    old = enrol(client)
    new = codes_on(client.post(CODES))
    for code, expected in ((old[0], False), (new[0], True)):
        other = browser_at()
        give_password(other)
        other.post(RECOVER, {"code": code})
        assert is_in(other) is expected
    last = codes_on(other.post(CODES))  # who came in by an old code stays in
    assert len(last) == 10
    assert is_in(other)


def test_another_phone_needs_the_password_and_ends_the_first(clock):
    make_member()
    client = signed_in()
    elsewhere = signed_in(clock=clock)
    old = TOTPDevice.objects.get().bin_key
    secret = secret_on(client.get(ENROL))
    assert (
        "密码不正确"
        in client.post(ENROL, {"code": code_of(secret), "password": "wrong"}).content.decode()
    )
    assert TOTPDevice.objects.get().bin_key == old
    assert "id_password" in client.post(ENROL, {"code": code_of(secret)}).content.decode()
    assert TOTPDevice.objects.get().bin_key == old
    codes = codes_on(client.post(ENROL, {"code": code_of(secret), "password": PASSWORD}))
    assert len(codes) == 10
    assert TOTPDevice.objects.get().bin_key == secret
    assert is_in(client)
    assert not is_in(elsewhere)


def test_the_page_asked_for_opens_after_the_code_but_no_other_site(clock):
    make_member()
    signed_in()
    for wanted, expected in [
        ("/admin/guide/measure/?q=%E7%A4%BA", "/admin/guide/measure/?q=%E7%A4%BA"),
        ("https://example.org/", "/admin/"),
        ("//example.org/", "/admin/"),
    ]:
        clock.advance(seconds=30)
        client = browser_at()
        client.post(LOGIN, {"username": "zhang", "password": PASSWORD, "next": wanted})
        code = {"code": phone_code(), "next": wanted}
        assert client.post(VERIFY, code).headers["Location"] == expected


def test_the_way_from_a_page_to_the_code_keeps_the_page(clock):
    make_member()
    signed_in()
    clock.advance(seconds=30)
    client = browser_at()
    give_password(client)
    step = client.get("/admin/guide/measure/?q=a&o=1")
    page = client.get(step.headers["Location"])
    data = form_on(page) | {"code": phone_code()}
    assert client.post(VERIFY, data).headers["Location"] == "/admin/guide/measure/?q=a&o=1"


def test_devices_are_no_rows_of_the_admin():
    make_member()
    client = signed_in()
    for page in ("otp_totp/totpdevice/", "otp_static/staticdevice/"):
        assert client.get(f"/admin/{page}").status_code == 404


class TestReset:
    """An administrator takes away the factor of somebody who lost the phone."""

    @staticmethod
    def reset(client, user):
        data = {"action": "reset_second_factor", "_selected_action": [user.pk]}
        return messages_on(client.post(USERS, data, follow=True))

    def test_it_signs_the_user_out_and_asks_to_set_up_again(self):
        make_member("root")
        user = make_member("li", CITY_EDITOR)
        root, client = signed_in("root"), signed_in("li")
        assert "已重置" in self.reset(root, user)[0]
        assert client.get("/admin/").headers["Location"].startswith(LOGIN)
        give_password(client, "li")
        assert client.get("/admin/").headers["Location"].startswith(ENROL)
        entry = AuditEntry.objects.get(action="factor_reset")
        assert (entry.actor_name, entry.object_title) == ("root", "li")

    def test_nobody_resets_their_own(self):
        root = make_member("root")
        client = signed_in("root")
        assert "不能重置" in self.reset(client, root)[0]
        assert is_in(client)

    def test_nobody_resets_the_factor_of_somebody_with_more_rights(self):
        root = make_member("root")
        make_member("wang", ADMINISTRATOR)
        signed_in("root")
        client = signed_in("wang")
        assert "不能重置" in self.reset(client, root)[0]
        assert TOTPDevice.objects.filter(user=root).exists()

    def test_administrators_reset_each_others(self):
        make_member("wang", ADMINISTRATOR)
        user = make_member("zhao", ADMINISTRATOR)
        signed_in("zhao")
        assert "已重置" in self.reset(signed_in("wang"), user)[0]
        assert not TOTPDevice.objects.filter(user=user).exists()

    def test_editors_do_not_reset_at_all(self):
        make_member("li", CITY_EDITOR)
        user = make_member("sun", CITY_EDITOR)
        signed_in("sun")
        data = {"action": "reset_second_factor", "_selected_action": [user.pk]}
        assert signed_in("li").post(USERS, data).status_code == 403
        assert TOTPDevice.objects.filter(user=user).exists()
