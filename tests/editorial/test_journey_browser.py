"""One entry, from draft to withdrawn, by two members of staff of different cities."""

import pytest
from django.conf import settings
from django.test import Client

from guide.models import Measure
from publishing.models import Edition
from staff.roles import CITY_EDITOR, REVIEWER
from tests.admin.pages import address_of
from tests.editorial.cast import make_staff
from tests.factories import make_measure

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]

PUBLIC = "/guide/measures/example/"


@pytest.fixture
def page_of(browser, live_server):
    """`page_of(user)` is a page in a profile of its own, signed in as the user."""
    contexts = []

    def open_page(user):
        client = Client()
        client.force_login(user)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        context = browser.new_context(base_url=live_server.url, locale="zh-CN")
        context.add_cookies(
            [{"name": cookie.key, "value": cookie.value, "domain": "localhost", "path": "/admin/"}]
        )
        contexts.append(context)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()


def act(page, measure, title, **words):
    """Follow the button of the entry's page, fill in the words and confirm."""
    page.goto(address_of(measure, "change"))
    page.get_by_role("link", name=f"{title}…", exact=True).click()
    for label, text in words.items():
        page.get_by_label(label).fill(text)
    page.get_by_role("button", name=title).click()
    page.wait_for_url(f"**{address_of(measure, 'change')}")


def edit_provision(page, measure, reason):
    provision = measure.provisions.get(city__slug="qingdao")
    page.goto(address_of(provision, "change"))
    page.get_by_label("说明", exact=False).first.fill(reason)
    page.get_by_role("button", name="保存", exact=True).click()
    page.wait_for_url("**/admin/guide/provision/")


def newest(measure):
    return Edition.objects.newest().get(entry_id=measure.pk)


def test_from_draft_to_published_to_corrected_to_withdrawn(page_of, page):
    measure = make_measure(slug="example", title="示例举措")
    editor = page_of(make_staff("示例青岛", CITY_EDITOR, cities=["qingdao"]))
    other = page_of(make_staff("示例烟台", CITY_EDITOR, REVIEWER, cities=["yantai"]))

    edit_provision(editor, measure, "示例:青岛的说明")
    act(editor, measure, "送审")
    assert page.goto(PUBLIC).status == 404
    act(other, measure, "通过")
    act(other, measure, "发布")
    page.goto(PUBLIC)
    assert "示例:青岛的说明" in page.locator("main").inner_text()

    edit_provision(editor, measure, "示例:更正后的说明")
    act(editor, measure, "送审")
    page.goto(PUBLIC)
    assert "更正后" not in page.locator("main").inner_text()
    act(other, measure, "通过")
    act(other, measure, "发布", 修改说明="示例:更正青岛的说明")
    page.goto(f"{PUBLIC}history/")
    assert "示例:更正青岛的说明" in page.locator("main").inner_text()

    act(other, measure, "撤回", 撤回原因="示例:已经失效")
    answer = page.goto(PUBLIC)
    assert answer.status == 410
    assert "示例:已经失效" in page.locator("main").inner_text()
    assert newest(measure).number == 3


def test_neither_has_the_other_city_to_edit_nor_the_editor_a_button_to_publish(page_of):
    measure = make_measure(slug="example")
    editor = page_of(make_staff("示例青岛", CITY_EDITOR, cities=["qingdao"]))
    other = page_of(make_staff("示例烟台", CITY_EDITOR, REVIEWER, cities=["yantai"]))
    other.goto(address_of(measure.provisions.get(city__slug="qingdao"), "change"))
    assert not other.get_by_role("button", name="保存", exact=True).is_visible()
    editor.goto(address_of(measure, "change"))
    for title in ("通过", "发布", "撤回"):
        assert not editor.get_by_role("link", name=f"{title}…", exact=True).count()
    Measure.objects.update(workflow_state="submitted")
    assert editor.goto(address_of(measure, "approve")).status == 403
