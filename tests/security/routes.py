"""All routes of the portal, as Django's resolver knows them."""

import re
from typing import NamedTuple
from uuid import UUID

from django.contrib.admindocs.views import simplify_regex
from django.urls import URLPattern, get_resolver
from django.urls.resolvers import RegexPattern

# What stands for the parts of an address that vary, where nobody says otherwise.
STAND_INS = {"slug": "example", "letter": "m", "city": "qingdao", "year": "2024", "number": "1"}
PART = re.compile(r"<(?:(\w+):)?(\w+)>")


class Route(NamedTuple):
    path: str  # with parts like <slug:slug>
    name: str
    view: object

    def address(self, **parts):
        """An address of the route: each part by its name, by a stand-in, or by its type."""

        def fill(match):
            kind, name = match.groups()
            default = str(UUID(int=1)) if kind == "uuid" else "1"
            return str(parts.get(name, STAND_INS.get(name, default)))

        return "/" + PART.sub(fill, self.path)


def all_routes():
    """Every route, the API's and the staff area's too."""
    return list(_walk(get_resolver().url_patterns, "", ""))


def _walk(patterns, path, names):
    for pattern in patterns:
        own = str(pattern.pattern)
        is_regex = isinstance(pattern.pattern, RegexPattern)
        here = path + (simplify_regex(own).lstrip("/") if is_regex else own)
        if isinstance(pattern, URLPattern):
            yield Route(here, f"{names}{pattern.name or ''}", pattern.callback)
        else:
            space = f"{names}{pattern.namespace}:" if pattern.namespace else names
            yield from _walk(pattern.url_patterns, here, space)
