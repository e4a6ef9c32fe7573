"""One answer in the encodings, conditions and ranges that clients ask for."""

import gzip
import time

import brotli
import pytest

from qingdao_portal.response_store.answers import Answer, best_encoding
from tests.response_store.asking import ask

TEXT = "<p>示例内容</p>".encode() * 100
HEADERS = [("Content-Type", "text/html; charset=utf-8"), ("Cache-Control", "public")]
GENERATION = (1, 1, 1)


def serving(body=TEXT, status="200 OK", headers=HEADERS, generation=GENERATION):
    return Answer(status, headers, body, generation=generation).serve


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip", "gzip"),
        ("GZIP;q=0.5, br;q=0.1", "gzip"),
        ("br;q=0, gzip;q=0", "identity"),
        ("gzip;q=0.1, identity", "identity"),
        ("*", "br"),
        ("*;q=0", "identity"),
        ("br;q=x", "identity"),
        ("", "identity"),
        ("identity", "identity"),
        ("zstd", "identity"),
        (";q=1,,br", "br"),
    ],
)
def test_the_encoding_is_the_one_that_the_client_prefers(accepted, encoding):
    assert best_encoding(accepted) == encoding


def test_each_encoding_holds_the_same_and_has_a_tag_of_its_own():
    app = serving()
    plain, packed, best = (ask(app, "/", accept_encoding=e) for e in ("identity", "gzip", "br"))
    assert plain.body == gzip.decompress(packed.body) == brotli.decompress(best.body) == TEXT
    tags = {reply.headers["etag"] for reply in (plain, packed, best)}
    assert len(tags) == 3
    assert all(tag.startswith('"') for tag in tags)
    for reply in (plain, packed, best):
        assert int(reply.headers["content-length"]) == len(reply.body)


def test_what_compressing_does_not_make_smaller_is_sent_as_it_is():
    picture = serving(headers=[("Content-Type", "image/png")])
    checked = serving(headers=[*HEADERS, ("Repr-Digest", "sha-256=:eA==:")])
    encoded = serving(headers=[*HEADERS, ("Content-Encoding", "own")], generation=None)
    assert ask(encoded, "/", accept_encoding="br").headers["content-encoding"] == "own"
    for app in (picture, serving(b"short"), checked):
        assert "content-encoding" not in ask(app, "/", accept_encoding="br, gzip").headers


@pytest.mark.parametrize("encoding", ["identity", "gzip", "br"])
def test_who_has_it_already_is_told_so_with_the_same_headers(encoding):
    app = serving()
    first = ask(app, "/", accept_encoding=encoding)
    for known in (first.headers["etag"], f'"x", W/{first.headers["etag"]}', "*"):
        again = ask(app, "/", accept_encoding=encoding, if_none_match=known)
        assert (again.status, again.body) == (304, b"")
        assert again.headers["etag"] == first.headers["etag"]
        assert again.headers["cache-control"] == first.headers["cache-control"]
        assert "content-length" not in again.headers


def test_a_tag_of_another_encoding_or_other_bytes_is_no_match():
    app = serving()
    tag = ask(app, "/").headers["etag"]
    assert ask(app, "/", accept_encoding="br", if_none_match=tag).status == 200
    assert ask(serving(TEXT + b"!"), "/", if_none_match=tag).status == 200


def test_the_tag_is_that_of_the_bytes_whatever_was_published_meanwhile():
    tag = ask(serving(), "/").headers["etag"]
    assert ask(serving(generation=(9, 9, 9)), "/", if_none_match=tag).status == 304


def test_an_answer_that_is_not_public_keeps_its_own_tag():
    app = serving(headers=[*HEADERS, ("ETag", 'W/"own"')], generation=None)
    reply = ask(app, "/", accept_encoding="gzip")
    assert reply.headers["etag"] == 'W/"own"'
    assert "accept-ranges" not in reply.headers
    assert ask(app, "/", if_none_match='W/"own"').status == 304
    assert ask(app, "/", range="bytes=0-1").status == 200


