"""Routes of the API that will go: said in headers, in the OpenAPI document and to people.

A line in `settings.API_DEPRECATIONS` is all it takes, by the name of the operation:

    API_DEPRECATIONS = {"getHsds": Deprecation("2027-01-01", sunset="2027-07-01")}

`Deprecation` is the header of RFC 9745, `Sunset` that of RFC 8594; both count in UTC, from the
beginning of the day in China.
"""

import json
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from functools import cache

from django.conf import settings
from django.core import checks
from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse
from django.utils.http import http_date
from django.utils.translation import gettext as _

CHINA = timezone(timedelta(hours=8))  # settings that use this are not read yet


@dataclass(frozen=True)
class Deprecation:
    """Since when an operation should not be used any more, when it goes, and what to use instead.

    `since` and `sunset` are dates (YYYY-MM-DD); without `sunset` the end is not decided. `instead`
    is the name of another operation. Raises ImproperlyConfigured where a date cannot be.
    """

    since: str
    sunset: str = ""
    instead: str = ""

    def __post_init__(self):
        since_on, sunset_on = self.since_on, self.sunset_on  # a wrong date says so here
        if sunset_on and sunset_on < since_on:
            raise ImproperlyConfigured(
                f"API_DEPRECATIONS: an operation cannot go on {self.sunset}, before it is "
                f"deprecated on {self.since}."
            )

    @property
    def since_on(self):
        return _day(self.since)

    @property
    def sunset_on(self):
        return _day(self.sunset) if self.sunset else None


def of_operation(name):
    """The deprecation of an operation, or None."""
    return settings.API_DEPRECATIONS.get(name)


def in_words(deprecation):
    """What becomes of the operation, for people."""
    words = [_("从%s起不要再用。") % deprecation.since]
    if deprecation.sunset:
        words.append(_("%s停用。") % deprecation.sunset)
    if deprecation.instead:
        words.append(_("请改用 %s。") % deprecation.instead)
    return "".join(words)


def add_headers(response, name, request):
    """Say on an answer that its operation is deprecated, if it is."""
    deprecation = of_operation(name)
    if deprecation is None:
        return
    response.headers["Deprecation"] = f"@{_seconds(deprecation.since_on)}"
    page = request.build_absolute_uri(reverse("api-changelog"))
    links = [response.headers.get("Link"), f'<{page}>; rel="deprecation"; type="text/html"']
    if deprecation.sunset_on:
        response.headers["Sunset"] = http_date(_seconds(deprecation.sunset_on))
        links.append(f'<{page}>; rel="sunset"; type="text/html"')
    successor = _successor(deprecation, request)
    if successor:
        links.append(f'<{successor}>; rel="successor-version"')
    response.headers["Link"] = ", ".join(filter(None, links))


def _successor(deprecation, request):
    """The address to use instead of the one asked for, None where it does not follow from it."""
    path = _paths().get(deprecation.instead, "")
    try:
        return path and request.build_absolute_uri(path.format(**request.resolver_match.kwargs))
    except KeyError:  # it wants to know what this address does not say
        return None


@cache
def _paths():
    """`{name of the operation: its address}` of the committed document."""
    document = json.loads((settings.BASE_DIR / "docs/api/openapi.json").read_text("utf-8"))
    items = document["paths"].items()
    return {one["operationId"]: path for path, item in items for one in item.values()}


@checks.register
def names_are_known(app_configs, **kwargs):
    """A name that is no operation would warn nobody."""
    if not settings.API_DEPRECATIONS:
        return []
    known = _paths().keys()
    named = {*settings.API_DEPRECATIONS}
    named |= {one.instead for one in settings.API_DEPRECATIONS.values() if one.instead}
    return [
        checks.Error(
            f"API_DEPRECATIONS: there is no operation “{name}”.",
            hint=f"The operations are: {', '.join(sorted(known))}.",
            id="portal.E010",
        )
        for name in sorted(named - known)
    ]


def _day(text):
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ImproperlyConfigured(
            f"API_DEPRECATIONS: “{text}” is no date. Write it like 2027-01-01."
        ) from error


def _seconds(day):
    return int(datetime.combine(day, time(), CHINA).timestamp())
