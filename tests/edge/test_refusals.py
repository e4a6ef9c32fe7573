"""Whom nginx refuses, with what words, and what of a request it does not pass on."""

import base64
import hashlib
import json
import re
import socket
import subprocess
import time
from contextlib import closing
from urllib.parse import quote

import pytest

from tests.edge.nginx import FILES, NAME

ADDRESSES = iter(range(1, 250))


@pytest.fixture
def client():
    """A client's address that no other test has."""
    return f"127.0.1.{next(ADDRESSES)}"


LIMITS = [  # a path of each zone, how many at once are let through at least, a limit above
    ("/search/", 20, 200),
    ("/en/search/suggest/", 20, 200),
    ("/api/v1/search/", 20, 200),
    ("/feedback/", 20, 80),
    ("/check/KEY/", 20, 80),
    ("/admin/login/", 10, 40),
    ("/admin/guide/", 60, 250),
    ("/api/v1/measures/", 100, 500),
    ("/guide/", 200, 1500),
]


@pytest.mark.parametrize(("path", "least", "most"), LIMITS)
def test_a_flood_from_one_address_is_told_to_wait_and_others_are_served(
    nginx, upstream, client, path, least, most
):
    ask = f"GET {path} HTTP/1.1\r\nHost: {NAME}\r\n".encode()
    received = nginx.send(
        (ask + b"\r\n") * most + ask + b"Connection: close\r\n\r\n", client=client
    )
    statuses = re.findall(rb"HTTP/1\.1 (\d+) ", received)
    assert set(statuses) == {b"200", b"429"}
    assert statuses.index(b"429") >= least
    head, said = re.split(rb"HTTP/1\.1 429 ", received)[1].split(b"\r\n\r\n", 1)
    assert b"\r\nRetry-After: 10\r\n" in head
    assert b"\r\nX-Served-From: nginx\r\n" in head
    assert (b'{"type"' if path.startswith("/api/") else b"<!DOCTYPE html>") in said
    assert nginx.ask(path, client="127.0.0.7").status == 200


def assert_said(reply, status, *, is_api):
    """What nginx says by itself: a problem document or a page in Chinese, for nobody to keep."""
    assert reply.status == status
    assert reply.headers["X-Served-From"] == "nginx"
    assert reply.headers["Cache-Control"] == "no-store"
    assert reply.headers["X-Content-Type-Options"] == "nosniff"
    if is_api:
        assert reply.headers["Content-Type"].startswith("application/problem+json")
        assert json.loads(reply.body)["status"] == status
    else:
        assert reply.headers["Content-Type"] == "text/html; charset=utf-8"
        assert '<html lang="zh-Hans">' in reply.text


def test_a_form_above_the_limit_is_told_to_wait_too(nginx, upstream, client):
    replies = [nginx.ask("/admin/login/", "POST", body=b"name=a", client=client) for _ in range(25)]
    assert_said(replies[-1], 429, is_api=False)


def test_the_portals_own_429_passes(nginx, upstream, client):
    upstream.status = 429
    reply = nginx.ask("/api/v1/own-limit/", client=client)
    assert (reply.status, reply.headers["X-Served-From"]) == (429, None)
    assert "headers" in json.loads(reply.body)


@pytest.mark.parametrize(
    ("path", "size"),
    [("/guide/", 70_000), ("/api/v1/", 70_000), ("/feedback/", 140_000), ("/admin/", 6_500_000)],
)
def test_large_bodies_are_refused_before_the_portal_sees_them(nginx, upstream, path, size):
    before = upstream.asked["POST", path]
    reply = nginx.ask(path, "POST", content_length=str(size))  # before any of it is sent
    assert_said(reply, 413, is_api=path.startswith("/api/"))
    assert upstream.asked["POST", path] == before


