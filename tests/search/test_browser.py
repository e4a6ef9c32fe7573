"""The search box as readers use it: by keyboard, without scripts, and what it reports."""

import pytest

from search.models import WordCount
from tests.accessibility import violations_on
from tests.factories import publish_measure

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def portal():
    for title in ("公积金贷款", "公积金转移"):
        publish_measure(title=title)


@pytest.mark.usefixtures("portal")
def test_a_suggestion_is_chosen_by_keyboard_and_told_to_screen_readers(page):
    page.set_viewport_size({"width": 360, "height": 780})
    page.goto("/")
    box = page.get_by_role("combobox", name="搜索")
    assert box.get_attribute("aria-expanded") == "false"
    box.press_sequentially("公积")
    options = page.locator(".searchbox__offer")
    options.first.wait_for()
    assert options.all_text_contents() == ["公积金贷款", "公积金转移"]
    assert box.get_attribute("aria-expanded") == "true"
    assert "2条提示" in page.locator("form[data-search] [role=status]").text_content()
    box.press("ArrowDown")
    box.press("ArrowDown")
    assert box.get_attribute("aria-activedescendant") == options.nth(1).get_attribute("id")
    assert options.nth(1).get_attribute("aria-selected") == "true"
    assert violations_on(page) == []
    box.press("Escape")
    assert options.count() == 0 or not options.first.is_visible()
    assert box.input_value() == "公积"
    box.press_sequentially("金")
    options.first.wait_for()
    box.press("ArrowUp")
    box.press("Enter")
    page.wait_for_url("**/search/?q=*")
    assert page.get_by_role("heading", level=1).text_content() == "搜索“公积金转移”"
    page.get_by_role("link", name="公积金转移").first.click()
    page.get_by_role("heading", level=1, name="公积金转移", exact=True).wait_for()


@pytest.mark.usefixtures("portal")
def test_what_was_looked_for_and_followed_is_counted(page):
    with page.expect_response("**/search/count/"):
        page.goto("/search/?q=公积金")
    with page.expect_response("**/search/count/"):
        page.get_by_role("link", name="公积金贷款").first.click()
    with page.expect_response("**/search/count/"):
        page.goto("/search/?q=没有这样的")
    found = WordCount.objects.values_list("text", "searches", "results", "clicks")
    assert sorted(found) == [("公积金", 1, 2, 1), ("没有这样的", 1, 0, 0)]


@pytest.mark.usefixtures("portal")
def test_the_box_works_without_scripts(browser, live_server):
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/guide/")
    page.get_by_label("搜索").fill("公积金")
    page.get_by_role("button", name="搜索").click()
    page.get_by_role("link", name="公积金转移").wait_for()
    context.close()


@pytest.mark.usefixtures("portal")
@pytest.mark.parametrize("query", ["公积金", "没有这样的"])
def test_axe_finds_nothing(page, query):
    page.set_viewport_size({"width": 360, "height": 780})
    page.goto(f"/search/?q={query}")
    assert violations_on(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
