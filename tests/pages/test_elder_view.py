"""适老版 and other modes in a real browser: large, plain, in strong contrast, nothing cut off."""

import pytest

from tests.accessibility import violations_on

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("real_data"),
    pytest.mark.xdist_group("browser"),
]

PAGES = [
    "/",
    "/guide/domains/medical/",
    "/guide/compare/?domain=medical",
    "/guide/compare/city-terminals/",
    "/guide/measures/marriage/?start=2030-04-29",
    "/guide/measures/medical-years/?from=yantai&to=qingdao&start=2030-04-29",
    "/guide/measures/fund-transfer/qingdao/?start=x",
    "/projects/2024/",
    "/cooperation/haiyang-rushan/",
    "/cities/qingdao/",
    "/about/",
    "/sitemap/",
]
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


@pytest.fixture
def look(browser, live_server):
    """Open each of PAGES as these options say; `{address: what was found}`, faults only."""

    def through(find, *, query="", pages=PAGES, **options):
        context = browser.new_context(base_url=live_server.url, locale="zh-CN", **options)
        page, found = context.new_page(), {}
        for address in pages:
            joint = "&" if "?" in address else "?"
            page.goto(address + (joint + query if query else ""))
            if faults := find(page):
                found[address] = faults
        context.close()
        return found

    return through


def window(width):
    return {"viewport": {"width": width, "height": 800}}


def too_wide(page):
    return page.evaluate("Math.max(0, document.documentElement.scrollWidth - innerWidth)")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_elder_type_is_large_and_in_strong_contrast(look, scheme):
    found = look(lambda page: page.evaluate(AUDIT), query=ELDER, color_scheme=scheme, **window(360))
    assert not found


def test_targets_are_large_enough_in_both_views(look):
    for query in ("", ELDER):
        found = look(lambda page: page.evaluate(TARGETS), query=query, **window(360))
        assert not found, query


def test_axe_finds_nothing_in_any_mode(look):
    """Each page in one mode at least, each kind of mode on several pages."""
    modes = [
        {"query": ELDER, **window(360), "pages": PAGES[:8]},
        {"query": ELDER, **window(1280), "pages": PAGES[:3]},
        {"query": ELDER, "color_scheme": "dark", **window(768), "pages": PAGES[4:8]},
        {"contrast": "more", **window(768), "pages": PAGES[6:]},
        {"forced_colors": "active", **window(360), "pages": PAGES[:5]},
    ]
    for mode in modes:
        assert not look(violations_on, **mode), mode


def test_nothing_scrolls_sideways_however_small_the_window_or_large_the_text(look):
    assert not look(too_wide, query=ELDER, **window(320))
    zoom = "document.documentElement.style.fontSize = '200%'"

    def zoomed(page):
        page.evaluate(zoom)
        return too_wide(page)

    for query in ("", ELDER):
        assert not look(zoomed, query=query, **window(768)), query


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
