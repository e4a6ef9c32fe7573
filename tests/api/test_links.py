"""Entries by their links: from an item to its page and its history, from a page to its JSON."""

import re

import pytest

from tests.factories import (
    make_scenario,
    publish,
    publish_measure,
    publish_project,
    publish_zone,
)

pytestmark = pytest.mark.django_db

KINDS = [
    ("measures", publish_measure, "/guide/measures/example/"),
    ("projects", publish_project, "/projects/2024/example/"),
    ("zones", publish_zone, "/cooperation/example/"),
]


def host(path):
    return f"http://testserver{path}"


@pytest.mark.parametrize(("route", "publish_entry", "page"), KINDS)
def test_an_item_leads_to_itself_its_page_and_its_history(client, route, publish_entry, page):
    entry = publish_entry(slug="example")
    links = client.get(f"/api/v1/{route}/example/").json()["links"]
    assert links == {
        "self": host(f"/api/v1/{route}/example/"),
        "html": host(page),
        "editions": host(f"/api/v1/{route}/example/editions/"),
    }
    assert client.get(links["self"]).json()["id"] == str(entry.pk)
    assert client.get(links["html"]).status_code == 200
    assert client.get(links["editions"]).json()["count"] == 1


def test_an_edition_of_the_past_is_found_where_the_entry_is_now(client):
    measure = publish_measure(slug="older")
    rename(measure, "newer", "示例新名")
    links = client.get("/api/v1/measures/newer/editions/1/").json()["links"]
    assert links["self"] == host("/api/v1/measures/newer/editions/1/")
    assert links["editions"] == host("/api/v1/measures/newer/editions/")


@pytest.mark.parametrize(("route", "publish_entry", "_page"), KINDS)
def test_neither_slug_nor_title_changes_who_an_entry_is(client, route, publish_entry, _page):
    entry = publish_entry(slug="older", title="示例旧名")
    before = client.get(f"/api/v1/{route}/older/").json()
    rename(entry, "newer", "示例新名")
    after = client.get(f"/api/v1/{route}/newer/").json()
    assert after["id"] == before["id"] == str(entry.pk)
    changes = client.get("/api/v1/changes/").json()["results"]
    assert {(change["id"], change["document"]["id"]) for change in changes} == {
        (str(entry.pk), str(entry.pk))
    }


@pytest.mark.parametrize(("route", "publish_entry", "page"), KINDS)
def test_a_page_names_its_json_in_the_header_and_in_the_head(client, route, publish_entry, page):
    publish_entry(slug="example")
    twin = f"/api/v1/{route}/example/"
    response = client.get(page)
    assert response.headers["Link"] == f'<{twin}>; rel="alternate"; type="application/json"'
    assert twins_in(response) == [twin]
    assert client.get(twin).json()["links"]["html"] == host(page)


@pytest.mark.parametrize(
    "page",
    [
        *("/guide/", "/guide/domains/{domain}/", "/guide/scenarios/{scenario}/"),
        *("/guide/measures/example/qingdao/", "/guide/measures/example/history/"),
        *("/guide/measures/example/editions/1/", "/cities/qingdao/"),
        *("/projects/", "/projects/2024/", "/cooperation/"),
    ],
)
def test_every_page_of_data_has_a_twin_that_answers(client, page):
    scenario = make_scenario()
    measure = publish_measure(slug="example", scenarios=[scenario])
    publish_project()
    response = client.get(page.format(domain=measure.domain.slug, scenario=scenario.slug))
    (twin,) = twins_in(response)
    assert client.get(twin).headers["Content-Type"] == "application/json"


def test_a_redirect_names_no_twin(client):
    rename(publish_measure(slug="older"), "newer", "示例新名")
    assert "Link" not in client.get("/guide/measures/older/").headers


def twins_in(response):
    return re.findall(
        r'<link rel="alternate" type="application/json" href="([^"]+)">', response.content.decode()
    )


def rename(entry, slug, title):
    entry.slug, entry.title = slug, title
    entry.save()
    publish(entry)
