"""Requests that no browser sends, to the real gunicorn: refused with 4xx, never a 5xx."""

import socket

import pytest

from tests.response_store.test_gunicorn import Gunicorn

pytestmark = [
    pytest.mark.launch,
    pytest.mark.django_db(transaction=True),
]

HEAD = b"Host: localhost\r\nConnection: close\r\n"
FORM = HEAD + b"Content-Type: application/x-www-form-urlencoded\r\n"


def chunk(body):
    return b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)


# What is sent, and the status of the answer.
REQUESTS = {
    "headers without end": (
        b"GET / HTTP/1.1\r\n" + HEAD + b"".join(b"X-%d: a\r\n" % n for n in range(300)) + b"\r\n",
        431,
    ),
    "a header of 20 kB": (b"GET / HTTP/1.1\r\n%sX: %s\r\n\r\n" % (HEAD, b"a" * 20_000), 431),
    "an address of 20 kB": (b"GET /%s HTTP/1.1\r\n%s\r\n" % (b"a" * 20_000, HEAD), 414),
    "a query of 5 kB": (b"GET /?q=%s HTTP/1.1\r\n%s\r\n" % (b"a" * 5_000, HEAD), 414),
    "cookies without end": (
        b"GET /about/ HTTP/1.1\r\n%sCookie: %s\r\n\r\n" % (HEAD, b"a=1; " * 2_000),
        431,
    ),
    "another path by a header": (
        b"GET /about/ HTTP/1.1\r\nSCRIPT_NAME: /evil\r\n%s\r\n" % HEAD,
        200,
    ),
    "another file by a header": (b"GET /about/ HTTP/1.1\r\nPATH_INFO: /evil\r\n%s\r\n" % HEAD, 200),
    "two schemes": (
        b"GET /about/ HTTP/1.1\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Proto: http\r\n%s\r\n"
        % HEAD,
        200,
    ),
    "two hosts": (b"GET / HTTP/1.1\r\n%sHost: evil.example\r\n\r\n" % HEAD, 400),
    "a host that is none": (b"GET / HTTP/1.1\r\nHost: a@evil.example\r\n\r\n", 400),
    "a method that is none": (b"G\x00T / HTTP/1.1\r\n%s\r\n" % HEAD, 400),
    "a version that is none": (b"GET / HTTP/9.9\r\n%s\r\n" % HEAD, 400),
    "two lengths": (
        b"POST /feedback/ HTTP/1.1\r\n%sContent-Length: 1\r\nContent-Length: 2\r\n\r\nab" % FORM,
        400,
    ),
    "a length and chunks": (
        b"POST /feedback/ HTTP/1.1\r\n%sTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n%s"
        % (FORM, chunk(b"")),
        400,
    ),
    "chunks of no length": (
        b"POST /feedback/ HTTP/1.1\r\n%sTransfer-Encoding: chunked\r\n\r\nzz\r\n" % FORM,
        400,
    ),
    "a megabyte in chunks": (
        b"POST /feedback/ HTTP/1.1\r\n%sTransfer-Encoding: chunked\r\n\r\n%s"
        % (FORM, chunk(b"a" * 1_000_000)),
        400,
    ),
    "fields without end, in chunks": (
        b"POST /feedback/ HTTP/1.1\r\n%sTransfer-Encoding: chunked\r\n\r\n%s"
        % (FORM, chunk(b"&".join([b"a=1"] * 5_000))),
        400,
    ),
}


@pytest.fixture(scope="module")
def host(django_db_setup, django_db_blocker, tmp_path_factory):
    with django_db_blocker.unblock():
        server = Gunicorn(tmp_path_factory.mktemp("gunicorn"))
    yield server.host
    server.process.kill()
    server.process.communicate()


@pytest.mark.parametrize("name", REQUESTS)
def test_it_is_answered_by_its_own_status(host, name):
    sent, expected = REQUESTS[name]
    address, _, port = host.rpartition(":")
    with socket.create_connection((address, int(port)), 30) as client:
        client.sendall(sent)
        client.settimeout(30)
        status = client.makefile("rb").readline().split(b" ")[1]
    assert int(status) == expected
