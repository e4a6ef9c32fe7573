"""适老版 and other modes in a real browser: large, plain, in strong contrast, nothing cut off.

Each page is opened once in each view; the tests look at what was seen there, mode by mode.
"""

from collections import defaultdict

import pytest

from tests.accessibility import violations_on

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db,  # pytest-django makes databases only for who asks
    pytest.mark.usefixtures("real_portal"),
]

PAGES = [
    "/",
    "/en/",
    "/guide/domains/medical/",
    "/en/guide/compare/?domain=medical",  # words are longer than Chinese ones
    "/guide/compare/city-terminals/",
    "/guide/measures/marriage/?start=2030-04-29",
    "/guide/measures/medical-years/?from=yantai&to=qingdao&start=2030-04-29",
    "/guide/measures/fund-transfer/qingdao/?start=x",
    "/en/projects/2024/",
    "/cooperation/haiyang-rushan/",
    "/cities/qingdao/",
    "/about/",
    "/sitemap/",
]
VIEWS = ("standard", "elder")
ELDER = "view=elder"
# Every text that shows: its size, line height and contrast against the colour behind it.
AUDIT = """
() => {
  const canvas = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
  const rgba = (text) => {
    canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = text; canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const light = ([r, g, b]) => [r, g, b].map((v) => v / 255)
    .map((v) => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (e) => {
    for (; e; e = e.parentElement) {
      const colour = rgba(getComputedStyle(e).backgroundColor);
      if (colour[3] === 255) return colour;
    }
    return [255, 255, 255];
  };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const e = walker.currentNode.parentElement, text = walker.currentNode.data.trim();
    const isUnseen = e.closest(".visually-hidden, .skip-link, script, option");
    if (!text || isUnseen || !e.checkVisibility()) continue;
    const style = getComputedStyle(e), size = parseFloat(style.fontSize);
    const [a, b] = [light(rgba(style.color)), light(behind(e))].sort((x, y) => y - x);
    const contrast = (a + 0.05) / (b + 0.05);
    if (size < 24) found.push(`${size}px: ${text}`);
    if (contrast < 7) found.push(`contrast ${contrast.toFixed(1)}: ${text}`);
    if (parseFloat(style.lineHeight) / size < 1.5) {
      found.push(`line ${style.lineHeight} of ${size}: ${text}`);
    }
  }
  return found.slice(0, 8);
}
"""
# Links inside a sentence may be as high as its line.
TARGETS = """
() => [...document.querySelectorAll("a[href], button, select, input:not([type=hidden])")]
  .filter((e) => e.checkVisibility() && !e.matches(".skip-link"))
  .map((e) => e.closest("label") ?? e)
  .filter((e) => getComputedStyle(e).display !== "inline")
  .filter((e) => e.getBoundingClientRect().height < 43.9)
  .map((e) => `${e.getBoundingClientRect().height}: ${e.outerHTML.slice(0, 120)}`).slice(0, 5)
"""


# As far apart as readers may set letters, words and lines (WCAG 1.4.12).
SPACE = """
() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: 0.12em !important;
    word-spacing: 0.16em !important } p { margin-bottom: 2em !important }`);
  document.adoptedStyleSheets = [sheet];
}
"""
ZOOM = "size => { document.documentElement.style.fontSize = size; }"
# For axe: each page in one mode at least, each kind of mode on several pages.
STANDARD_MODES = {
    "more contrast": ({"contrast": "more"}, 768, PAGES[6:]),
    "forced colours": ({"forced_colors": "active"}, 360, PAGES[:5]),
}
ELDER_MODES = {
    "elder phone": ({}, 360, PAGES[:8]),
    "elder desk": ({}, 1280, PAGES[:3]),
    "elder dark": ({"color_scheme": "dark"}, 768, PAGES[4:8]),
}
PLAIN = {"color_scheme": "light", "contrast": "no-preference", "forced_colors": "none"}


@pytest.fixture
def portal_address(real_portal):
    return real_portal