@pytest.mark.parametrize("encoding", ["identity", "br"])
def test_head_says_what_get_would_and_sends_nothing(encoding):
    get, head = (ask(serving(), "/", m, accept_encoding=encoding) for m in ("GET", "HEAD"))
    assert (head.status, head.headers, head.body) == (get.status, get.headers, b"")
    tag = get.headers["etag"]
    assert ask(serving(), "/", "HEAD", accept_encoding=encoding, if_none_match=tag).status == 304


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [("bytes=0-9", 0, 9), ("bytes=100-", 100, -1), ("bytes=-5", -5, -1), ("bytes=7-999999", 7, -1)],
)
def test_a_range_is_sent_in_part(asked, first, last):
    total = len(TEXT)
    first, last = first % total, last % total
    reply = ask(serving(), "/", range=asked)
    assert reply.status == 206
    assert reply.body == TEXT[first : last + 1]
    assert reply.headers["content-range"] == f"bytes {first}-{last}/{total}"
    assert int(reply.headers["content-length"]) == len(reply.body)
    assert reply.headers["etag"] == ask(serving(), "/").headers["etag"]


def test_parts_of_one_encoding_make_up_its_whole():
    app, whole = serving(), ask(serving(), "/", accept_encoding="br")
    parts = [ask(app, "/", accept_encoding="br", range=r) for r in ("bytes=0-19", "bytes=20-")]
    assert b"".join(part.body for part in parts) == whole.body
    assert {part.headers["content-encoding"] for part in parts} == {"br"}


@pytest.mark.parametrize(
    "asked", ["bytes=0-1,5-6", "bytes=9-1", "bytes=-", "bytes=a-b", "items=0-1", "bytes=٣-٤", ""]
)
def test_what_is_not_one_range_is_answered_whole(asked):
    reply = ask(serving(), "/", range=asked)
    assert (reply.status, reply.body) == (200, TEXT)


@pytest.mark.parametrize("asked", ["bytes=99999999-", "bytes=-0"])
def test_a_range_behind_the_end_is_416(asked):
    reply = ask(serving(), "/", range=asked)
    assert (reply.status, reply.body) == (416, b"")
    assert reply.headers["content-range"] == f"bytes */{len(TEXT)}"


def test_a_range_of_bytes_that_changed_is_answered_whole():
    tag = ask(serving(), "/").headers["etag"]
    assert ask(serving(), "/", range="bytes=0-9", if_range=tag).status == 206
    for other in ('"other"', f"W/{tag}", "Sat, 28 Nov 2026 01:05:04 GMT"):
        assert ask(serving(), "/", range="bytes=0-9", if_range=other).status == 200
    assert ask(serving(), "/", "HEAD", range="bytes=0-9").status == 200


@pytest.mark.parametrize("status", ["301 Moved Permanently", "404 Not Found", "410 Gone"])
def test_only_a_good_answer_is_conditional(status):
    app = serving(status=status)
    tag = ask(app, "/").headers["etag"]
    number = int(status[:3])
    assert ask(app, "/", if_none_match=tag, range="bytes=0-1").status == number


def test_a_trusted_proxy_is_told_to_keep_it_until_the_second_ends(settings):
    assert "x-accel-expires" not in ask(serving(), "/").headers
    settings.TRUST_PROXY = True
    whole = ask(serving(), "/")
    assert 0 <= time.time() - int(whole.headers["x-accel-expires"].removeprefix("@")) < 60
    names = list(whole.headers)
    assert names.index("cache-control") < names.index("x-accel-expires")  # else nginx stops there
    known = ask(serving(), "/", if_none_match=whole.headers["etag"])
    assert known.status == 304
    assert "x-accel-expires" in known.headers
    assert "x-accel-expires" in ask(serving(), "/", range="bytes=0-1").headers
    assert "x-accel-expires" not in ask(serving(generation=None), "/").headers


def test_the_second_is_that_of_nginx_where_the_clock_here_is_wrong(settings):
    settings.TRUST_PROXY = True

    def told(asked_at):
        answer = ask(serving(), "/", x_request_start=asked_at)
        return int(answer.headers["x-accel-expires"].removeprefix("@"))

    now = time.time()
    for ahead in (86400, -3600):
        assert told(f"{now + ahead:.3f}") == int(now + ahead)
    for agreeing in (f"{now - 20:.3f}", "", "0", "nan", "1e9", "-1.000", "9" * 400, "١.000"):
        assert 0 <= told(agreeing) - int(now) < 60
