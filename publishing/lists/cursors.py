"""Where a page of an ordered list begins: told by the row before it, so depth costs nothing."""

import base64
import binascii
import datetime
import json

from django.db.models import BooleanField, F, Func, Value
from django.db.models.lookups import GreaterThan, LessThan

MAX_LENGTH = 1000  # of a cursor; titles are the longest of what it holds
_LARGEST = 2**63


class Row(Func):
    """Several columns, compared by the first in which they differ."""

    function = "ROW"
    output_field = BooleanField()


class Cursor:
    """The key of a row, and whether what is wanted stands before it."""

    def __init__(self, key, *, is_backward=False):
        self.key = tuple(key)
        self.is_backward = is_backward

    def __str__(self):
        """As it stands in addresses."""
        key = [v.isoformat() if isinstance(v, datetime.datetime) else v for v in self.key]
        text = json.dumps([int(self.is_backward), *key], ensure_ascii=False, separators=(",", ":"))
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    @classmethod
    def read(cls, text, types):
        """The cursor that `str` gave for a key of these types. Raises ValueError."""
        if len(text) > MAX_LENGTH:
            raise ValueError("too long")
        try:
            padded = text.encode("ascii") + b"=" * (-len(text) % 4)
            values = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        except (binascii.Error, RecursionError) as error:
            raise ValueError("not readable") from error
        if not isinstance(values, list) or len(values) != len(types) + 1 or values[0] not in (0, 1):
            raise ValueError("not a key of this list")
        key = [_checked(value, kind) for value, kind in zip(values[1:], types, strict=True)]
        return cls(key, is_backward=bool(values[0]))

    def narrow(self, queryset, columns, *, descending=False):
        """The rows on the wanted side of the row, the nearest first."""
        is_up = descending == self.is_backward
        compare = GreaterThan if is_up else LessThan
        keys = Row(*map(F, columns)), Row(*map(Value, self.key))
        return queryset.filter(compare(*keys)).order_by(
            *(column if is_up else f"-{column}" for column in columns)
        )


def _checked(value, kind):
    if kind is datetime.datetime:
        moment = datetime.datetime.fromisoformat(value) if isinstance(value, str) else None
        if moment is None or moment.tzinfo is None:
            raise ValueError("not a moment")
        return moment.astimezone(datetime.UTC)
    if type(value) is not kind:
        raise ValueError("of another type")
    if kind is int and not -_LARGEST <= value < _LARGEST:
        raise ValueError("out of range")
    if kind is str:
        value.encode()  # raises on half a character
        if "\0" in value:
            raise ValueError("not a text of the database")
    return value
