"""What readers get while the portal fails: the page from before, the mirror, a sentence."""

import json

import pytest

from tests.edge.test_refusals import assert_said


def put(nginx, name, text):
    path = nginx.root / "mirror/current/site" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_the_page_from_before_is_given_out_and_says_so(nginx, upstream, status):
    path = f"/old/{status}/"
    for encoding in ("", "gzip"):
        nginx.ask(path, accept_encoding=encoding)
    upstream.status = status
    reply = nginx.ask(path)
    assert (reply.status, reply.headers["X-Served-From"]) == (200, "stale-cache")
    assert "您看到的是之前保存的页面" in reply.text
    assert "<main>first</main>" in reply.text
    assert reply.headers["ETag"] is None
    assert nginx.ask(path, accept_encoding="gzip").headers["Content-Encoding"] == "gzip"
    upstream.status = 200
    assert "X-Served-From" not in nginx.ask(path).headers


def test_it_is_there_for_who_asks_in_another_encoding(nginx, upstream):
    nginx.ask("/old/packed/", accept_encoding="gzip")
    nginx.ask("/old/plain/")
    upstream.status = 503
    for path in ("/old/packed/", "/old/plain/"):
        for encoding in ("", "gzip"):
            reply = nginx.ask(path, accept_encoding=encoding)
            assert (reply.status, reply.headers["X-Served-From"]) == (200, "stale-cache")


def test_the_api_from_before_is_the_same_bytes(nginx, upstream):
    path = "/api/v1/from-before/?x=%E9%9D%92"
    before = nginx.ask(path, accept="application/json")
    upstream.status = 503
    reply = nginx.ask(path, accept="application/json", authorization="Bearer key")
    assert (reply.body, reply.headers["X-Served-From"]) == (before.body, "stale-cache")


def test_whole_sets_from_before_are_not_compressed_anew(nginx, upstream):
    for path, encoding in (("/api/v1/export/set/", None), ("/old/set/", "gzip")):
        upstream.status = 200
        nginx.ask(path, accept_encoding="gzip")
        upstream.status = 503
        reply = nginx.ask(path, accept_encoding="gzip")
        assert (reply.status, reply.headers["X-Served-From"]) == (200, "stale-cache")
        assert reply.headers["Content-Encoding"] == encoding


def test_where_nothing_was_kept_the_mirror_answers(nginx, upstream):
    put(nginx, "mirrored/index.html", "<p>示例副本</p>")
    put(nginx, "mirrored/index@page=2.html", "<p>示例第二页</p>")
    put(nginx, "api/v1/mirrored/index.json", '{"mirrored": true}')
    put(nginx, "feeds/mirrored.atom", "<feed/>")
    upstream.status = 503
    for path, words in (
        ("/mirrored/", "示例副本"),
        ("/mirrored/?page=2", "示例第二页"),
        ("/mirrored/?city=qingdao", "示例副本"),
        ("/api/v1/mirrored/", "mirrored"),
        ("/feeds/mirrored.atom", "<feed/>"),
    ):
        reply = nginx.ask(path)
        assert (reply.status, reply.headers["X-Served-From"]) == (200, "mirror"), path
        assert words in reply.text
        assert "Content-Security-Policy" in reply.headers
        assert reply.headers["Strict-Transport-Security"]
    assert reply.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert_said(nginx.ask("/api/v1/mirrored/?city=qingdao"), 503, is_api=True)


def test_where_there_is_nothing_at_all_a_sentence_says_so(nginx, upstream):
    upstream.status = 503
    for path in ("/nothing/", "/search/?q=x", "/static/nothing.css"):
        reply = nginx.ask(path)
        if not path.startswith("/static/"):
            assert_said(reply, 503, is_api=False)
            assert reply.headers["Retry-After"] == "30"
    assert_said(nginx.ask("/api/v1/nothing/"), 503, is_api=True)
    assert_said(nginx.ask("/nothing/", "POST", body=b"a=1"), 503, is_api=False)
    assert json.loads(nginx.ask("/api/v1/nothing/").body)["title"] == "Service Unavailable"


def test_staff_and_forms_never_get_the_mirror(nginx, upstream):
    put(nginx, "admin/index.html", "mirrored")
    put(nginx, "feedback/index.html", "mirrored")
    upstream.breaks = 1000
    for path in ("/admin/", "/feedback/", "/en/feedback/"):
        for method in ("GET", "POST"):
            before = upstream.asked[method, path]
            assert_said(nginx.ask(path, method), 503, is_api=False)
            assert upstream.asked[method, path] == before + 1  # a form is sent once


def test_reading_is_tried_once_more_when_a_connection_breaks(nginx, upstream):
    upstream.breaks = 1
    assert nginx.ask("/kept/breaks/").status == 200
    assert upstream.asked["GET", "/kept/breaks/"] == 2


def test_the_logs_have_no_addresses_of_readers_and_nothing_that_they_typed(nginx, upstream):
    client = "127.0.9.9"
    upstream.breaks = 1000
    for path in (
        "/search/?q=hidden",
        "/check/hidden/",
        "/en/feedback/state/hidden",
        "/api/?hidden",
    ):
        nginx.ask(path, client=client)
    nginx.send(
        b"GET /admin/login/?hidden HTTP/1.1\r\nHost: portal.example\r\n\r\n" * 30 + b"x",
        client=client,
    )
    told = "".join(path.read_text() for path in (nginx.root / "log").iterdir())
    assert '"path":"/search/","status":503' in told
    assert '"upstream_status":"502' in told
    assert "/en/feedback/state/***" in told
    assert "hidden" not in told
    assert client not in told
