"""Read the site's version and the content that pages share."""

from functools import lru_cache
from typing import NamedTuple

from django.db import Error, OperationalError, connection
from django.utils.translation import get_language

from publishing import registry
from publishing.models import Catalogue
from publishing.translations import translated
from qingdao_portal import kept_parts, replica
from qingdao_portal.first_query import fetch_first
from qingdao_portal.languages import is_original


class SiteVersion(NamedTuple):
    """How new the public side is: the newest edition, and the count of all public changes."""

    sequence: int
    revision: int

    def __str__(self):
        return f"{self.sequence}.{self.revision}"


EMPTY = SiteVersion(0, 0)
_VERSION = "SELECT sequence, revision, changed_at FROM publishing_catalogue"


def current_version():
    """The site's version, (0, 0) before anything was loaded. One query of the primary.

    No query where a replica is read: its version was learned before anything else of it.
    """
    return replica.version_read() if replica.is_read() else dated_version()[0]


def dated_version():
    """The version that the primary has and when it was made, None for (0, 0). One query.

    The time tells it from the version of the same numbers that a database had before it was set
    back.
    """
    try:
        rows = fetch_first(connection, _VERSION)
    except Error:
        replica.primary.fails()
        raise
    *version, changed_at = rows[0] if rows else (*EMPTY, None)
    version = SiteVersion(*version)
    replica.primary.shows(version)
    return version, changed_at


def original_catalogue_at(version):
    """The shared content in Chinese, whatever the language of the page."""
    return _content(version)


def catalogue_at(version):
    """The shared content (see `docs/architecture.md`) in the language of the page.

    It is read once per version and process. Callers must not change it. A publish in between may
    give newer content than `version`; the next request then asks with the new version. Raises
    OperationalError where the database was set back below `version` meanwhile.
    """
    return _content(version) if is_original() else _translated(version, get_language())


@lru_cache(maxsize=8)
def _translated(version, language):
    return translated(_content(version), language)


@lru_cache(maxsize=2)
def _content(version):
    row = Catalogue.objects.values_list("sequence", "revision", "content").first()
    *found, content = row or (*EMPTY, {})
    if tuple(found) < version:  # kept, it would be shown when this version comes again
        raise OperationalError(f"The site is at {SiteVersion(*found)}, no longer at {version}.")
    return registry.empty_catalogue() | content


def forget_catalogue():
    """Drop what the process keeps per version: for a database that was set back."""
    for forget in _kept_per_version:
        forget()


def register_kept(forget):
    """Have `forget()` called when the process drops what it keeps per version of the site."""
    _kept_per_version.append(forget)


_kept_per_version = [
    _content.cache_clear,
    _translated.cache_clear,
    kept_parts.clear,
    replica.primary.forget,
]
