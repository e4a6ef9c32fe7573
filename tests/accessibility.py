"""What axe finds on a page, and whether the page is wider than its window."""

from axe_playwright_python.sync_playwright import Axe

OPTIONS = {"resultTypes": ["violations"], "preload": False}
# In the dark a page differs by its colours only.
COLOUR_RULES = ["color-contrast", "link-in-text-block"]
IS_DARK = "matchMedia('(prefers-color-scheme: dark)').matches"
EXCESS_WIDTH = "document.documentElement.scrollWidth - window.innerWidth"


def violations_on(page):
    """`[(rule, the first element that breaks it)]`.

    axe sets styles that the security policy stops, so `page` must be one that does not mind.
    """
    rules = {"runOnly": COLOUR_RULES} if page.evaluate(IS_DARK) else {}
    found = Axe().run(page, options=OPTIONS | rules).response["violations"]
    return [(rule["id"], rule["nodes"][0]["html"]) for rule in found]


def problems_on(page):
    """What axe finds, and by how many pixels the page has to be scrolled sideways."""
    excess = page.evaluate(EXCESS_WIDTH)
    return violations_on(page) + ([("wide", excess)] if excess > 0 else [])
