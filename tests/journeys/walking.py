"""How a reader walks: by Tab, Enter and Space alone, or by pressing what is seen."""

import re

# What has the focus: its name, whether one sees that it has it, and whether it comes in order.
# A stop is seen when a line around it, or the box of a drawing, says so, and nothing covers it.
STOP = """
() => {
  const e = document.activeElement, label = e.labels?.[0];
  const name = (e.ariaLabel || label?.innerText || e.innerText || e.textContent || e.value || "")
    .replace(/\\s+/g, " ").trim();
  const style = getComputedStyle(e), box = e.querySelector(".schema__box");
  const isMarked = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2
    || box && parseFloat(getComputedStyle(box).strokeWidth) >= 4;
  const rect = [...(box ?? e).getClientRects()].find((r) => r.width) ?? e.getBoundingClientRect();
  const [x, y] = [rect.left + Math.min(rect.width, innerWidth) / 2, rect.top + rect.height / 2];
  const top = document.elementFromPoint(x, y);
  const isOpen = top && (e.contains(top) || top.contains(e) || label?.contains(top));
  const last = window.lastStop;
  const isInOrder = !last?.isConnected
    || !!(last.compareDocumentPosition(e) & Node.DOCUMENT_POSITION_FOLLOWING);
  window.lastStop = e;
  const isStop = e !== document.body && e !== last;  // a date has several parts
  return {name, isStop, type: e.type ?? "", isGood: !!(isMarked && isOpen && isInOrder)};
}
"""
MOST_STOPS = 150  # more than any page has before its last link


class Keyboard:
    """A reader with neither mouse nor scripts. `faults` are stops that are not as they must be."""

    def __init__(self, page):
        self.page = page
        self.faults = []

    def to(self, name, types=None):
        """Press Tab until what is called `name` (a pattern), of one of `types`, has the focus."""
        seen = []
        for _ in range(MOST_STOPS):
            self.page.keyboard.press("Tab")
            stop = self.page.evaluate(STOP)
            if not stop["isStop"]:
                continue
            seen.append(stop["name"])
            if not stop["isGood"]:
                self.faults.append((self.page.url, stop["name"]))
            if re.search(name, stop["name"]) and (types is None or stop["type"] in types):
                return
        raise AssertionError(f"Tab never comes to {name} on {self.page.url}: {seen}")

    def follow(self, name, leads_to):
        """Go to `name`, press Enter, and wait for the address that it leads to (a pattern)."""
        self.to(name)
        self.submit(leads_to)

    def submit(self, leads_to):
        self.page.keyboard.press("Enter")
        self.page.wait_for_url(re.compile(leads_to))

    def write(self, name, text):
        self.to(name)
        self.page.keyboard.type(text)

    def choose(self, name, option):
        """An option of a list, by its first characters as one types them."""
        self.to(name)
        self.page.keyboard.press("Home")
        chosen = "document.activeElement.selectedOptions[0].label"
        while option not in self.page.evaluate(chosen):
            before = self.page.evaluate(chosen)
            self.page.keyboard.press("ArrowDown")
            assert self.page.evaluate(chosen) != before, f"{name} has no {option}"

    def tick(self, name):
        self.to(name, ["checkbox"])
        self.page.keyboard.press("Space")

    def answer(self, name):
        """One of several answers: Tab comes to the first, the arrows to the others."""
        self.to("", ["radio"])
        self.page.keyboard.press("Space")
        for _ in range(MOST_STOPS):
            if re.search(name, self.page.evaluate(STOP)["name"]):
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"There is no answer {name} on {self.page.url}")


class Finger:
    """A reader who presses what is seen."""

    def __init__(self, page):
        self.page = page
        self.faults = []

    def _named(self, name):
        return self.page.locator("a, button, [type=submit]").filter(
            has_text=re.compile(name), visible=True
        )

    def follow(self, name, leads_to):
        self._named(name).first.click()
        self.page.wait_for_url(re.compile(leads_to))

    def submit(self, leads_to):
        self.page.keyboard.press("Enter")
        self.page.wait_for_url(re.compile(leads_to))

    def write(self, name, text):
        field = self.page.get_by_label(re.compile(name)).last
        field.click(position={"x": 14, "y": 14})  # the first part of a date
        self.page.keyboard.type(text)

    def choose(self, name, option):
        field = self.page.get_by_label(re.compile(name))
        label = field.locator("option", has_text=option).first.inner_text()
        field.select_option(label=label)

    def tick(self, name):
        self.page.get_by_label(re.compile(name)).first.check()

    def answer(self, name):
        self.page.get_by_role("radio", name=re.compile(name)).check()
