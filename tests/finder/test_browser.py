"""A resident on a phone without JavaScript finds an entry, goes back and changes an answer."""

import pytest
from django.core.management import call_command

from tests.accessibility import problems_on

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]

PHONE = {"width": 360, "height": 780}
RESULT = "/guide/finder/?live=yantai&go=qingdao&who=worker&need=housing"


def choose(page, label):
    page.get_by_label(label, exact=False).first.check()
    page.get_by_role("button", name="下一步").click()


def test_the_finder_works_by_plain_forms_and_the_back_button(browser, live_server):
    call_command("load_fixtures", verbosity=0)
    context = browser.new_context(
        base_url=live_server.url, viewport=PHONE, java_script_enabled=False, locale="zh-CN"
    )
    page = context.new_page()
    page.goto("/")
    page.get_by_role("link", name="帮我找").first.click()
    for label in ("烟台", "青岛", "有单位的职工", "公积金、买房"):
        choose(page, label)
    assert page.url.endswith(RESULT)
    assert page.get_by_role("heading", name="适用(3条)", exact=True).is_visible()
    page.go_back()
    assert page.get_by_role("heading", name="您要办什么事").is_visible()
    choose(page, "找工作、换工作")
    page.get_by_role("link", name="您要去哪个市办事").click()
    choose(page, "威海")
    assert "go=weihai" in page.url
    assert "need=job" in page.url
    assert context.cookies() == []
    context.close()
    axe = browser.new_context(base_url=live_server.url, viewport=PHONE, locale="zh-CN")
    page = axe.new_page()
    found = {}
    for address in ("/guide/finder/?live=yantai&go=qingdao", RESULT):
        page.goto(address)
        found[address] = problems_on(page)
    axe.close()
    assert not any(found.values()), found
