"""What lists of projects and zones may be narrowed by, and how all are ordered."""

import pytest

from publishing.models import Edition
from tests.api.reading import slugs
from tests.factories import (
    make_city,
    make_county,
    make_programme,
    publish,
    publish_measure,
    publish_project,
    publish_zone,
)

pytestmark = pytest.mark.django_db


def test_projects_are_narrowed(client):
    publish_project(
        slug="one",
        programme=make_programme(2024),
        cities=["qingdao"],
        circle="transport",
        status="completed",
        placement="listed",
    )
    publish_project(slug="two", programme=make_programme(2025), cities=["yantai"])
    for query in (
        *("year=2024", "city=qingdao", "circle=transport", "status=completed"),
        *("placement=listed", "year=2024&city=qingdao&circle=transport"),
    ):
        assert slugs(client, f"/api/v1/projects/?{query}") == ["one"], query
    assert slugs(client, "/api/v1/projects/?status=unknown") == ["two"]
    assert slugs(client, "/api/v1/projects/?year=2031") == []


def test_zones_are_narrowed(client):
    laixi = make_county(code="370285", city=make_city("qingdao"))
    laiyang = make_county(code="370682", city=make_city("yantai"))
    publish_zone(slug="one", counties=[laixi, laiyang], theme="示例一体化")
    publish_zone(slug="two", counties=[laiyang], theme="示例产业")
    assert slugs(client, "/api/v1/zones/?county=370285") == ["one"]
    assert slugs(client, "/api/v1/zones/?county=370682") == ["one", "two"]
    assert slugs(client, "/api/v1/zones/?county=999999") == []
    assert slugs(client, "/api/v1/zones/?city=qingdao") == ["one"]
    assert slugs(client, "/api/v1/zones/?theme=示例产业") == ["two"]
    assert slugs(client, "/api/v1/zones/?q=一体化") == ["one"]


def test_modified_after_is_about_the_newest_edition(client):
    older = publish_measure(slug="older")
    publish_measure(slug="newer")
    moment = Edition.objects.get(slug="newer").published_at.isoformat().replace("+", "%2B")
    assert slugs(client, f"/api/v1/measures/?modified_after={moment}") == []
    older.title = "示例改名"
    older.save()
    publish(older)
    assert slugs(client, f"/api/v1/measures/?modified_after={moment}") == ["older"]


def test_lists_are_ordered_as_asked(client):
    second = publish_measure(slug="b", title="示例二", position=2)
    publish_measure(slug="a", title="示例一", position=3)
    publish_measure(slug="c", title="示例三", position=1)
    second.summary = "示例新摘要"
    second.save()
    publish(second)
    for ordering, expected in {
        "position": ["c", "b", "a"],
        "title": ["a", "c", "b"],
        "published_at": ["b", "a", "c"],
        "updated_at": ["a", "c", "b"],
    }.items():
        address = "/api/v1/measures/?ordering="
        assert slugs(client, f"{address}{ordering}") == expected, ordering
        assert slugs(client, f"{address}-{ordering}") == expected[::-1], ordering
    assert slugs(client, "/api/v1/measures/") == ["c", "b", "a"]


def test_equals_are_ordered_by_their_editions_in_either_direction(client):
    for slug in ("first", "second", "third"):
        publish_measure(slug=slug, title="示例同名")
    for ordering in ("title", "position"):
        address = "/api/v1/measures/?ordering="
        assert slugs(client, f"{address}{ordering}") == ["first", "second", "third"]
        assert slugs(client, f"{address}-{ordering}") == ["third", "second", "first"]
