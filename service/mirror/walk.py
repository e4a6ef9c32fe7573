"""Follow the links of the public site and API with Django's test client: no network, no server."""

import re
from collections import deque
from html import unescape
from urllib.parse import parse_qsl, urlsplit

from django.conf import settings
from django.test import Client

from qingdao_portal.client import IN_PROCESS
from qingdao_portal.languages import split_language
from service.mirror import MirrorError

IN_MARKUP = re.compile(r"""(?:href|src|content)=["']([^"'#]+)""")
IN_JSON = re.compile(r'"((?:https?:/)?/[^"\s{}]*)"')
IN_XML = re.compile(r"<loc>([^<]+)</loc>")
LEFT_OUT = ("/static/", "/admin/", "/check/", "/sw.js")
PAGED_BY = {
    "page",
    "at",
    "cursor",
    "after",
}  # all else that may be asked is answered by the page without it
HTTP_OK, HTTP_BAD_REQUEST, HTTP_SERVER_ERROR = 200, 400, 500
REDIRECTS = (301, 302, 308)
SEEDS = ("/", "/sitemap.xml", "/robots.txt", "/api/v1/", "/api/v1/changes/?after=0", "/offline/")


def walk(*, told=lambda known: None):
    """Yield `(address, response)` of every public page, file and API answer, and of redirects.

    `told` hears how many addresses are known so far. Raises MirrorError for a page that fails.
    """
    site = urlsplit(settings.PORTAL_URL)
    client = Client(raise_request_exception=False, **{IN_PROCESS: True})
    seen = set(SEEDS) | {f"/{code}/" for code, _name in settings.LANGUAGES[1:]}
    waiting = deque(sorted(seen))
    while waiting:
        address = waiting.popleft()
        response = client.get(address, secure=site.scheme == "https", headers={"host": site.netloc})
        _check(address, response)
        yield address, response
        for link in _links(response, site):
            if link not in seen:
                seen.add(link)
                waiting.append(link)
        told(len(seen))


def _check(address, response):
    if address == "/" and response.status_code == HTTP_BAD_REQUEST:
        raise MirrorError(
            f"{address} was refused. The host of PORTAL_URL ({settings.PORTAL_URL}) must be one of "
            "ALLOWED_HOSTS."
        )
    if response.status_code >= HTTP_SERVER_ERROR:
        raise MirrorError(f"{address} answered {response.status_code}; the copy before stays.")


def is_public(response):
    """Whether the answer is the same for everybody, as the middleware of versions marks it."""
    return response.status_code == HTTP_OK and "public" in response.get("Cache-Control", "")


def is_redirect(response):
    return response.status_code in REDIRECTS


def language_of(address):
    return split_language(address)[0]


def body_of(response):
    """The bytes of an answer, streamed or not."""
    return response.getvalue()


def _links(response, site):
    """Addresses on this site that an answer leads to, each in the form that is kept."""
    if is_redirect(response):
        return {_kept(response["Location"], site)} - {None}
    kind = response.get("Content-Type", "")
    if not is_public(response) or response.request["PATH_INFO"].endswith("/openapi.json"):
        return set()
    found = []
    if kind.startswith("text/html"):
        found = map(unescape, IN_MARKUP.findall(body_of(response).decode()))
    elif "json" in kind:
        found = IN_JSON.findall(body_of(response).decode())
    elif kind.startswith("application/xml"):
        found = map(unescape, IN_XML.findall(body_of(response).decode()))
    path = response.request["PATH_INFO"]
    found = (f"{path}{link}" if link.startswith("?") else link for link in found)
    return {_kept(link, site) for link in found} - {None}


def _kept(link, site):
    """The address under which what a link leads to is kept; None for what is not."""
    try:
        parts = urlsplit(link)
    except ValueError:
        return None
    if parts.netloc not in ("", site.netloc) or not parts.path.startswith("/"):
        return None
    if parts.path.startswith(LEFT_OUT) or "/feedback/" in parts.path:
        return None
    names = {name for name, _value in parse_qsl(parts.query, keep_blank_values=True)}
    return f"{parts.path}?{parts.query}" if names and names <= PAGED_BY else parts.path
