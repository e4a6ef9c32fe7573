"""Comparing, restoring and choosing in a real browser: accessible, on a phone, without script."""

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model

from guide.models import Measure
from tests.accessibility import STAFF_LOOKS, problems_in_looks
from tests.admin.conftest import client_of
from tests.admin.pages import address_of
from tests.factories import (
    make_department,
    make_hotline,
    make_source,
    publish,
    publish_measure,
    withdraw,
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]


def sign_in(context, client):
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    context.add_cookies(
        [{"name": cookie.key, "value": cookie.value, "domain": "localhost", "path": "/admin/"}]
    )
    return context


@pytest.fixture
def signed_in(root, context):
    return sign_in(context, root)


@pytest.fixture
def measure(db):
    """A public measure with two editions and unpublished changes of every sort."""
    measure = publish_measure(
        cities=["qingdao"],
        sources=[make_source()],
        body="### 示例标题\n\n第一句不变。第二句要改。",
        translations={"en": {"title": "Example"}},
    )
    measure.steps.create(channel="online", text="示例步骤", url="https://example.org/" + "a" * 90)
    publish(measure)
    measure.steps.all().delete()
    measure.hotlines.add(make_hotline())
    measure.departments.create(department=make_department(), role="lead")
    measure.body = measure.body.replace("要改", "改好了")
    measure.promised_value, measure.promised_unit = 9, "working_day"
    measure.save()
    return measure


def type_over_a_colleague(page, measure):
    """Open the form, let a colleague save, type and save: the page of choices is shown."""
    page.goto(address_of(measure, "change"))
    stored = Measure.objects.get(pk=measure.pk)
    stored.title, stored.summary = "示例同事的名称", "示例同事的摘要,比较长的一句。"
    stored.save()
    page.get_by_label("名称:", exact=True).fill("示例我的名称")
    page.get_by_label("适用对象:").fill("示例我的对象")
    page.get_by_role("button", name="保存", exact=True).click()
    page.get_by_role("heading", name="同事刚刚保存过").wait_for()


def test_axe_finds_nothing(signed_in, root, measure):
    page = signed_in.new_page()
    colleague = client_of(get_user_model().objects.create_superuser("colleague"))
    colleague.get(address_of(measure, "change"))
    gone = withdraw(publish_measure())
    addresses = [
        *(address_of(measure, name) for name in ("compare", "versions", "restore/1", "change")),
        *(address_of(gone, name) for name in ("compare", "versions")),
    ]
    for address in addresses:
        page.goto(address)
        assert not problems_in_looks(page, STAFF_LOOKS), address
    type_over_a_colleague(page, measure)
    assert not problems_in_looks(page, STAFF_LOOKS)


@pytest.mark.parametrize("is_script_on", [True, False])
def test_a_conflict_is_settled_with_and_without_script(
    browser, live_server, root, measure, is_script_on
):
    context = browser.new_context(
        base_url=live_server.url, locale="zh-CN", java_script_enabled=is_script_on
    )
    page = sign_in(context, root).new_page()
    type_over_a_colleague(page, measure)
    title = page.get_by_role("group", name="名称")
    assert title.get_by_label("您填写的").is_checked()
    assert page.get_by_role("group", name="摘要").get_by_label("同事已保存的").is_checked()
    title.get_by_label("同事已保存的").check()
    page.get_by_role("button", name="按所选的保存").click()
    page.get_by_text("成功修改了").wait_for()
    stored = Measure.objects.get(pk=measure.pk)
    assert (stored.title, stored.audience) == ("示例同事的名称", "示例我的对象")
    assert stored.summary == "示例同事的摘要,比较长的一句。"
    assert stored.body.endswith("改好了。")
    context.close()


def test_going_back_does_not_undo_what_a_colleague_saved_meanwhile(signed_in, measure):
    """The browser types the old words again, but only into the form of the same state."""
    page = signed_in.new_page()
    typed = page.get_by_label("适用对象:")

    def go_away_and_back():
        page.goto("/admin/")
        page.get_by_role("heading", level=1).wait_for()
        page.go_back()
        typed.wait_for()
        page.wait_for_load_state()

    page.goto(address_of(measure, "change"))
    typed.fill("示例我的对象")
    go_away_and_back()
    assert typed.input_value() == "示例我的对象"
    stored = Measure.objects.get(pk=measure.pk)
    stored.audience = "示例同事的对象"
    stored.save()
    go_away_and_back()
    assert typed.input_value() == "示例同事的对象"


def test_an_open_page_learns_who_came_later_and_is_silent_when_nobody_types(
    signed_in, page, root, measure
):
    page.clock.install()
    page.goto(address_of(measure, "change"))
    assert not page.get_by_role("status").is_visible()
    colleague = get_user_model().objects.create_superuser("colleague")
    client_of(colleague).get(address_of(measure, "change"))
    page.get_by_label("适用对象:").fill("示例")
    page.clock.fast_forward(61_000)
    page.get_by_text("另一位同事正在编辑:colleague。").wait_for()
    sent = []
    page.on("request", lambda request: sent.append(request.url))
    page.clock.fast_forward(600_000)
    page.clock.fast_forward(61_000)
    assert not [url for url in sent if "presence" in url]


def test_two_versions_are_chosen_and_compared(signed_in, page, root, measure):
    page.goto(address_of(measure, "versions"))
    page.get_by_label("以第1版为原来").check()
    page.get_by_label("以第2版为现在").check()
    page.get_by_role("button", name="比较所选的两版").click()
    page.get_by_text("示例步骤").first.wait_for()
    assert sorted(page.url.partition("?")[2].split("&")) == ["from=1", "to=2"]
