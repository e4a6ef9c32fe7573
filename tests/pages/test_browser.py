"""Pages in a real browser: accessible, no wider than the phone, light, without JavaScript."""

import gzip
import re

import pytest

from tests.accessibility import violations_on
from tests.pages.crawl import crawl, is_page, shape

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("real_data"),
    pytest.mark.xdist_group("browser"),
]

# One page of each template, the longest where they differ.
PAGES = [
    "/",
    "/guide/",
    "/guide/finder/",
    "/guide/compare/",
    "/guide/compare/city-terminals/",
    "/guide/handbook/?city=rizhao&domain=transport",
    "/guide/domains/documents/",
    "/guide/scenarios/changing-jobs/",
    "/guide/measures/medical-years/",
    "/guide/measures/city-terminals/",
    "/guide/measures/fund-transfer/qingdao/",
    "/guide/measures/medical-years/history/",
    "/guide/measures/medical-years/editions/1/",
    "/projects/",
    "/projects/2024/",
    "/projects/2025/",
    "/projects/2024/air-rail-service/",
    "/cooperation/",
    "/cooperation/haiyang-rushan/",
    "/cities/qingdao/",
    "/about/",
    "/accessibility/",
    "/sitemap/",
    "/feedback/?about=/guide/measures/medical-years/",
    "/feedback/state/",
    "/api/docs/",
    "/no-such-page/",
]
MAX_KILOBYTES = 60


@pytest.fixture
def open_pages(browser, live_server):
    """Open each of PAGES in a new context with these options; yield `(address, page)`."""

    def generate(**options):
        context = browser.new_context(base_url=live_server.url, locale="zh-CN", **options)
        page = context.new_page()
        for address in PAGES:
            page.goto(address)
            yield address, page
        context.close()

    return generate


@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_nothing(open_pages, width):
    found = {}
    for address, page in open_pages(viewport={"width": width, "height": 800}):
        if violations := violations_on(page):
            found[address] = violations
    assert not found


def test_axe_finds_nothing_in_the_dark(open_pages):
    found = {}
    dark = {"color_scheme": "dark", "viewport": {"width": 360, "height": 800}}
    for address, page in open_pages(**dark):
        if violations := violations_on(page):
            found[address] = violations
    assert not found


@pytest.mark.parametrize("width", [320, 360])
def test_pages_scroll_in_one_direction_only(open_pages, width):
    for address, page in open_pages(viewport={"width": width, "height": 800}):
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address


def test_pages_say_the_same_without_javascript(open_pages):
    # Buttons that only a script can serve are shown where it runs.
    buttons = re.compile("^(?:分享|复制网址)?\n", re.MULTILINE)
    texts = {
        enabled: {
            address: buttons.sub("", page.locator("main").inner_text() + "\n")
            for address, page in open_pages(java_script_enabled=enabled)
        }
        for enabled in (True, False)
    }
    assert texts[True] == texts[False]


def test_nothing_is_refused_by_the_content_security_policy(open_pages):
    refused = []

    def note(message):
        if "Content Security Policy" in message.text:
            refused.append((message.location.get("url"), message.text))

    for _address, page in open_pages():
        page.on("console", note)
        page.reload()
        page.remove_listener("console", note)
    assert not refused


def test_pages_weigh_little_with_everything_they_load(open_pages):
    """Compressed as the server sends it; images are counted as they are."""
    for address, page in open_pages():
        sizes = {}

        def count(response, sizes=sizes):
            body = response.body()
            is_text = re.search(r"text|javascript|json|svg|xml", response.headers["content-type"])
            sizes[response.url] = len(gzip.compress(body, 6)) if is_text else len(body)

        page.on("response", count)
        page.goto(address)
        page.remove_listener("response", count)
        assert sum(sizes.values()) < MAX_KILOBYTES * 1000, (address, sizes)


def test_a_resident_finds_an_answer_by_keyboard_alone(page):
    page.goto("/")
    page.keyboard.press("Tab")
    assert "跳" in page.evaluate("document.activeElement.textContent")
    page.keyboard.press("Enter")
    for _ in range(40):
        page.keyboard.press("Tab")
        if "医疗救助" in page.evaluate("document.activeElement.textContent"):
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/guide/domains/medical/")
    page.get_by_role("link", name=re.compile("缴费年限")).first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/guide/measures/medical-years/")
    assert page.get_by_role("link", name=re.compile("12393")).first.is_visible()


def test_the_list_of_pages_has_every_kind(client):
    """A page of a new kind must be looked at too."""
    linked = {shape(address) for address, response in crawl(client) if is_page(response)}
    assert linked <= {shape(address) for address in PAGES}
