"""Parts of answers that were made once, for as long as what they show stays the same.

A publish changes the version of all pages and, in most of them, nothing. Their documents are
immutable, so the parts that show a document and nothing else need not be made again. Beside the
store of whole answers, which starts anew with each version; docs/adr/0031-kept-parts.md.
"""

import datetime
import threading
from collections import OrderedDict

from django.conf import settings
from django.forms import BaseForm
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language

MOST_PARTS = 1024
LARGEST_PART = 50_000  # characters or bytes
PLAIN = frozenset({str, int, float, type(None), bool, datetime.datetime, datetime.date})


class Unkeyable(Exception):
    """A value that cannot be told apart by what it says."""


class Item(dict):
    """What pages show of an edition. `edition_key` stands for all of it: editions never change."""

    __slots__ = ("edition_key",)


_parts = OrderedDict()
_lock = threading.Lock()
_MOMENT = "kept_parts.moment"


def moment():
    """What all parts depend on beside their values: the language and the day."""
    return get_language(), timezone.localdate()


def moment_of(context):
    """The moment of a template's context: a template is in one language, of one day."""
    known = context.render_context.get(_MOMENT)
    if known is None:
        known = context.render_context[_MOMENT] = moment()
    return known


def key_of(template, values, at=None):
    """What tells a part apart from others, at a moment; None where it is not to be kept."""
    if not settings.KEPT_PARTS:
        return None
    try:
        return template, at or moment(), _key(values)
    except Unkeyable:
        return None


def find(key):
    """The text or bytes of a part that was kept, or None."""
    with _lock:
        text = _parts.get(key)
        if text is not None:
            _parts.move_to_end(key)
    return text


def put(key, text):
    """Keep the text; drop the one that was not asked for longest where there are too many."""
    if key is None or len(text) > LARGEST_PART or not settings.KEPT_PARTS:
        return
    with _lock:
        _parts[key] = text
        if len(_parts) > MOST_PARTS:
            _parts.popitem(last=False)


def clear():
    with _lock:
        _parts.clear()


def _key(value):
    """Something that can be hashed and is the same only for what prints the same."""
    kind = type(value)
    if kind is str:
        return value
    if kind in PLAIN:
        return kind, value  # True is 1 to Python, and not to a page
    if kind is Item:
        return value.edition_key
    if isinstance(value, dict):
        items = value.items()
        return kind, tuple([(name, v if type(v) is str else _key(v)) for name, v in items])
    if isinstance(value, list | tuple):
        return kind, tuple([item if type(item) is str else _key(item) for item in value])
    if isinstance(value, str):  # a SafeString is not escaped
        return kind, str(value)
    if isinstance(value, Promise):
        return str(value)
    if isinstance(value, BaseForm) and value.is_bound:
        return kind, _key(dict(value.data.items()))
    raise Unkeyable(kind)
