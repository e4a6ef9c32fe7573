"""Addresses of the portal's own pages and operations, looked up once each."""

from functools import lru_cache

from django.urls import reverse
from django.utils.translation import get_language


def path_of(view_name, *args):
    """As `reverse(view_name, args=args)`: in the language of the page, and remembered.

    Raises NoReverseMatch.
    """
    return _path_in(get_language(), view_name, args)


@lru_cache(maxsize=4096)
def _path_in(_language, view_name, args):
    return reverse(view_name, args=args)
