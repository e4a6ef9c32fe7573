"""ETag, 304 and cache headers follow the site's version."""

import pytest

from guide.models import Domain
from publishing import middleware
from tests.factories import make_hotline, make_measure, publish, publish_measure

pytestmark = pytest.mark.django_db

ADDRESS = "/guide/measures/example/"


def revisit(client, address, etag):
    return client.get(address, headers={"If-None-Match": etag})


def test_an_unchanged_page_is_304_and_says_so_with_the_same_headers(client):
    publish_measure(slug="example")
    first = client.get(ADDRESS)
    again = revisit(client, ADDRESS, first["ETag"])
    assert again.status_code == 304
    assert not again.content
    for header in ("ETag", "Cache-Control", "Vary"):
        assert again[header] == first[header]


def test_any_publication_is_a_new_version(client):
    measure = publish_measure(slug="example")
    etag = client.get(ADDRESS)["ETag"]
    measure.summary = "示例摘要改过。"
    measure.save()
    assert revisit(client, ADDRESS, etag).status_code == 304
    publish(measure)
    assert revisit(client, ADDRESS, etag).status_code == 200


def test_a_changed_reference_row_is_a_new_version_even_if_nothing_quotes_it(client):
    publish_measure(slug="example")
    etag = client.get("/")["ETag"]
    Domain.objects.create(slug="example-new", name="示例新领域")
    response = revisit(client, "/", etag)
    assert response.status_code == 200
    assert "示例新领域" in response.content.decode()


def test_a_new_release_is_a_new_version(client, monkeypatch):
    publish_measure(slug="example")
    etag = client.get(ADDRESS)["ETag"]
    monkeypatch.setattr(middleware, "RELEASE", "another")
    assert revisit(client, ADDRESS, etag).status_code == 200


def test_the_etag_of_one_page_is_of_no_use_on_another(client):
    publish_measure(slug="example")
    etag = client.get(ADDRESS)["ETag"]
    assert revisit(client, "/", etag).status_code == 200
    assert revisit(client, f"{ADDRESS}?view=elder", etag).status_code == 200
    assert revisit(client, "/nothing/", etag).status_code == 404


def test_pages_may_be_kept_for_a_minute_and_errors_not_at_all(client):
    make_measure(slug="example-draft", hotlines=[make_hotline()])
    assert "public, max-age=60" in client.get("/")["Cache-Control"]
    response = client.get("/guide/measures/example-draft/")
    assert response.status_code == 404
    assert "ETag" not in response
    assert "public" not in response.get("Cache-Control", "")


def test_staff_pages_are_never_public(client):
    assert "public" not in client.get("/admin/login/")["Cache-Control"]


def test_pages_are_sent_compressed_to_who_can_read_it(client):
    publish_measure(slug="example")
    response = client.get(ADDRESS, headers={"Accept-Encoding": "gzip"})
    assert response["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in response["Vary"]
    assert "Content-Encoding" not in client.get(ADDRESS)


def test_a_star_does_not_stand_for_a_page_that_is_not_there(client):
    assert revisit(client, "/nothing/", "*").status_code == 404
