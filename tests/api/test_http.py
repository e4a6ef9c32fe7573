"""Methods, errors, conditional requests and cross-origin rules, the same on all routes."""

import pytest

from tests.factories import publish_measure, withdraw

pytestmark = pytest.mark.django_db

ROUTES = [
    "/api/v1/",
    "/api/v1/measures/",
    "/api/v1/measures/example/",
    "/api/v1/measures/example/editions/",
    "/api/v1/measures/example/editions/1/",
    "/api/v1/projects/",
    "/api/v1/zones/",
    "/api/v1/domains/",
    "/api/v1/scenarios/",
    "/api/v1/cities/",
    "/api/v1/counties/",
    "/api/v1/hotlines/",
    "/api/v1/offices/",
    "/api/v1/programmes/",
    "/api/v1/changes/",
    "/api/v1/catalog.jsonld",
    "/api/v1/hsds/",
    "/api/v1/hsds/services",
    "/api/v1/openapi.json",
    "/api/docs/",
    "/api/changelog/",
]
PROBLEM = "application/problem+json"
LIMITS = ("RateLimit", "RateLimit-Policy")


@pytest.fixture(scope="module", autouse=True)
def example(once_per_module):
    return publish_measure(slug="example")


@pytest.mark.parametrize("route", ROUTES)
def test_it_reads_with_get_and_head(client, route):
    response = client.get(route)
    assert response.status_code == 200
    head = client.head(route)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["ETag"] == response.headers["ETag"]


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"])
def test_it_writes_nothing_and_looks_at_no_body(client, route, method):
    body = "[" * 100_000
    response = client.generic(method, route, body, content_type="application/json")
    assert response.status_code == 405
    assert response.headers["Content-Type"] == PROBLEM
    assert response.headers["Allow"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "nonsense", ""])
def test_a_body_on_a_read_is_ignored(client, content_type):
    response = client.generic("GET", "/api/v1/measures/", "[" * 1000, content_type=content_type)
    assert response.status_code == 200


def test_options_says_what_is_allowed(client):
    response = client.options("/api/v1/measures/")
    assert (response.status_code, response.content) == (204, b"")
    assert response.headers["Allow"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize(
    "address",
    [
        *("/api/", "/api/v1/nothing/", "/api/v2/", "/api/x.json", "/api/docs/x/"),
        *("/api/v1/measures/例子/", "/api/v1/measures/example/editions/0/"),
        *("/api/v1//", "/api/v1/measures/example//", "/api/v1/measures/" + "a" * 200 + "/"),
    ],
)
@pytest.mark.parametrize("accept", ["*/*", "text/html", "application/json"])
def test_an_unknown_address_is_a_problem_document(client, address, accept):
    response = client.get(address, headers={"Accept": accept})
    assert (response.status_code, response.headers["Content-Type"]) == (404, PROBLEM)
    assert response.json()["status"] == 404


@pytest.mark.parametrize(
    ("address", "location"),
    [
        ("/api/v1/measures", "/api/v1/measures/"),
        ("/api/v1/measures?page=2", "/api/v1/measures/?page=2"),
        ("/api/v1/measures/example", "/api/v1/measures/example/"),
        ("/api/v1", "/api/v1/"),
        ("/api/docs", "/api/docs/"),
    ],
)
def test_a_missing_slash_is_put_right(client, address, location):
    response = client.get(address)
    assert response.status_code == 301
    assert response.headers["Location"] == f"http://testserver{location}"


def test_posting_to_an_unknown_address_is_a_problem_document_too(client):
    response = client.post("/api/v1/nothing/", {"a": "b"})
    assert (response.status_code, response.headers["Content-Type"]) == (404, PROBLEM)


@pytest.mark.parametrize("accept", ["text/html", "image/png", "nonsense", "application/xml;q=1"])
def test_a_format_that_is_not_there_is_not_acceptable(client, accept):
    response = client.get("/api/v1/measures/example/", headers={"Accept": accept})
    assert (response.status_code, response.headers["Content-Type"]) == (406, PROBLEM)


@pytest.mark.parametrize("route", ROUTES)
def test_an_unchanged_answer_is_not_sent_again(client, route, django_assert_num_queries):
    response = client.get(route)
    with django_assert_num_queries(1):  # the site's version
        again = client.get(route, headers={"If-None-Match": response.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["ETag"] == response.headers["ETag"]
    assert again.headers["Vary"].split(", ") == ["Accept-Encoding", "Accept"]
    publish_measure()
    changed = client.get(route, headers={"If-None-Match": response.headers["ETag"]})
    assert changed.status_code == 200


def test_formats_of_one_address_have_tags_of_their_own(client):
    tags = {
        client.get("/api/v1/measures/", headers={"Accept": accept}).headers["ETag"]
        for accept in ("application/json", "text/csv", "application/x-ndjson")
    }
    tags.add(client.get("/api/v1/measures/?format=csv").headers["ETag"])
    assert len(tags) == 4


def test_errors_are_never_kept(client, example):
    withdraw(example)
    for address in ("measures/example/", "measures/none/", "measures/?x=1", "nothing/"):
        response = client.get(f"/api/v1/{address}")
        assert response.status_code >= 400
        assert response.headers["Cache-Control"] == "no-store"
        assert "ETag" not in response.headers


@pytest.mark.parametrize(
    "address", ["/api/v1/measures/", "/api/v1/nothing/", "/api/v1/measures/?q=%00"]
)
def test_scripts_of_any_site_may_read_every_answer(client, address):
    response = client.get(address, headers={"Origin": "https://partner.example"})
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    exposed = response.headers["Access-Control-Expose-Headers"].split(", ")
    assert {"ETag", "Link", "Repr-Digest", "Retry-After", *LIMITS} == set(exposed)
    assert "Access-Control-Allow-Credentials" not in response.headers


def test_scripts_may_read_a_304(client):
    tag = client.get("/api/v1/measures/").headers["ETag"]
    response = client.get("/api/v1/measures/", headers={"If-None-Match": tag})
    assert response.headers["Access-Control-Allow-Origin"] == "*"


def test_a_preflight_is_answered_without_the_database(client, django_assert_num_queries):
    headers = {
        "Origin": "https://partner.example",
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "if-none-match",
    }
    with django_assert_num_queries(0):
        response = client.options("/api/v1/measures/", headers=headers)
    assert response.status_code == 204
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.headers["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    assert response.headers["Access-Control-Allow-Headers"] == "*, Authorization"


def test_pages_for_people_are_not_opened_to_scripts(client):
    assert "Access-Control-Allow-Origin" not in client.get("/about/").headers


def test_the_root_leads_to_every_list(client):
    root = client.get("/api/v1/").json()
    assert (root["version"], root["sequence"]) == ("1", 1)
    assert client.get(root["links"].pop("search"), {"q": "示例"}).status_code == 200
    assert {client.get(link).status_code for link in root["links"].values()} == {200}
    assert len(root["links"]) == 15


def test_no_answer_sets_a_cookie(client):
    for route in ROUTES:
        assert not client.get(route).cookies
