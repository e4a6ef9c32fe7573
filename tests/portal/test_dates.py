"""Dates keep the precision they are known to."""

import contextlib

import pytest
from django.core.exceptions import ValidationError
from django.db import Error, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from qingdao_portal.dates import PartialDate, PartialDateField, parse_partial_date
from sources.models import Source


@pytest.mark.parametrize(
    ("text", "precision"), [("2024", "year"), ("2024-02", "month"), ("2024-02-29", "day")]
)
def test_a_date_keeps_its_precision(text, precision):
    assert parse_partial_date(text).as_document() == {"value": text, "precision": precision}


def test_nothing_known_is_null():
    assert PartialDate("").as_document() is None


@pytest.mark.parametrize(
    "text",
    [
        "2024-2",
        "24",
        "2024-13",
        "2023-02-29",
        "2024-02-14T00:00",
        "2024/02",
        "0000",
        "２０２４",
        "x",
    ],
)
def test_what_is_no_date_is_refused_with_a_sentence(text):
    with pytest.raises(ValidationError, match="2024-02-14"):
        PartialDateField().clean(text, None)


@given(st.lists(st.dates().map(str).flatmap(lambda d: st.sampled_from([d, d[:7], d[:4]]))))
def test_dates_sort_as_text_in_the_order_of_time(texts):
    parsed = sorted(parse_partial_date(text) for text in texts)
    assert [str(date)[:4] for date in parsed] == sorted(text[:4] for text in texts)


@given(st.text(max_size=12))
def test_any_text_is_a_date_or_a_value_error(text):
    with contextlib.suppress(ValueError):
        assert parse_partial_date(text).precision in (None, "year", "month", "day")


@pytest.mark.django_db
def test_the_database_refuses_what_is_no_date():
    source = Source.objects.create(key="example", date="2024-02", date_kind="event")
    assert Source.objects.get().date.precision == "month"
    with (
        pytest.raises(Error, match="check constraint"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE sources_source SET date = '2024-2' WHERE id = %s", [source.pk])
