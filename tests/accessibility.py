"""What axe finds on a page, and whether the page is wider than its window."""

from axe_playwright_python.sync_playwright import Axe

OPTIONS = {"resultTypes": ["violations"], "preload": False}
# In the dark a page differs by its colours only.
COLOUR_RULES = ["color-contrast", "link-in-text-block"]
IS_DARK = "matchMedia('(prefers-color-scheme: dark)').matches"
# How staff see their pages: on a phone, on a desk, and there in the dark.
STAFF_LOOKS = [(390, "light"), (1280, "light"), (1280, "dark")]
END_TRANSITIONS = "document.getAnimations().forEach((animation) => animation.finish())"
EXCESS_WIDTH = "document.documentElement.scrollWidth - window.innerWidth"


def violations_on(page):
    """`[(rule, the first element that breaks it)]`.

    axe sets styles that the security policy stops, so `page` must be one that does not mind.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    rules = {"runOnly": COLOUR_RULES} if page.evaluate(IS_DARK) else {}
    answer = page.evaluate("options => axe.run(options)", OPTIONS | rules)
    return [(rule["id"], rule["nodes"][0]["html"]) for rule in answer["violations"]]


def problems_on(page):
    """What axe finds, and by how many pixels the page has to be scrolled sideways."""
    excess = page.evaluate(EXCESS_WIDTH)
    return violations_on(page) + ([("wide", excess)] if excess > 0 else [])


def show(page, look):
    """See the page as it is open in a window of another `(width, colour scheme)`."""
    width, scheme = look
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    page.evaluate(END_TRANSITIONS)


def problems_in_looks(page, looks):
    """`{look: problems}` of the page as it is open, for those looks that have any."""
    found = {}
    for look in looks:
        show(page, look)
        if problems := problems_on(page):
            found[look] = problems
    return found
