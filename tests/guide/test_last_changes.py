"""The last changes on the page of a measure, which a process reads once for each edition."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import publish, publish_measure, withdraw

pytestmark = pytest.mark.django_db


def page_of(client, slug):
    return client.get(f"/guide/measures/{slug}/").content.decode()


def correct(measure, note):
    measure.summary = f"示例摘要。{note}"
    measure.save()
    publish(measure, note=note)


def test_a_correction_is_told_at_once_and_by_the_next_edition_as_well(client):
    measure = publish_measure(slug="example")
    page_of(client, "example")
    correct(measure, "示例:改了电话")
    assert "示例:改了电话" in page_of(client, "example")
    correct(measure, "示例:改了材料")
    again = page_of(client, "example")
    assert again.index("示例:改了材料") < again.index("示例:改了电话")


def test_the_changes_of_one_measure_are_not_those_of_another(client):
    measure, other = publish_measure(slug="example"), publish_measure(slug="other-example")
    correct(measure, "示例:改了电话")
    assert "示例:改了电话" in page_of(client, "example")
    assert "示例:改了电话" not in page_of(client, "other-example")
    withdraw(other)
    publish(other, note="示例:又有了")
    assert "示例:又有了" in page_of(client, "other-example")


def test_they_cost_a_query_for_the_first_reader_only(client):
    publish_measure(slug="example")
    costs = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            page_of(client, "example")
        costs.append(len(queries))
    assert costs[1] == costs[0] - 1
