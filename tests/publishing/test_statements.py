"""Queries whose SQL is worked out once."""

import uuid

import pytest

from publishing.models import Edition
from publishing.statements import Statement
from tests.factories import publish_measure

pytestmark = pytest.mark.django_db


def by_slug():
    return Statement(
        lambda slug: Edition.objects.current().filter(slug=slug).defer("document"), slug=str
    )


def test_a_statement_finds_what_its_queryset_finds_for_each_value():
    for slug in ("first-example", "second-example"):
        publish_measure(slug=slug)
    statement = by_slug()
    for slug in ("first-example", "second-example", "no-such-slug"):
        assert statement.all(slug=slug) == list(Edition.objects.filter(slug=slug))
    assert statement.first(slug="second-example").slug == "second-example"
    assert statement.first(slug="no-such-slug") is None


def test_what_the_queryset_defers_is_not_read():
    publish_measure(slug="first-example")
    found = by_slug().first(slug="first-example")
    assert found.get_deferred_fields() == {"document"}


def test_rows_come_as_the_queryset_gives_them():
    publish_measure(slug="first-example")
    ordinary = Edition.objects.get()
    statement = Statement(
        lambda entry_id: Edition.objects.filter(entry_id=entry_id), entry_id=uuid.UUID
    )
    found = statement.first(entry_id=ordinary.entry_id)
    for field in Edition._meta.concrete_fields:
        assert getattr(found, field.attname) == getattr(ordinary, field.attname)


def test_a_value_that_looks_like_sql_stays_a_value():
    publish_measure(slug="first-example")
    assert by_slug().all(slug="' OR ''='") == []


def test_a_parameter_that_does_not_reach_the_database_as_it_is_is_refused():
    statement = Statement(lambda slug: Edition.objects.filter(slug__startswith=slug), slug=str)
    with pytest.raises(TypeError, match="slug"):
        statement.all(slug="first")
