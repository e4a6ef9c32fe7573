"""Read the site's version and the content that pages share."""

from functools import lru_cache
from typing import NamedTuple

from publishing import registry
from publishing.models import Catalogue


class SiteVersion(NamedTuple):
    """How new the public side is: the newest edition, and the count of all public changes."""

    sequence: int
    revision: int

    def __str__(self):
        return f"{self.sequence}.{self.revision}"


EMPTY = SiteVersion(0, 0)


def current_version():
    """The site's version, (0, 0) before anything was loaded. One query."""
    row = Catalogue.objects.values_list("sequence", "revision").first()
    return SiteVersion(*row) if row else EMPTY


def catalogue_at(version):
    """The shared content (see `docs/architecture.md`), read once per version and process.

    Callers must not change it. A publish in between may give newer content than `version`; the
    next request then asks with the new version.
    """
    return _content(version)


@lru_cache(maxsize=2)
def _content(version):
    row = Catalogue.objects.values_list("content", flat=True).first()
    return registry.empty_catalogue() | (row or {})


def forget_catalogue():
    """Drop what the process keeps, as tests do whose database goes back in time."""
    _content.cache_clear()
