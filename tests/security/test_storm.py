"""What `make storm` takes for a fault."""

import random

import pytest

from tests.security import storm

REQUEST = b"GET / HTTP/1.1\r\n\r\n"


def faults_of(answer):
    found = storm.Found()
    storm.judge(found, 0, REQUEST, answer)
    return [kind for kind, _request in found.faults]


@pytest.mark.parametrize(
    ("answer", "kinds"),
    [
        (b"HTTP/1.1 200 OK\r\n\r\nall is well", []),
        (b"HTTP/1.1 404 Not Found\r\n\r\n&lt;evil onload=x&gt;", []),
        (b"", []),  # cut off, as for what is no HTTP
        (b"HTTP/1.1 500 Oops\r\n\r\n", ["status 500"]),
        (b"HTTP/1.1 400 Bad\r\n\r\nTraceback (most recent call last)", ["trace"]),
        (b"HTTP/1.1 400 Bad\r\n\r\n<evil onload=x>", ["reflection"]),
        (b"HTTP/1.1 302 Found\r\nLocation: /en/\r\n\r\n", []),
        (b"HTTP/1.1 301 Moved\r\nLocation: https://localhost/a/\r\n\r\n", []),
        (b"HTTP/1.1 302 Found\r\nLocation: //evil.example/\r\n\r\n", ["foreign redirect"]),
        (b"HTTP/1.1 302 Found\r\nlocation: https://evil.example/\r\n\r\n", ["foreign redirect"]),
        (b"HTTP/1.1 302 Found\r\nLocation: /\\evil.example/\r\n\r\n", ["foreign redirect"]),
        (b"HTTP/1.1 302 Found\r\nLocation: /a\r\nX:1\r\n\r\n", ["split header"]),
    ],
)
def test_a_fault_is_seen_and_nothing_else_is_one(answer, kinds):
    assert faults_of(answer) == kinds


def test_the_same_seed_sends_the_same():
    shapes = ["/", "/guide/", "/api/v1/measures/"]
    one, other = ([storm.request_of(random.Random(7), shapes)] for _ in range(2))  # noqa: S311
    assert one == other