@pytest.fixture(scope="module")
def faults(browser, real_portal):
    """Faults only: `{what was looked for: {address: what was found}}`."""
    found = defaultdict(dict)

    def note(what, faults):
        if faults:
            found[what][page.url] = faults

    with browser.new_context(base_url=real_portal, locale="zh-CN") as context:
        page = context.new_page()
        for address in PAGES:
            look_at(page, address, "standard", STANDARD_MODES, note)
            look_at(page, address, "elder", ELDER_MODES, note)
    return found


def look_at(page, address, view, modes, note):
    """Open the page in one view and look at it in all modes."""
    show(page, 360)
    joint = "&" if "?" in address else "?"
    page.goto(address if view == "standard" else address + joint + ELDER)
    note(f"{view} targets", page.evaluate(TARGETS))
    if view == "elder":
        for scheme in ("light", "dark"):
            show(page, 360, color_scheme=scheme)
            note(f"elder type {scheme}", page.evaluate(AUDIT))
        show(page, 320)
        note("elder small", too_wide(page))
    for name, (media, width, pages) in modes.items():
        if address in pages:
            show(page, width, **media)
            note(name, violations_on(page))
    page.evaluate(SPACE)
    show(page, 360)
    note(f"{view} spaced", too_wide(page))
    page.evaluate("document.adoptedStyleSheets = []")
    show(page, 768)
    page.evaluate(ZOOM, "200%")
    note(f"{view} zoomed", too_wide(page))


def show(page, width, **media):
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(**PLAIN | media)


def too_wide(page):
    return page.evaluate("Math.max(0, document.documentElement.scrollWidth - innerWidth)")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_elder_type_is_large_and_in_strong_contrast(faults, scheme):
    assert not faults[f"elder type {scheme}"]


@pytest.mark.parametrize("view", VIEWS)
def test_targets_are_large_enough_in_both_views(faults, view):
    assert not faults[f"{view} targets"]


@pytest.mark.parametrize("mode", [*STANDARD_MODES, *ELDER_MODES])
def test_axe_finds_nothing_in_any_mode(faults, mode):
    assert not faults[mode]


@pytest.mark.parametrize(
    "window",
    ["elder small", *(f"{view} {how}" for view in VIEWS for how in ("zoomed", "spaced"))],
)
def test_nothing_scrolls_sideways_however_small_the_window_or_large_the_text(faults, window):
    assert not faults[window]


def test_the_reader_who_switched_it_on_finds_it_on_and_can_switch_it_off(page):
    page.goto("/guide/")
    page.get_by_role("link", name="适老版").click()
    page.wait_for_url("**/guide/?view=elder")
    page.goto("/about/#honesty")
    page.wait_for_url("**/about/?view=elder#honesty")
    page.get_by_role("link", name="标准版").click()
    page.wait_for_url("**/about/")
    page.goto("/guide/")
    assert page.get_by_role("link", name="适老版").is_visible()
    page.goto("/guide/?view=elder")  # somebody else's link
    page.goto("/guide/")
    assert "view" not in page.url


def test_the_last_cities_are_offered_and_chosen_by_one_press(page):
    page.goto("/guide/")
    page.get_by_label("从", exact=True).select_option("烟台")
    page.get_by_label("到", exact=True).select_option("青岛")
    page.get_by_role("button", name="按这两个市看").click()
    page.wait_for_url("**/guide/?from=yantai&to=qingdao")
    page.goto("/guide/domains/medical/")
    page.get_by_role("button", name="用上次选的:从烟台到青岛").click()
    page.wait_for_url("**/guide/domains/medical/?from=yantai&to=qingdao")


def test_the_page_is_read_aloud_until_it_is_stopped(page):
    page.add_init_script(
        "speechSynthesis.speak = (u) => (window.spoken ??= []).push(u.text);"
        "speechSynthesis.cancel = () => { window.cancelled = true; };"
    )
    page.goto("/guide/measures/marriage/?view=elder")
    page.get_by_role("button", name="朗读这一页").click()
    spoken = page.evaluate("window.spoken")
    assert spoken[:2] == ["证照办理", "婚姻登记全国通办"]
    assert spoken.count("婚姻登记机关办理婚姻登记不收取费用") == 1  # a list item, not its list
    assert not any("按这两个市看" in text for text in spoken)
    page.get_by_role("button", name="停止朗读").click()
    assert page.evaluate("window.cancelled")
    assert page.get_by_role("button", name="朗读这一页").is_visible()
