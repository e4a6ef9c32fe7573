"""Carry the reader's choices along with every link and form of a page."""

import re
from html import escape, unescape

from django.utils.html import format_html_join

from qingdao_portal.reader import NOT_PAGES, is_page, reader_of

# Templates escape what they print, so `<a` and `>` in a page are always markup.
LINK = re.compile(r"""(<a\s(?:[^>]*?\s)?href=")([^"]*)""")
FORM = re.compile(r"<form\b([^>]*)>(.*?)</form>", re.DOTALL)
FIELD = '<input type="hidden" name="{}" value="{}">'


class ReaderLinksMiddleware:
    """Add `from`, `to` and `view` of the address to what leads on from a public page.

    It works on the finished page, so that no template and no text of staff has to remember. A
    page asked for without choices is not touched.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        reader = reader_of(request)
        if not reader.parameters or request.path.startswith(NOT_PAGES):
            return response
        if response.has_header("Location"):
            response["Location"] = reader.carry(response["Location"])
        elif response.get("Content-Type", "").startswith("text/html") and not response.streaming:
            response.content = carry_along(response.text, reader)
        return response


def carry_along(text, reader):
    """The HTML of a page whose links and GET forms keep the reader's choices."""

    def link(match):
        return match[1] + escape(reader.carry(unescape(match[2])))

    return FORM.sub(lambda match: _form(match, reader), LINK.sub(link, text))


def _form(match, reader):
    attributes, fields = match.groups()
    action = re.search(r'\baction="([^"?#]*)', attributes)
    if re.search(r'\bmethod="post"', attributes, re.IGNORECASE) or (
        action and action[1] and not is_page(action[1])  # none: the page itself, or a place on it
    ):
        return match[0]
    missing = [item for item in reader.parameters.items() if f'name="{item[0]}"' not in fields]
    hidden = format_html_join("", FIELD, missing)
    return f"<form{attributes}>{hidden}{fields}</form>"