def test_long_addresses_and_headers_are_refused(nginx, upstream):
    assert nginx.ask("/long/?q=" + "a" * 7000).status == 200
    assert_said(nginx.ask("/long/?q=" + "a" * 9000), 414, is_api=False)
    assert_said(nginx.ask("/long/", cookie="a" * 9000), 431, is_api=False)
    assert_said(nginx.ask("/api/v1/", cookie="a" * 9000), 431, is_api=True)
    assert_said(nginx.ask("/long/", **{f"x{n}": "a" * 7000 for n in range(6)}), 431, is_api=False)
    head = nginx.send(b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 ")


def test_an_answer_with_long_headers_passes(nginx):
    """As of strict policies beside links that repeat an address of 2,000 characters."""
    reply = nginx.ask("/wordy/?q=" + quote("看病" * 110))
    assert (reply.status, len(reply.headers["Link"])) == (200, 12_002)


def test_who_sends_headers_slowly_is_cut_off(nginx):
    with nginx.connect() as slow:
        slow.sendall(b"GET / HTTP/1.1\r\nHost: portal")
        assert slow.recv(100) == b""


@pytest.mark.parametrize("host", ["elsewhere.example", "portal.example.evil", "127.0.0.1", ""])
def test_names_that_are_not_the_portals_are_refused(nginx, upstream, host):
    said = f"GET /other-host/ HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode()
    assert nginx.send(said).split()[1] in (b"421", b"400")
    with closing(socket.create_connection(("127.0.0.1", nginx.plain_port), 10)) as plain:
        plain.sendall(said)
        assert plain.recv(1000).split()[1] in (b"421", b"400")
    assert upstream.asked["GET", "/other-host/"] == 0


def test_tls_for_another_name_is_refused_and_plain_http_leads_to_the_portal(nginx):
    address = f"127.0.0.1:{nginx.port}"
    done = subprocess.run(
        ["openssl", "s_client", "-connect", address, "-servername", "elsewhere.example"],
        capture_output=True,
        input=b"",
        check=False,
    )
    assert b"unrecognized name" in done.stderr
    with closing(socket.create_connection(("127.0.0.1", nginx.plain_port), 10)) as plain:
        plain.sendall(f"GET /guide/?q=1 HTTP/1.1\r\nHost: {NAME}\r\n\r\n".encode())
        head = plain.recv(1000)
    assert head.startswith(b"HTTP/1.1 301 ")
    assert f"Location: https://{NAME}/guide/?q=1\r\n".encode() in head


SPOOFED = {
    "X-Forwarded-For": "6.6.6.6",
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Proto": "http",
    "X-Forwarded-Port": "6666",
    "X-Original-URL": "/admin/",
    "X-Rewrite-URL": "/admin/",
    "X-HTTP-Method-Override": "DELETE",
    "X-Request-ID": "evil-evil",
    "X-Request-Start": "6666666666.000",
    "Forwarded": "for=6.6.6.6;host=evil.example",
    "Cookie": "sessionid=evil",
    "Accept-Encoding": "evil",
}


def test_what_clients_claim_of_themselves_reaches_nobody(nginx, upstream):
    nginx.ask("/kept/spoofed/", client="127.0.0.9", **SPOOFED)
    told = upstream.last["/kept/spoofed/"]
    assert "evil" not in str(told)
    assert "6.6.6.6" not in str(told)
    assert told["X-Forwarded-For"] == "127.0.0.9"
    assert told["X-Forwarded-Proto"] == "https"
    assert abs(float(told["X-Request-Start"]) - time.time()) < 60
    assert not {"X-Original-URL", "X-HTTP-Method-Override", "Cookie"} & set(told)
    nginx.ask("/admin/", **SPOOFED)
    told = upstream.last["/admin/"]
    assert told["Cookie"] == "sessionid=evil"
    assert (told["Host"], told["X-Forwarded-For"]) == (NAME, "127.0.0.1")


def test_only_a_proxy_of_ones_own_is_believed_about_addresses(nginx, upstream):
    claimed = "127.0.0.1, 6.6.6.6"
    nginx.ask("/kept/address/", client="127.0.0.3", x_forwarded_for=f"{claimed}, 127.0.0.3")
    assert upstream.last["/kept/address/"]["X-Forwarded-For"] == "6.6.6.6"
    assert nginx.ask("/readyz", client="127.0.0.3", x_forwarded_for=claimed).status == 403
    nginx.ask("/kept/address/2/", client="127.0.0.4", x_forwarded_for=claimed)
    assert upstream.last["/kept/address/2/"]["X-Forwarded-For"] == "127.0.0.4"


@pytest.mark.parametrize(
    ("network", "status"),
    [("2001:db8:1:2:{:x}::1", 429), ("2001:db8::{:x}:1:2:3", 429), ("2001:db8:{:x}:9::1", 200)],
)
def test_a_network_of_ipv6_is_one_client(nginx, upstream, network, status):
    asks = [
        f"GET /admin/login/ HTTP/1.1\r\nHost: {NAME}\r\n"
        f"X-Forwarded-For: {network.format(number + 1)}\r\n"
        for number in range(40)
    ]
    sent = "\r\n".join(asks) + "Connection: close\r\n\r\n"
    received = nginx.send(sent.encode(), client="127.0.0.3")
    assert (b"HTTP/1.1 429 " in received) == (status == 429)


def test_operations_are_for_this_machine_only(nginx, upstream):
    assert nginx.ask("/readyz").status == 200
    assert nginx.ask("/readyz", client="127.0.0.2").status == 403
    assert nginx.ask("/metrics", client="127.0.0.2", x_forwarded_for="127.0.0.1").status == 403


def test_http2_is_spoken(nginx):
    address = f"https://{NAME}:{nginx.port}/kept/two/"
    place = [
        "--resolve",
        f"{NAME}:{nginx.port}:127.0.0.1",
        "--cacert",
        nginx.root / "fullchain.pem",
    ]
    how = ["--silent", "--show-error", "--http2", "--write-out", " %{http_version}"]
    done = subprocess.run(
        ["curl", *how, *place, address], capture_output=True, text=True, check=True
    )
    assert done.stdout.endswith(" 2")
    assert "<main>first</main>" in done.stdout


def test_what_nginx_says_is_as_its_policy_allows():
    policy = (FILES / "mirror.conf").read_text()
    for path in (FILES / "says").iterdir():
        if path.suffix == ".html":
            style = re.search("<style>(.*?)</style>", path.read_text(), re.S)[1]
            digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
            assert f"'sha256-{digest}'" in policy
        else:
            assert json.loads(path.read_text())["status"] == int(path.stem)
