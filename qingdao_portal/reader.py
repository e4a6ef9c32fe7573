"""What the reader chose, kept in the address: from which city to which, and 适老版.

The address is the only place: no cookie, so pages stay the same for everybody who asks for the
same address, and whoever gets a link sees what its sender saw.
"""

from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import QueryDict
from django.utils.encoding import escape_uri_path

from qingdao_portal.languages import plain_path, twins
from regions.cities import CITY_SLUGS

ELDER = "elder"
# Every public page knows these; a value that is not listed counts as absent.
KNOWN_VALUES = {"from": CITY_SLUGS, "to": CITY_SLUGS, "view": (ELDER,)}
NO_CITIES = [("from", ""), ("to", "")]
NOT_PAGES = ("/admin/", "/api/", "/check/", "/static/")


class Reader(NamedTuple):
    """The choices in one address; '' for each that was not made."""

    from_city: str = ""
    to_city: str = ""
    view: str = ""

    @classmethod
    def of(cls, parameters):
        """The choices among the parameters of an address, a mapping."""
        return cls(*(_known(name, parameters.get(name, "")) for name in KNOWN_VALUES))

    @property
    def is_elder(self):
        return self.view == ELDER

    @property
    def cities(self):
        """The chosen cities in the order of the journey, each once."""
        return list(dict.fromkeys(slug for slug in (self.from_city, self.to_city) if slug))

    @property
    def parameters(self):
        """The choices that were made, as parameters of an address."""
        return {name: value for name, value in zip(KNOWN_VALUES, self, strict=True) if value}

    @property
    def query(self):
        """The choices as the end of an address, for forms that no middleware completes."""
        return f"?{urlencode(self.parameters)}" if self.parameters else ""

    def carry(self, link):
        """`link` with the choices added, if it leads to a page of this site; else as it is.

        A parameter that the link has stays; one it has without a value takes the choice back.
        """
        if not link.startswith(("/", "?")) or link.startswith("//"):
            return link
        parts = urlsplit(link)
        if parts.path and not is_page(parts.path):
            return link
        own = parse_qsl(parts.query, keep_blank_values=True)
        names = {name for name, _value in own}
        kept = [(name, value) for name, value in own if value or name not in KNOWN_VALUES]
        added = [(name, value) for name, value in self.parameters.items() if name not in names]
        return urlunsplit(parts._replace(query=urlencode(kept + added))) or "?"


def is_page(path):
    """Whether a path of this site is a public page: they end in a slash, feeds and files do not."""
    return path.startswith("/") and path.endswith("/") and not path.startswith(NOT_PAGES)


def reader_of(request):
    """The choices in the address of the request. Never raises."""
    if not hasattr(request, "reader"):
        request.reader = Reader.of(_parameters(request))
    return request.reader


def reader_context(request):
    """For templates: the choices, and addresses that differ from this one in them only."""
    reader = reader_of(request)
    others = [
        (name, value)
        for name, values in _parameters(request).lists()
        for value in values
        if name not in KNOWN_VALUES
    ]
    kept = [(name, value) for name, value in others if name != "page"]  # starts anew
    path = escape_uri_path(request.path)
    canonical = f"{path}?{urlencode(others)}" if others else path
    switch = urlencode([*others, ("view", "" if reader.is_elder else ELDER)])
    has_views = not request.path.startswith(("//", *NOT_PAGES))  # “//” would lead elsewhere
    return {
        "reader": reader,
        "canonical_url": settings.PORTAL_URL + canonical,
        "languages": twins(request.path, urlencode(others)),
        "view_switch_url": f"{path}?{switch}" if has_views else "",
        "is_public_page": has_views,
        "feedback_about": plain_path(request.path) if is_page(request.path) else "",
        "chooser": {"kept": kept, "reset_url": f"{path}?{urlencode([*kept, *NO_CITIES])}"},
    }


def _known(name, value):
    return value if value in KNOWN_VALUES[name] else ""


def _parameters(request):
    try:
        return request.GET
    except SuspiciousOperation:  # too many: the front door refuses, on a page that asks here too
        return QueryDict()
