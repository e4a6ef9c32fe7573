"""Pages in a real browser: accessible, no wider than the phone, light, without JavaScript.

Each page is opened twice, with and without JavaScript; the tests look at what was seen.
"""

import gzip
import re
from types import SimpleNamespace

import pytest

from tests.accessibility import EXCESS_WIDTH, show, violations_on
from tests.pages.crawl import crawl, is_page, shape

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db,  # pytest-django makes databases only for who asks
    pytest.mark.usefixtures("real_portal"),
]

# One page of each template, the longest where they differ.
PAGES = [
    "/",
    "/guide/",
    "/guide/finder/",
    "/guide/compare/",
    "/guide/compare/city-terminals/",
    "/guide/handbook/?city=weihai&domain=medical",
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
    "/privacy/",
    "/sitemap/",
    "/feedback/?about=/guide/measures/medical-years/",
    "/feedback/state/",
    "/search/?q=公积金",
    "/search/?q=没有这样的词",
    "/en/guide/measures/medical-years/",
    "/ko/search/?q=gjj",
    "/ja/projects/2024/",
    "/api/docs/",
    "/api/changelog/",
    "/no-such-page/",
]
MAX_KILOBYTES = 60


# Buttons that only a script can serve are shown where it runs.
BUTTONS = re.compile("^(?:分享|复制网址|Share|Copy web address)?\n", re.MULTILINE)
# How far the search field of the masthead stands below the section that is marked as current.
CLEARANCE = """() => {
  const [section, field] = [".masthead__sections [aria-current]", ".masthead__search input"]
    .map((selector) => document.querySelector(selector)?.getBoundingClientRect());
  return section && field ? field.top - section.bottom : null;
}"""
DESK, PHONE, DARK_PHONE = (1280, "light"), (360, "light"), (360, "dark")


@pytest.fixture(scope="module")
def seen(browser, real_portal):
    """What there is to see on each of PAGES: `{address: what}`."""
    found = {}
    for address in PAGES:  # each as a first visit: nothing it loads is in the browser's cache
        with browser.new_context(base_url=real_portal, locale="zh-CN") as context:
            found[address] = look_at(context.new_page(), address)
    return found


def look_at(page, address):
    """Open the page on a desk, then see it in other windows and colours."""
    answers, messages = [], []

    def note_answer(answer):
        answers.append(answer)

    def note_message(message):
        messages.append(message)

    show(page, DESK)
    page.on("response", note_answer)
    page.on("console", note_message)
    page.goto(address)
    page.remove_listener("response", note_answer)
    page.remove_listener("console", note_message)
    seen = SimpleNamespace(
        sizes={answer.url: transferred(answer) for answer in answers},
        refused=[m.text for m in messages if "Content Security Policy" in m.text],
        text=text_of(page),
        violations={},
        excess={},
        clearance={},
    )
    for look in (DESK, PHONE, DARK_PHONE):
        show(page, look)
        seen.violations[look] = violations_on(page)
    for width in (320, 360):
        show(page, (width, "light"))
        seen.excess[width] = max(0, page.evaluate(EXCESS_WIDTH))
        seen.clearance[width] = page.evaluate(CLEARANCE)
    return seen


def transferred(response):
    """Bytes of an answer, compressed as the server sends it; images are counted as they are."""
    body = response.body()
    is_text = re.search(r"text|javascript|json|svg|xml", response.headers["content-type"])
    return len(gzip.compress(body, 6)) if is_text else len(body)


def text_of(page):
    return BUTTONS.sub("", page.locator("main").inner_text() + "\n")


@pytest.mark.parametrize("look", [DESK, PHONE, DARK_PHONE], ids=str)
def test_axe_finds_nothing(seen, look):
    assert not {
        address: page.violations[look] for address, page in seen.items() if page.violations[look]
    }


@pytest.mark.parametrize("width", [320, 360])
def test_pages_scroll_in_one_direction_only(seen, width):
    assert not {address: page.excess[width] for address, page in seen.items() if page.excess[width]}


def test_the_mark_of_the_current_section_touches_nothing(seen):
    found = [space for page in seen.values() for space in page.clearance.values()]
    found = [space for space in found if space is not None]
    assert found
    assert min(found) >= 4


def test_pages_say_the_same_without_javascript(seen, browser, real_portal):
    with browser.new_context(
        base_url=real_portal, locale="zh-CN", java_script_enabled=False
    ) as context:
        page, without = context.new_page(), {}
        for address in PAGES:
            page.goto(address)
            without[address] = text_of(page)
    assert without == {address: page.text for address, page in seen.items()}


def test_nothing_is_refused_by_the_content_security_policy(seen):
    assert not {address: page.refused for address, page in seen.items() if page.refused}


def test_pages_weigh_little_with_everything_they_load(seen):
    for address, page in seen.items():
        assert sum(page.sizes.values()) < MAX_KILOBYTES * 1000, (address, page.sizes)


def test_the_list_of_pages_has_every_kind(client):
    """A page of a new kind must be looked at too."""
    linked = {shape(address) for address, response in crawl(client) if is_page(response)}
    assert linked <= {shape(address) for address in PAGES}
