"""Pages of lists and the formats they come in."""

import csv
import io
import json

import pytest

from tests.factories import publish, publish_measure, publish_project, publish_zone

pytestmark = pytest.mark.django_db

SITE = "http://testserver/api/v1/measures/"


@pytest.fixture
def measures():
    """Five measures in a known order."""
    return [publish_measure(slug=f"m{n}", position=n) for n in range(1, 6)]


def test_pages_follow_each_other_without_loss(client, measures):
    address, slugs = "/api/v1/measures/?page_size=2", []
    while address:
        answer = client.get(address).json()
        assert answer["count"] == 5
        slugs += [item["slug"] for item in answer["results"]]
        address = answer["next"]
    assert slugs == ["m1", "m2", "m3", "m4", "m5"]


def test_links_keep_the_other_parameters(client, measures):
    answer = client.get("/api/v1/measures/?q=示例&page_size=1&page=3").json()
    q = "q=%E7%A4%BA%E4%BE%8B"
    assert answer["next"] == f"{SITE}?{q}&page_size=1&page=4"
    assert answer["previous"] == f"{SITE}?{q}&page_size=1&page=2"
    assert client.get(answer["next"]).json()["count"] == 5
    second = client.get(answer["previous"]).json()
    assert second["previous"] == f"{SITE}?{q}&page_size=1"


def test_links_are_in_the_link_header_too(client, measures):
    response = client.get("/api/v1/measures/?page_size=2&page=2")
    assert response.headers["Link"] == (
        f'<{SITE}?page_size=2&page=3>; rel="next", <{SITE}?page_size=2>; rel="prev"'
    )
    assert "Link" not in client.get("/api/v1/measures/").headers


@pytest.mark.parametrize("page", ["2", "1000000"])
def test_a_page_behind_the_end_is_not_found(client, measures, page):
    response = client.get(f"/api/v1/measures/?page={page}")
    assert response.status_code == 404
    assert response.headers["Content-Type"] == "application/problem+json"


def test_the_first_page_of_an_empty_list_is_there(client, db):
    for name in ("measures", "projects", "zones", "offices", "hotlines", "domains"):
        answer = client.get(f"/api/v1/{name}/").json()
        assert answer == {"count": 0, "next": None, "previous": None, "results": []}


def test_lines_are_the_items_one_by_one(client, measures):
    response = client.get("/api/v1/measures/?format=ndjson&page_size=2")
    assert response.headers["Content-Type"] == "application/x-ndjson; charset=utf-8"
    lines = response.content.decode("utf-8").splitlines()
    results = client.get("/api/v1/measures/?page_size=2").json()["results"]
    assert [json.loads(line) for line in lines] == results
    assert 'rel="next"' in response.headers["Link"]


def test_a_list_without_a_line_keeps_its_type(client, measures):
    response = client.get("/api/v1/measures/?format=ndjson&q=nothing")
    assert response.content == b""
    assert response.headers["Content-Type"].startswith("application/x-ndjson")


def test_files_hold_more_than_a_page_of_the_list(client):
    for n in range(21):
        publish_zone(slug=f"z{n}")
    assert len(client.get("/api/v1/zones/").json()["results"]) == 20
    assert len(client.get("/api/v1/zones/?format=ndjson").content.splitlines()) == 21


@pytest.mark.parametrize(
    ("route", "publish_entry"),
    [("measures", publish_measure), ("projects", publish_project), ("zones", publish_zone)],
)
def test_a_table_has_a_row_per_item_and_opens_in_a_spreadsheet(client, route, publish_entry):
    publish_entry(slug="example", title='示例"引号",逗号\n换行')
    response = client.get(f"/api/v1/{route}/?format=csv")
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert response.headers["Content-Disposition"] == f'attachment; filename="{route}.csv"'
    text = response.content.decode("utf-8")
    assert text.startswith("\ufeffslug,title,url,")
    (row,) = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    assert row["slug"] == "example"
    assert row["title"] == '示例"引号",逗号\n换行'
    assert row["sequence"] == "1"
    assert None not in row  # no cell without a column


def test_lists_in_cells_are_joined(client):
    publish_measure(cities=["qingdao", "rizhao"], keywords=["医保", "社保"])
    (row,) = table(client, "/api/v1/measures/?format=csv")
    assert (row["cities"], row["keywords"]) == ("青岛;日照", "医保;社保")


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", " =1+1", "\t=1+1", "\uff1d1+1", "=cmd|' /C calc'!A0"]
)
def test_a_cell_is_never_a_formula(client, text):
    publish_measure(summary=text)
    (row,) = table(client, "/api/v1/measures/?format=csv")
    assert row["summary"] == "'" + text


def test_limits_and_partial_dates_read_as_text(client):
    publish_measure(promised_value=9, promised_unit="working_day", statutory_unit="immediate")
    (row,) = table(client, "/api/v1/measures/?format=csv")
    assert (row["promised_limit"], row["statutory_limit"]) == ("9 working_day", "immediate")
    project = publish_project(planned_finish="2025-06")
    (row,) = table(client, "/api/v1/projects/?format=csv")
    assert (row["planned_finish"], row["actual_finish"], row["progress"]) == ("2025-06", "", "")
    project.indicators.create(name="示例指标", value="237")
    publish(project)
    item = client.get(f"/api/v1/projects/{project.slug}/").json()
    assert item["indicators"][0]["value"] == "237"
    assert item["planned_finish"] == {"value": "2025-06", "precision": "month"}


@pytest.mark.parametrize(
    ("accept", "query", "media_type"),
    [
        ("*/*", "", "application/json"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "", "application/json"),
        ("text/csv", "", "text/csv; charset=utf-8"),
        ("application/x-ndjson", "", "application/x-ndjson; charset=utf-8"),
        ("application/json", "?format=csv", "text/csv; charset=utf-8"),
        ("text/csv", "?format=json", "application/json"),
        ("image/png", "?format=json", "application/json"),
    ],
)
def test_the_format_is_what_was_asked_for(client, measures, accept, query, media_type):
    response = client.get(f"/api/v1/measures/{query}", headers={"Accept": accept})
    assert (response.status_code, response.headers["Content-Type"]) == (200, media_type)
    assert "Accept" in response.headers["Vary"].split(", ")


def table(client, address):
    text = client.get(address).content.decode("utf-8").removeprefix("\ufeff")
    return list(csv.DictReader(io.StringIO(text)))
