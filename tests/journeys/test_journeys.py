"""What residents come for, from the first page to the answer.

Each journey is walked by keyboard alone without JavaScript on a phone, and in 适老版 with the pages
kept for reading without a network.
"""

import re
from datetime import timedelta

import pytest

from tests.journeys.walking import Finger, Keyboard
from tests.passing_on.test_offline_browser import TAKEN_OVER

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db,  # pytest-django makes databases only for who asks
    pytest.mark.usefixtures("real_portal"),
]

PHONE = {"width": 360, "height": 740}
MEASURE = "/guide/measures/medical-years/"


def find_a_measure_and_read_it_for_two_cities(reader):
    """By search; then the date on which it is done, and the leaflet."""
    page = reader.page
    reader.write("搜索:用您自己的话说", "医保缴费年限")
    reader.submit(r"/search/\?")
    reader.follow("职工医保缴费年限五市互认", MEASURE)
    reader.choose("^从", "烟台")
    reader.choose("^到", "青岛")
    reader.follow("按这两个市看", "from=yantai&to=qingdao")
    assert "烟台、青岛都有公开依据" in page.locator("main").inner_text()
    reader.write("受理的日期", "04292030")  # the browser's own language is English
    reader.follow("^算$", "from=yantai&to=qingdao.*start=2030-04-29")
    assert "2030年5月10日" in page.locator("main").inner_text()
    page.emulate_media(media="print")
    assert page.locator("img[alt*=二维码], svg[aria-label*=二维码]").first.is_visible()
    assert not page.get_by_role("link", name="适老版").or_(page.get_by_role("search")).is_visible()
    page.emulate_media(media="screen")


def tick_what_to_bring(reader):
    reader.follow("证照办理", "/guide/domains/documents/")
    reader.follow("婚姻登记全国通办", "/guide/measures/marriage/")
    reader.tick("本人居民身份证")
    assert reader.page.get_by_label("本人居民身份证").is_checked()


def be_led_by_questions(reader):
    reader.follow("^帮我找", "/guide/finder/")
    for answer, said in (
        *(("烟台", "live=yantai"), ("青岛", "go=qingdao"), ("有单位的职工", "who=worker")),
        ("公积金、买房", "need=housing"),
    ):
        reader.answer(f"^{answer}")
        reader.follow("下一步", said)
    assert "适用(3条)" in reader.page.locator("main").inner_text()


def compare_the_cities(reader):
    reader.follow("^指南$", "/guide/")
    reader.follow("五市对照", "/guide/compare/")
    reader.tick("只看差异")
    reader.follow("按条件看", "differences=1")
    reader.follow("看差异.*青岛文旅卡", "/guide/compare/qingdao-culture-card/.*differences=1")
    assert "五市不同" in reader.page.locator("main").inner_text()


def see_how_a_project_goes(reader):
    reader.follow("十大实事", "/projects/")
    reader.follow("^2024年度", "/projects/2024/")
    reader.follow("潍烟高铁建成通车", "/projects/2024/weifang-yantai-railway/")
    assert reader.page.get_by_role("heading", name="依据和出处").is_visible()


def follow_a_line_of_the_schematic(reader):
    reader.follow("合作区", "/cooperation/")
    reader.follow("海阳—乳山新能源", "/cooperation/haiyang-rushan/")
    reader.page.go_back()
    reader.follow("^青岛都市圈发展规划", "/about/.*#metropolitan-area-plan")
    assert reader.page.locator("#metropolitan-area-plan").is_visible()


def report_a_mistake_and_look_for_the_answer(reader):
    page = reader.page
    reader.follow("医疗救助", "/guide/domains/medical/")
    reader.follow("我要纠错", "/feedback/")
    reader.write("您想说什么", "示例:这里有一个错字。")
    reader.tick("我同意")
    reader.follow("^提交$", "/feedback/state/.")
    number = re.search(r"[A-Z0-9]{5}-[A-Z0-9]{5}-[A-Z0-9]{5}", page.locator("main").inner_text())
    page.goto("/feedback/state/")
    reader.write("^编号", number[0])
    reader.follow("看答复", "/feedback/state/.")
    assert "示例:这里有一个错字。" in page.locator("main").inner_text()


def change_language_city_and_view(reader):
    page = reader.page
    reader.follow("^烟台$", "/cities/yantai/")
    reader.follow("English", "/en/cities/yantai/")
    reader.follow("简体中文", "/cities/yantai/")
    view = page.get_by_role("link", name=re.compile("适老版|标准版")).first.inner_text()
    was_elder = "标准版" in view
    reader.follow("^(适老版|标准版)", r"/cities/yantai/($|\?view=elder)")
    page.get_by_role("link", name="适老版" if was_elder else "标准版").first.wait_for()


def take_along_what_changes(reader):
    page = reader.page
    reader.follow("十大实事", "/projects/")
    reader.follow("^2024年度", "/projects/2024/")
    with page.expect_download() as download:
        if isinstance(reader, Keyboard):
            reader.to("ICS")
            page.keyboard.press("Enter")
        else:
            page.get_by_role("link", name="ICS").click()
    assert download.value.suggested_filename.endswith(".ics")
    feed = page.get_by_role("link", name="订阅更新").first.get_attribute("href")
    assert "<feed" in page.request.get(feed).text()


JOURNEYS = [
    find_a_measure_and_read_it_for_two_cities,
    tick_what_to_bring,
    be_led_by_questions,
    compare_the_cities,
    see_how_a_project_goes,
    follow_a_line_of_the_schematic,
    report_a_mistake_and_look_for_the_answer,
    change_language_city_and_view,
    take_along_what_changes,
]


@pytest.fixture(autouse=True)
def nobody_waits(monkeypatch):
    monkeypatch.setattr("feedback.forms.FASTEST", timedelta(0))


@pytest.fixture
def portal_address(real_portal):
    return real_portal


@pytest.mark.parametrize("journey", JOURNEYS, ids=lambda journey: journey.__name__)
def test_by_keyboard_alone_without_scripts(browser, portal_address, journey):
    with browser.new_context(
        base_url=portal_address,
        locale="zh-CN",
        viewport=PHONE,
        java_script_enabled=False,
        reduced_motion="reduce",
    ) as context:
        reader = Keyboard(context.new_page())
        reader.page.goto("/")
        journey(reader)
        assert reader.faults == []
        assert context.cookies() == []


def test_in_the_elder_view_and_then_without_a_network(page, context, settings):
    settings.OFFLINE_READING = True
    page.set_viewport_size(PHONE)
    page.emulate_media(reduced_motion="reduce")  # nobody waits for pages to scroll
    page.goto("/?view=elder")
    page.evaluate(TAKEN_OVER)
    seen = []
    for journey in JOURNEYS:
        page.goto("/?view=elder")
        journey(Finger(page))
        seen.append(page.url)
    kept = [url for url in seen if "/feedback/" not in url and "/cities/" not in url]
    assert all("view=elder" in url for url in kept), kept
    context.set_offline(True)
    for url in kept:
        page.goto(url)
        page.get_by_role("complementary", name="离线副本").wait_for()
    page.goto("/about/?view=elder&x")
    page.get_by_role("heading", name="离线可看的页面").wait_for()
