"""Malformed requests are refused with a sentence, never with a 500 or a trace."""

import pytest
from django.db import InterfaceError, OperationalError
from django.test import Client

from publishing import middleware
from tests.factories import publish_measure

pytestmark = pytest.mark.django_db

ADDRESSES = ["/", "/guide/", "/guide/measures/example/", "/api/v1/measures/", "/admin/login/"]
BAD_QUERIES = [
    "q=%00",
    "q=%05",
    "q=%C2%85",
    "q=%ff%fe",
    "q=%ED%A0%80",
    "%00=1",
    "page=%00",
    "&".join(f"a{n}=1" for n in range(101)),
    "&".join("page=1" for _ in range(21)),
]


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("query", BAD_QUERIES)
def test_bad_characters_and_floods_in_the_query_are_400(client, address, query):
    assert client.get(f"{address}?{query}").status_code == 400


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_endless_address_is_414(client, address):
    assert client.get(f"{address}?q={'a' * 5000}").status_code == 414


@pytest.mark.parametrize(
    "path",
    ["/guide/measures/a%00b/", "/a%05b/", "/%ff%fe/", "/api/v1/measures/%00/", "/cities/%ff/"],
)
def test_bad_characters_in_the_path_are_400_or_404(client, path):
    assert client.get(path).status_code in (400, 404)


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_body_of_ten_megabytes_is_413(client, address):
    response = client.post(address, data=b"a" * 10_000_000, content_type="text/plain")
    assert response.status_code == 413


@pytest.mark.parametrize("charset", ["utf-16", "utf-32", "utf-7", "idna", "nonsense", "rot13"])
@pytest.mark.parametrize("address", ADDRESSES)
def test_a_body_in_another_encoding_is_400(client, address, charset):
    response = client.generic(
        "POST",
        address,
        "username=x".encode("utf-16"),
        content_type=f"application/x-www-form-urlencoded; charset={charset}",
    )
    assert response.status_code == 400


@pytest.mark.parametrize("length", ["-1", "abc", "１２", "1e9"])
def test_a_length_that_is_no_number_is_400(client, length):
    assert client.post("/admin/login/", CONTENT_LENGTH=length).status_code == 400


@pytest.mark.parametrize("depth", [1000, 100_000])
def test_deeply_nested_json_is_no_500(client, depth):
    response = client.post("/api/v1/measures/", "[" * depth, content_type="application/json")
    assert response.status_code == 405


def test_a_host_that_is_not_ours_is_400(client):
    assert client.get("/", headers={"Host": "evil.example"}).status_code == 400


def test_refusals_under_the_api_are_problem_documents(client):
    response = client.get("/api/v1/measures/?q=%00")
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["status"] == 400
    assert response["Cache-Control"] == "no-store"


@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
def test_while_the_database_is_away_the_answer_is_503(client, monkeypatch, error):
    publish_measure(slug="example")

    def fail():
        raise error("connection refused")

    monkeypatch.setattr(middleware, "current_version", fail)
    for address in ("/", "/guide/measures/example/", "/api/v1/measures/"):
        response = client.get(address)
        assert response.status_code == 503
        assert response["Retry-After"] == "5"


@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
def test_a_database_that_goes_away_inside_a_view_is_503_too(client, monkeypatch, error):
    def fail(*args, **kwargs):
        raise error("server closed the connection")

    monkeypatch.setattr("publishing.pages.Statement.all", fail)
    assert client.get("/guide/measures/example/").status_code == 503


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "FOO"])
@pytest.mark.parametrize("address", ["/", "/sitemap.xml", "/robots.txt", "/healthz", "/nothing/"])
def test_pages_are_for_reading_also_where_csrf_is_checked(method, address):
    response = Client(enforce_csrf_checks=True).generic(method, address)
    assert response.status_code == 405
    assert response["Allow"] == "GET, HEAD"


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
@pytest.mark.parametrize("address", ["/api/v1/", "/api/docs/", "/api/v1/openapi.json"])
def test_the_api_is_for_reading_too(method, address):
    response = Client(enforce_csrf_checks=True).generic(method, address)
    assert response.status_code == (204 if method == "OPTIONS" else 405)


def test_head_says_the_length_and_sends_nothing(client):
    publish_measure(slug="example")
    page = client.get("/guide/measures/example/")
    head = client.head("/guide/measures/example/")
    assert head["Content-Length"] == page["Content-Length"]
    assert not head.content
