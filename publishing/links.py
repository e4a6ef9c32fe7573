"""The links in a document: which addresses it leads to, and which of them are the portal's own."""

from html.parser import HTMLParser
from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest
from django.http.request import validate_host
from django.urls import Resolver404, resolve
from django.utils import timezone

from publishing.catalogue import current_version

_WEB = ("http", "https")
_NOT_FOR_READERS = ("/admin/", "/check/")


def links_in(document):
    """All addresses that a document leads to, wherever they stand; each once, in order."""
    return list(dict.fromkeys(_addresses(document)))


def text_links_in(document):
    """The addresses in staff's own texts (Markdown): without those of sources and steps."""
    return list(dict.fromkeys(_addresses(document, with_url_fields=False)))


def is_external(url):
    """Whether an address leads to somebody else's web server."""
    host = _host_of(url)
    return bool(host) and not is_own_host(host)


def is_internal(url):
    """Whether an address leads to a page of this portal."""
    host = _host_of(url)
    return is_own_host(host) if host else url.startswith("/") and not url.startswith("//")


def is_own_host(host):
    return validate_host(host, [name for name in settings.ALLOWED_HOSTS if name != "*"])


def is_live_page(url):
    """Whether a reader who follows an address of this portal finds a page there now.

    Pages of entries, domains, cities… are asked themselves, so that a withdrawn entry counts as
    missing and one that has moved does not. Those for staff and their helpers are none for readers.
    """
    path = urlsplit(url).path or "/"
    try:
        match = resolve(path)
    except Resolver404:
        return False
    if path.startswith(_NOT_FOR_READERS):
        return False
    is_of_a_row = match.kwargs and not hasattr(match.func, "cls")  # an API view is not asked
    return _answers(match, path) if is_of_a_row else True


def _answers(match, path):
    request = HttpRequest()
    request.method, request.path, request.path_info = "GET", path, path
    request.META["SERVER_NAME"], request.META["SERVER_PORT"] = "localhost", "80"
    request.resolver_match, request.site_version = match, current_version()
    request.site_day = timezone.localdate()
    try:
        response = match.func(request, *match.args, **match.kwargs)
    except Http404:
        return False
    return response.status_code < 400


def _host_of(url):
    """The host of a web address, '' for everything else."""
    try:
        parts = urlsplit(url)
        return (parts.hostname or "") if parts.scheme in _WEB else ""
    except ValueError:
        return ""


def _addresses(value, *, with_url_fields=True):
    if isinstance(value, list):
        for item in value:
            yield from _addresses(item, with_url_fields=with_url_fields)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key == "url" and isinstance(item, str):
                if item and with_url_fields:
                    yield item
            elif key.endswith("_html"):
                yield from _hrefs_in(item)
            else:
                yield from _addresses(item, with_url_fields=with_url_fields)


def _hrefs_in(html):
    parser = _Hrefs()
    parser.feed(html)
    return parser.found


class _Hrefs(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        self.found += [value for name, value in attrs if name == "href" and value]
