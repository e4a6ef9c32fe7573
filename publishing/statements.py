"""Queries whose SQL is worked out once in a process, not with each request.

Turning a queryset into SQL costs Django five times what sending the query does. The SQL comes from
the queryset all the same, so it cannot fall behind the models.
"""

import uuid
from functools import cached_property
from typing import NamedTuple

from django.db import DEFAULT_DB_ALIAS, connections, router

from qingdao_portal.first_query import fetch_first


class Statement:
    """A queryset of one model with parameters.

        by_slug = Statement(lambda slug: Edition.objects.filter(slug=slug), slug=str)
        editions = by_slug.all(slug="rail-passes")

    build: makes the queryset of the parameters: of rows of its model and nothing beside them. It
    is called once, with stand-ins, so it must not look at them, and each has to reach the
    database as it is: in an exact lookup, not in a list.
    types: `str` or `uuid.UUID` for each parameter.
    """

    def __init__(self, build, **types):
        self._build, self._types = build, types

    def all(self, **values):
        """The instances, as the queryset would give them. Raises KeyError for one not given."""
        query = self._compiled
        bound = [
            values[part.name] if isinstance(part, _Place) else part for part in query.parameters
        ]
        alias = router.db_for_read(query.model)
        connection = connections[alias]
        rows = fetch_first(connection, query.sql, bound)
        return [
            query.model.from_db(alias, query.names, query.read(row, connection)) for row in rows
        ]

    def first(self, **values):
        """The first instance, or None."""
        return next(iter(self.all(**values)), None)

    @cached_property
    def _compiled(self):
        stand_ins = {name: _stand_in(kind) for name, kind in self._types.items()}
        queryset = self._build(**stand_ins)
        compiler = queryset.query.get_compiler(DEFAULT_DB_ALIAS)
        sql, parameters = compiler.as_sql()
        places = {value: _Place(name) for name, value in stand_ins.items()}
        found = tuple(places.get(value, value) for value in parameters)
        missing = self._types.keys() - {part.name for part in found if isinstance(part, _Place)}
        if missing:
            raise TypeError(f"The query does not say {', '.join(sorted(missing))} as it is given.")
        columns = [column for column, _sql, _alias in compiler.select]
        names = [column.target.attname for column in columns]
        converters = [
            (place, convert, column)
            for place, (converts, column) in compiler.get_converters(columns).items()
            for convert in converts
        ]
        return _Compiled(queryset.model, sql, found, names, converters)


class _Compiled(NamedTuple):
    """The SQL of a queryset, its parameters with places for those to come, and what it reads."""

    model: type
    sql: str
    parameters: tuple
    names: list
    converters: list

    def read(self, row, connection):
        """The values of the fields in a row of the database."""
        values = list(row)
        for place, convert, column in self.converters:
            values[place] = convert(values[place], column, connection)
        return values


class _Place:
    """Where a parameter stands."""

    def __init__(self, name):
        self.name = name


def _stand_in(kind):
    """A value of this type that no other parameter of the query has."""
    value = uuid.uuid4()
    return value if kind is uuid.UUID else kind(value)
