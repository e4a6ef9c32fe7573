"""The worker that keeps pages: what it is served as, and when not."""

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from publishing.middleware import VersionMiddleware
from tests.factories import publish_measure

pytestmark = pytest.mark.django_db


@pytest.fixture
def kept(settings):
    settings.OFFLINE_READING = True


@pytest.mark.usefixtures("kept")
def test_the_worker_is_asked_for_each_time_and_new_with_each_publish(client):
    first = client.get("/sw.js")
    assert first.headers["Content-Type"].startswith("text/javascript")
    assert first.headers["Cache-Control"] == "no-cache"
    assert not first.cookies
    assert client.get("/sw.js").content == first.content
    publish_measure()
    assert client.get("/sw.js").content != first.content


@pytest.mark.usefixtures("kept")
def test_pages_ask_for_the_worker_and_other_answers_do_not(client):
    assert "js/offline.js" in client.get("/").content.decode()
    assert "js/offline.js" in client.get("/offline/").content.decode()
    assert "js/offline.js" not in client.get("/admin/login/").content.decode()


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize("path", ["/admin/", "/api/", "/check/", "/feedback/", "/search/suggest"])
def test_the_worker_names_what_it_never_keeps(client, path):
    assert f'"{path}"' in client.get("/sw.js").content.decode()


def test_switched_off_the_worker_removes_itself_and_no_page_asks_for_it(client, settings):
    settings.OFFLINE_READING = False
    text = client.get("/sw.js").content.decode()
    assert "unregister()" in text
    assert "fetch" not in text
    assert "offline" not in client.get("/").content.decode()
    assert client.get("/offline/").status_code == 404


def test_the_switch_is_never_answered_not_modified(client, settings):
    settings.OFFLINE_READING = True
    etag = client.get("/sw.js")["ETag"]
    again = {"headers": {"If-None-Match": etag}}
    assert client.get("/sw.js", **again).status_code == 304
    settings.OFFLINE_READING = False
    response = client.get("/sw.js", **again)
    assert response.status_code == 200
    assert "unregister()" in response.content.decode()


def test_an_answer_with_a_cookie_is_never_marked_public():
    """A worker cannot see cookies: this header is what it goes by."""

    def answer(request):
        response = HttpResponse("示例")
        response.set_cookie("example", "1")
        return response

    response = VersionMiddleware(answer)(RequestFactory().get("/example/"))
    assert "Cache-Control" not in response.headers
    assert "ETag" not in response.headers


def test_the_portal_can_be_put_on_a_home_screen(client):
    manifest = client.get("/manifest.webmanifest").json()
    assert manifest["display"] == "minimal-ui"
    assert manifest["start_url"] == manifest["scope"] == "/"
    assert {icon["sizes"] for icon in manifest["icons"]} >= {"192x192", "512x512"}
