"""What a reader does: open the form, fill it in, send it."""

import html
import re

ABOUT = "/guide/measures/example/"
WORDS = {"kind": "correction", "text": "示例:电话写错了。", "consent": "on"}


def key_on(response):
    found = re.search(r'name="key" value="([^"]+)"', response.content.decode())
    return html.unescape(found[1])


def filled_in(client, about=ABOUT, **changes):
    """The fields of a form that was just opened."""
    response = client.get("/feedback/", {"about": about})
    return {"key": key_on(response), "about": about, "city": "", **WORDS} | changes


def send(client, about=ABOUT, **changes):
    return client.post("/feedback/", filled_in(client, about, **changes))


def text_of(response):
    return response.content.decode()
