"""Walk through the portal as its links lead, with Django's test client."""

import re
from collections import deque
from html import unescape

LINK = re.compile(r"""(?:href|src)=["'](/[^"'#]*)""")
START = "/"
# The form is the same for each page; pages in other languages are looked at by tests of their own.
LEFT_OUT = ("/admin/", "/static/", "/feedback/?about=", "/en/", "/ko/", "/ja/")
ELDER = "view=elder"  # the same pages once more
# Words of addresses; everything else in them is a name, a year or a number.
WORDS = {
    *(
        "",
        "about",
        "accessibility",
        "privacy",
        "sitemap",
        "guide",
        "domains",
        "scenarios",
        "measures",
    ),
    *("history", "editions", "projects", "cooperation", "cities", "api", "docs"),
    *("compare", "compare.csv", "finder", "handbook", "feedback", "state", "search"),
}


def crawl(client):
    """Yield `(address, response)` of everything that links lead to from the home page."""
    seen, waiting = {START}, deque([START])
    while waiting:
        address = waiting.popleft()
        response = client.get(address)
        yield address, response
        if not is_page(response):
            continue
        for link in LINK.findall(response.content.decode()):
            target = unescape(link)
            if target not in seen and ELDER not in target and not target.startswith(LEFT_OUT):
                seen.add(target)
                waiting.append(target)


def is_page(response):
    return response["Content-Type"].startswith("text/html")


def shape(address):
    """What kind of page an address is: the names in it are left out."""
    path = address.partition("?")[0].strip("/")
    return "/".join(part if part in WORDS else "…" for part in path.split("/"))
