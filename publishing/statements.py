"""Queries whose SQL is worked out once in a process, not with each request.

Turning a queryset into SQL costs Django five times what sending the query does. The SQL comes from
the queryset all the same, so it cannot fall behind the models.
"""

import uuid
from functools import cached_property

from django.db.models import QuerySet


class Statement:
    """A queryset of one model with parameters.

        by_slug = Statement(lambda slug: Edition.objects.filter(slug=slug), slug=str)
        editions = by_slug.all(slug="rail-passes")

    build: makes the queryset of the parameters. It is called once, with stand-ins, so it must not
    look at them, and each has to reach the database as it is: in an exact lookup, not in a list.
    types: `str` or `uuid.UUID` for each parameter.
    """

    def __init__(self, build, **types):
        self._build, self._types = build, types

    def all(self, **values):
        """The instances, as the queryset would give them. Raises KeyError for one not given."""
        queryset, sql, parameters = self._compiled
        bound = [values[part.name] if isinstance(part, _Place) else part for part in parameters]
        return list(queryset.raw(sql, bound))

    def first(self, **values):
        """The first instance, or None."""
        return next(iter(self.all(**values)), None)

    @cached_property
    def _compiled(self):
        """`(manager, SQL, its parameters with places for those to come)`."""
        stand_ins = {name: _stand_in(kind) for name, kind in self._types.items()}
        queryset = self._build(**stand_ins)
        sql, parameters = queryset.query.sql_with_params()
        places = {value: _Place(name) for name, value in stand_ins.items()}
        found = tuple(places.get(value, value) for value in parameters)
        missing = self._types.keys() - {part.name for part in found if isinstance(part, _Place)}
        if missing:
            raise TypeError(f"The query does not say {', '.join(sorted(missing))} as it is given.")
        return QuerySet(queryset.model), sql, found


class _Place:
    """Where a parameter stands."""

    def __init__(self, name):
        self.name = name


def _stand_in(kind):
    """A value of this type that no other parameter of the query has."""
    value = uuid.uuid4()
    return value if kind is uuid.UUID else kind(value)
