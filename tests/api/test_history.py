"""The public history of an entry, edition by edition."""

import pytest

from tests.factories import publish, publish_measure, withdraw

pytestmark = pytest.mark.django_db


@pytest.fixture
def measure():
    """A measure with two editions."""
    measure = publish_measure(slug="example", title="示例旧名")
    measure.title = "示例新名"
    measure.save()
    return publish(measure, note="示例改名")


def test_a_history_is_newest_first_and_says_what_changed(client, measure):
    answer = client.get("/api/v1/measures/example/editions/").json()
    assert answer["count"] == 2
    assert [
        (line["edition"], line["sequence"], line["event"], line["note"], line["is_current"])
        for line in answer["results"]
    ] == [(2, 2, "published", "示例改名", True), (1, 1, "published", "示例修改说明", False)]


def test_each_line_leads_to_the_edition_as_it_was(client, measure):
    lines = client.get("/api/v1/measures/example/editions/").json()["results"]
    assert lines[1]["document_url"] == "http://testserver/api/v1/measures/example/editions/1/"
    editions = [client.get(line["document_url"]).json() for line in lines]
    assert [edition["title"] for edition in editions] == ["示例新名", "示例旧名"]
    assert [edition["is_current"] for edition in editions] == [True, False]


def test_a_history_has_pages(client, measure):
    answer = client.get("/api/v1/measures/example/editions/?page_size=1&page=2").json()
    assert [line["edition"] for line in answer["results"]] == [1]
    assert answer["previous"] == "http://testserver/api/v1/measures/example/editions/?page_size=1"


def test_the_history_of_a_withdrawn_entry_stays_on_record(client, measure):
    withdraw(measure, reason="示例原因")
    lines = client.get("/api/v1/measures/example/editions/").json()["results"]
    assert [line["event"] for line in lines] == ["withdrawn", "published", "published"]
    assert client.get("/api/v1/measures/example/editions/2/").status_code == 200
    tombstone = client.get("/api/v1/measures/example/editions/3/")
    assert tombstone.status_code == 410
    assert tombstone.json()["reason"] == "示例原因"


def test_histories_of_entries_do_not_mix(client, measure):
    publish_measure(slug="other")
    assert client.get("/api/v1/measures/other/editions/").json()["count"] == 1
    assert client.get("/api/v1/measures/other/editions/2/").status_code == 404


@pytest.mark.parametrize("number", ["3", "0", "01", "-1", "x", "9" * 40, "١"])
def test_an_edition_that_never_was_is_not_found(client, measure, number):
    response = client.get(f"/api/v1/measures/example/editions/{number}/")
    assert response.status_code == 404
    assert response.headers["Content-Type"] == "application/problem+json"
