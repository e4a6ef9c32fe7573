"""What nginx keeps and gives out again, and what it never does."""

import contextlib
import gzip
import os
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.edge.nginx import commands_after_a_jump
from tests.edge.upstream import TAG
from tests.response_store.gunicorn import until


def test_a_public_page_is_asked_for_once_and_kept_compressed(nginx, upstream):
    first = nginx.ask("/kept/page/", accept_encoding="gzip, deflate, br")
    again = nginx.ask("/kept/page/", accept_encoding="br;q=1.0, gzip;q=0.8")
    assert (first.headers["X-Cache"], again.headers["X-Cache"]) == ("MISS", "HIT")
    assert again.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(again.body) == gzip.decompress(first.body)
    assert upstream.asked["GET", "/kept/page/"] == 1
    for unpacked in ("", "gzip;q=0", "identity", "zip, gzipped"):
        reply = nginx.ask("/kept/page/", accept_encoding=unpacked)
        assert "<main>first</main>" in reply.text
    assert upstream.asked["GET", "/kept/page/"] == 2
    assert reply.headers.get_all("Cache-Control")[1] == "stale-if-error=86400"


def test_conditions_ranges_and_head_are_answered_from_what_is_kept(nginx, upstream):
    whole = nginx.ask("/kept/ranges/")
    unchanged = nginx.ask("/kept/ranges/", if_none_match=TAG)
    part = nginx.ask("/kept/ranges/", range="bytes=0-9")
    head = nginx.ask("/kept/ranges/", "HEAD")
    assert (unchanged.status, unchanged.body) == (304, b"")
    assert (part.status, part.body) == (206, whole.body[:10])
    assert (head.status, head.body) == (200, b"")
    assert head.headers["Content-Length"] == str(len(whole.body))
    assert upstream.asked["GET", "/kept/ranges/"] == 1
    assert upstream.asked["HEAD", "/kept/ranges/"] == 0


def test_a_page_that_many_want_at_once_is_asked_for_once(nginx, upstream):
    upstream.is_open.clear()
    replies = []
    readers = [
        threading.Thread(target=lambda: replies.append(nginx.ask("/kept/many/").status))
        for _ in range(8)
    ]
    for reader in readers:
        reader.start()
    until(lambda: upstream.asked["GET", "/kept/many/"])
    nginx.ask("/?" + "a" * 9000)  # it takes one after the other: now the readers are in
    upstream.is_open.set()
    for reader in readers:
        reader.join()
    assert replies == [200] * 8
    assert upstream.asked["GET", "/kept/many/"] == 1


def test_what_a_clock_that_was_ahead_had_it_keep_is_forgotten_when_the_clock_is_set(
    nginx, upstream
):
    for path in ("/kept/ahead/", "/kept/right/"):
        nginx.ask(path)
    tomorrow = time.time() + 86400
    for path in (nginx.root / "cache").rglob("*"):
        if path.is_file() and b"/kept/ahead/" in path.read_bytes():
            os.utime(path, (tomorrow, tomorrow))
    upstream.word = "second"
    assert "first" in nginx.ask("/kept/ahead/").text
    subprocess.run(nginx.commands_after_a_jump()[0], check=True)
    assert "second" in nginx.ask("/kept/ahead/").text
    assert "first" in nginx.ask("/kept/right/").text


def test_what_nginx_removes_meanwhile_keeps_systemd_from_nothing(tmp_path):
    """It ends a unit at the first command that fails."""
    tomorrow, is_over = time.time() + 86400, threading.Event()
    paths = [tmp_path / str(number) for number in range(200)]
    command = commands_after_a_jump(tmp_path)[0]

    def come_and_go():
        while not is_over.is_set():
            for path in paths:
                with contextlib.suppress(FileNotFoundError):  # find was there before
                    path.touch()
                    os.utime(path, (tomorrow, tomorrow))
            for path in paths:
                path.unlink(missing_ok=True)

    with ThreadPoolExecutor(1) as threads:
        threads.submit(come_and_go)
        try:
            for _ in range(20):
                subprocess.run(command, check=True)
        finally:
            is_over.set()


def test_what_has_just_become_old_is_given_out_while_one_request_asks_again(nginx, upstream):
    assert "first" in nginx.ask("/renewing/").text
    upstream.word = "second"
    upstream.is_open.clear()
    old = nginx.ask("/renewing/")  # although nobody answers
    assert (old.headers["X-Cache"], old.headers["X-Served-From"]) == ("STALE", None)
    assert nginx.ask("/renewing/").headers["X-Cache"] == "UPDATING"
    upstream.is_open.set()
    until(lambda: "second" in nginx.ask("/renewing/").text)


def test_what_is_older_is_asked_for_before_it_is_given_out(nginx, upstream):
    assert "first" in nginx.ask("/old/").text
    assert nginx.ask("/old/").headers["X-Cache"] == "REVALIDATED"
    assert upstream.last["/old/"]["If-None-Match"] == TAG
    upstream.word = "second"
    assert "second" in nginx.ask("/old/").text


@pytest.mark.parametrize(
    "path",
    [
        "/admin/",
        "/admin/x.css",
        "/admin/login/",
        "//admin/x.css",
        "/%61dmin/x.css",
        "/feedback/state/REFERENCE/.css",
        "/feedback/state/REFERENCE",
        "/en/feedback/state/REFERENCE/x.js",
        "/check/KEY/x.png",
        "/cookie/",
        "/vary/",
    ],
)
def test_what_is_for_one_reader_is_never_kept(nginx, upstream, path):
    asked = ("GET", path.replace("//", "/"))
    before = upstream.asked[asked]
    for turn in (1, 2):
        reply = nginx.ask(path, client=f"127.0.2.{turn}")
        assert reply.status == 200
        assert reply.headers["X-Cache"] in (None, "MISS")
    assert upstream.asked[asked] == before + 2


def test_what_is_asked_with_a_key_is_neither_kept_nor_read_from_what_is(nginx, upstream):
    path, headers = "/api/v1/keys/", {"authorization": "Bearer key"}
    nginx.ask(path, **headers)
    assert nginx.ask(path).headers["X-Cache"] == "MISS"
    assert nginx.ask(path, **headers).headers["X-Cache"] == "BYPASS"
    assert upstream.last[path]["authorization"] == "Bearer key"
    assert nginx.ask(path).headers["X-Cache"] == "HIT"


def test_who_waits_for_changes_waits_alone(nginx, upstream):
    for _ in range(2):
        assert nginx.ask("/api/v1/changes/?wait=20").headers["X-Cache"] == "BYPASS"
    assert upstream.asked["GET", "/api/v1/changes/?wait=20"] == 2


def test_what_is_sent_is_never_kept(nginx, upstream):
    for _ in range(2):
        assert nginx.ask("/search/count/", "POST", body=b"a=1").status == 200
    assert upstream.asked["POST", "/search/count/"] == 2
    nginx.ask("/search/count/")
    assert upstream.asked["GET", "/search/count/"] == 1


def test_formats_of_the_api_are_kept_apart(nginx, upstream):
    path = "/api/v1/formats/"
    for accept in ("text/csv", "application/json", "text/csv"):
        assert f'"accept": "{accept}"' in nginx.ask(path, accept=accept).text
    assert upstream.asked["GET", path] == 2
    for accept in ("text/html", "text/plain"):  # pages have one
        nginx.ask("/kept/one-format/", accept=accept)
    assert upstream.asked["GET", "/kept/one-format/"] == 1
