"""What an entry looks like in the API, and what becomes of old, withdrawn and unpublished ones."""

from datetime import timedelta, timezone

import pytest

from publishing.models import Edition
from tests.factories import (
    make_measure,
    publish,
    publish_measure,
    publish_project,
    publish_zone,
    withdraw,
)

pytestmark = pytest.mark.django_db


def test_an_item_is_the_document_with_what_the_edition_knows(client):
    measure = publish_measure(title="示例医保", slug="example")
    edition = Edition.objects.get()
    item = client.get("/api/v1/measures/example/").json()
    assert item == {
        "id": str(measure.pk),
        "kind": "measure",
        "slug": "example",
        "url": "http://testserver/guide/measures/example/",
        "edition": 1,
        "sequence": 1,
        "published_at": item["published_at"],
        "updated_at": item["updated_at"],
        "links": item["links"],
        **edition.document,
    }


@pytest.mark.parametrize(
    ("route", "publish_entry", "page"),
    [
        ("measures", publish_measure, "/guide/measures/example/"),
        ("projects", publish_project, "/projects/2024/example/"),
        ("zones", publish_zone, "/cooperation/example/"),
    ],
)
def test_each_kind_is_listed_as_its_detail_says_with_the_address_of_its_page(
    client, route, publish_entry, page
):
    publish_entry(slug="example")
    detail = client.get(f"/api/v1/{route}/example/").json()
    assert detail["url"] == f"http://testserver{page}"
    assert client.get(f"/api/v1/{route}/").json()["results"] == [detail]


def test_times_are_local_with_their_offset_and_tell_first_from_latest(client):
    measure = publish_measure(slug="example")
    publish_again(measure)
    first, latest = Edition.objects.order_by("id").values_list("published_at", flat=True)
    item = client.get("/api/v1/measures/example/").json()
    assert item["published_at"].endswith("+08:00")
    assert item["updated_at"].endswith("+08:00")
    assert (item["published_at"], item["updated_at"]) == (local(first), local(latest))


def test_chinese_is_written_as_it_is(client):
    publish_measure(slug="example", title="示例医保")
    assert "示例医保" in client.get("/api/v1/measures/example/").content.decode("utf-8")


def test_unpublished_and_withdrawn_entries_are_in_no_list(client):
    make_measure(title="示例草稿")
    withdraw(publish_measure())
    answer = client.get("/api/v1/measures/").json()
    assert answer == {"count": 0, "next": None, "previous": None, "results": []}


def test_an_unpublished_entry_is_not_found(client):
    make_measure(slug="draft")
    assert client.get("/api/v1/measures/draft/").status_code == 404


def test_edits_show_only_after_they_are_published(client):
    measure = publish_measure(slug="example", title="示例旧名")
    measure.title = "示例新名"
    measure.save()
    assert client.get("/api/v1/measures/example/").json()["title"] == "示例旧名"
    publish(measure)
    assert client.get("/api/v1/measures/example/").json()["title"] == "示例新名"


def test_a_withdrawn_entry_is_gone_with_reason_and_successor(client):
    successor = publish_measure(slug="newer")
    withdraw(publish_measure(slug="older"), reason="示例原因", successor=successor)
    response = client.get("/api/v1/measures/older/")
    tombstone = Edition.objects.get(event="withdrawn")
    assert response.status_code == 410
    assert response.headers["Content-Type"] == "application/problem+json"
    problem = response.json()
    assert problem["reason"] == "示例原因"
    assert problem["withdrawn_at"] == local(tombstone.published_at)
    assert problem["successor"] == {
        "id": str(successor.pk),
        "slug": "newer",
        "url": "http://testserver/guide/measures/newer/",
    }


def test_a_successor_that_is_withdrawn_too_is_not_named(client):
    successor = publish_measure()
    withdraw(publish_measure(slug="older"), successor=successor)
    withdraw(successor)
    assert client.get("/api/v1/measures/older/").json()["successor"] is None


@pytest.mark.parametrize("rest", ["", "editions/", "editions/1/"])
def test_an_old_slug_leads_to_the_new_one(client, rest):
    rename(publish_measure(slug="older"), "newer")
    response = client.get(f"/api/v1/measures/older/{rest}")
    assert response.status_code == 301
    assert response.headers["Location"] == f"http://testserver/api/v1/measures/newer/{rest}"
    assert client.get(response.headers["Location"]).status_code == 200


def test_a_slug_taken_over_by_another_entry_is_that_entry(client):
    rename(publish_measure(slug="wanted"), "other")
    taker = publish_measure(slug="wanted")
    assert client.get("/api/v1/measures/wanted/").json()["id"] == str(taker.pk)
    assert client.get("/api/v1/measures/wanted/editions/1/").json()["id"] == str(taker.pk)


def publish_again(entry):
    entry.title = "示例改名"
    entry.save()
    publish(entry)


def rename(entry, slug):
    entry.slug = slug
    entry.save()
    publish(entry)


def local(moment):
    """The moment in Shanghai, eight hours ahead of UTC all year."""
    return moment.astimezone(timezone(timedelta(hours=8))).isoformat()
