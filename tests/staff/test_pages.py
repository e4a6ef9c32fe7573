"""The pages of signing in, in a real browser and as a phone, a reader or a printer sees them."""

import re
from base64 import b32decode

import pytest
from django.utils import timezone

from staff.models import AuditEntry
from tests.accessibility import problems_in_looks
from tests.staff.signing_in import (
    CODES,
    ENROL,
    LOGIN,
    PASSWORD,
    RECOVER,
    VERIFY,
    browser_at,
    code_of,
    enrol,
    give_password,
    make_member,
    phone_code,
    secret_on,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock():
    """The real one: the browser has its own time, by which it drops cookies."""
    return timezone


def tag(response, name):
    """The input of that name as it stands in the page."""
    return re.search(rf'<input[^>]*name="{name}"[^>]*>', response.content.decode())[0]


def test_browsers_are_told_what_to_fill_in():
    make_member()
    client = browser_at()
    login = client.get(LOGIN)
    assert 'autocomplete="username"' in tag(login, "username")
    assert 'autocomplete="current-password"' in tag(login, "password")
    give_password(client)
    pages = [client.get(ENROL)]
    enrol(client)
    other = browser_at()
    give_password(other)
    pages.append(other.get(VERIFY))
    for page in pages:
        assert 'autocomplete="one-time-code"' in tag(page, "code")
        assert 'inputmode="numeric"' in tag(page, "code")
    assert 'autocomplete="current-password"' in tag(client.get(ENROL), "password")


def test_the_pages_are_in_chinese_and_kept_by_nobody():
    make_member()
    client = browser_at()
    give_password(client)
    for response, words in (
        (client.get(ENROL), "设置二次验证"),
        (browser_at().get(LOGIN), "工作人员登录"),
    ):
        assert words in response.content.decode()
        assert "no-store" in response.headers["Cache-Control"]


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
class TestInABrowser:
    """Both with and without JavaScript, from the password to the staff area and back."""

    @staticmethod
    def give_password(page):
        page.goto("/admin/guide/measure/")
        page.get_by_label("用户名").fill("zhang")
        page.get_by_label("密码").fill(PASSWORD)
        page.get_by_role("button", name="登录").click()

    @staticmethod
    def enrol(page):
        """From the page that shows the secret to the one with the recovery codes."""
        text = page.locator(".sign-in__secret").inner_text()
        page.get_by_label("6位验证码").fill(code_of(b32decode(text.replace(" ", ""))))
        page.get_by_role("button", name="完成设置").click()
        codes = page.locator(".sign-in__recovery-codes code")
        codes.first.wait_for()
        return codes.all_inner_texts()

    @pytest.fixture(params=[True, False], ids=["script", "no script"])
    def page(self, request, browser, live_server):
        context = browser.new_context(
            base_url=live_server.url, locale="zh-CN", java_script_enabled=request.param
        )
        yield context.new_page()
        context.close()

    def test_a_new_member_sets_up_the_phone_and_comes_back_with_a_recovery_code(self, page):
        make_member()
        self.give_password(page)
        codes = self.enrol(page)
        assert len(codes) == 10
        page.get_by_role("link", name="我已保存,继续").click()
        page.wait_for_url("**/admin/guide/measure/")
        page.get_by_role("link", name="二次验证").click()
        assert "还有 10 个恢复码" in page.locator("#content").inner_text()
        page.goto("/admin/")
        page.get_by_role("button", name="注销").click()
        self.give_password(page)
        page.get_by_label("6位验证码").fill("000000")
        page.get_by_role("button", name="验证并登录").click()
        assert "验证码不正确" in page.locator("#content").inner_text()
        page.get_by_role("link", name=re.compile("用恢复码登录")).click()
        page.get_by_label("恢复码").fill(codes[3])
        page.get_by_role("button", name="登录", exact=True).click()
        page.wait_for_url("**/admin/guide/measure/")
        assert AuditEntry.objects.filter(action="signed_in").count() == 2

    def test_printed_recovery_codes_are_just_that(self, page):
        make_member()
        self.give_password(page)
        self.enrol(page)
        page.emulate_media(media="print")
        assert page.locator(".sign-in__recovery-codes code").first.is_visible()
        assert not page.get_by_role("link", name="我已保存,继续").is_visible()


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_axe_finds_nothing_and_nothing_is_too_wide(context):
    user = make_member()
    page = context.new_page()  # axe sets styles that the security policy stops
    found = {}

    def look(name):
        page.wait_for_load_state()
        page.locator("#content").wait_for()
        if problems := problems_in_looks(page, [(360, "light"), (1280, "dark")]):
            found[name] = problems

    page.goto(LOGIN)
    look("login")
    page.get_by_role("button", name="登录").click()
    TestInABrowser.give_password(page)
    look("enrol")
    page.get_by_label("6位验证码").fill("x")
    page.get_by_role("button", name="完成设置").click()
    look("enrol, refused")
    TestInABrowser.enrol(page)
    look("new recovery codes")
    log, users = "/admin/staff/auditentry/", "/admin/staff/user/"
    entry = AuditEntry.objects.first()
    for address in (
        *(CODES, ENROL, log, f"{log}?q=zhang", f"{log}{entry.pk}/change/"),
        *(users, f"{users}add/", f"{users}{user.pk}/change/"),
    ):
        page.goto(address)
        look(address)
    page.goto("/admin/")
    page.get_by_role("button", name="注销").click()
    TestInABrowser.give_password(page)
    for address in (VERIFY, RECOVER):
        page.goto(address)
        look(address)
    assert not found


def test_the_log_in_of_who_is_in_leads_on(client):
    make_member()
    give_password(client)
    secret = secret_on(client.get(ENROL))
    client.post(ENROL, {"code": code_of(secret)})
    assert client.get(VERIFY).headers["Location"] == "/admin/"
    assert client.get(LOGIN).headers["Location"] == "/admin/"
    assert phone_code() == code_of(secret)
