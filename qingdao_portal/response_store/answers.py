"""One answer as it is kept: its bytes in each encoding, with the headers that go with them."""

import base64
import gzip
import hashlib
import re
import time
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

import brotli
from django.conf import settings

from qingdao_portal import clock
from qingdao_portal.release import RELEASE

MIN_BYTES = 500  # below, compressing gains nothing that a packet shows
BROTLI_QUALITY, GZIP_LEVEL = 5, 6  # made while a reader waits, after each publish
OVERHEAD_BYTES = 4096  # of headers, keys and objects around the bytes
COMPRESSIBLE = re.compile(r"text/|image/svg|application/[a-z.+-]*(?:json|xml|javascript)")
# Of the bytes that are sent, so not of an answer without any.
OF_THE_BODY = {"content-type", "content-length", "content-encoding", "content-language"}
REPLACED = {"etag", "content-length", "accept-ranges"}
SECONDS = re.compile(r"[0-9]{1,11}\.[0-9]{3}", re.ASCII)
MAY_DIFFER = clock.MAY_DIFFER.total_seconds()  # longer than any request takes
RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)


class Variant(NamedTuple):
    """The answer in one encoding."""

    body: bytes
    etag: str
    headers: list
    unchanged: list  # the headers of a 304


class Answer:
    """What the application answered, ready for whoever asks next.

    A public answer gets an ETag of its bytes: the same bytes after a publish are not sent again.
    Others keep the one they have.
    """

    __slots__ = ("generation", "is_used", "size", "status", "variants")

    def __init__(self, status, headers, body, *, generation=None):
        self.status = status
        self.generation = generation
        self.is_used = False
        names = {name.lower(): value for name, value in headers}
        etag = _etag_of(body) if generation is not None else names.get("etag", "")
        kept = [(name, value) for name, value in headers if name.lower() not in REPLACED]
        is_encoded = "content-encoding" in names  # by the view: sent as it is
        encoded = {"identity": body} if is_encoded else encodings_of(body, names)
        self.variants = {
            name: _variant(name, content, etag, kept) for name, content in encoded.items()
        }
        self.size = OVERHEAD_BYTES + sum(len(content) for content in encoded.values())

    def serve(self, environ, start_response):
        """Answer a GET or HEAD request: whole, as a range or, where it is known, as 304."""
        encoding = best_encoding(environ.get("HTTP_ACCEPT_ENCODING", ""))
        variant = self.variants.get(encoding) or self.variants["identity"]
        if settings.TRUST_PROXY and self.generation is not None:
            variant = _until_the_second_ends(variant, environ)
        if self.status.startswith("200"):
            known = environ.get("HTTP_IF_NONE_MATCH")
            if known is not None and is_among(variant.etag, known):
                start_response("304 Not Modified", variant.unchanged)
                return []
            if "HTTP_RANGE" in environ and environ["REQUEST_METHOD"] == "GET":
                return _serve_range(variant, environ, start_response)
        start_response(self.status, variant.headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [variant.body]


class Passing(NamedTuple):
    """An answer that is sent on as it comes, for the one who asked."""

    status: str
    headers: list
    body: Iterable

    def serve(self, environ, start_response):
        etag = next((value for name, value in self.headers if name.lower() == "etag"), "")
        is_known = is_among(etag, environ.get("HTTP_IF_NONE_MATCH", ""))
        if is_known:
            kept = [header for header in self.headers if header[0].lower() not in OF_THE_BODY]
            start_response("304 Not Modified", kept)
        else:
            start_response(self.status, self.headers)
        if is_known or environ["REQUEST_METHOD"] == "HEAD":
            self.body.close()
            return []
        return self.body


def encodings_of(body, headers):
    """`{encoding: bytes}`, without those that would not be smaller."""
    encoded = {"identity": body}
    is_checked = "repr-digest" in headers  # a checksum of the bytes as they are sent
    is_text = COMPRESSIBLE.match(headers.get("content-type", ""))
    if len(body) >= MIN_BYTES and is_text and not is_checked:
        encoded["br"] = brotli.compress(body, mode=brotli.MODE_TEXT, quality=BROTLI_QUALITY)
        encoded["gzip"] = gzip.compress(body, GZIP_LEVEL, mtime=0)
    return {name: content for name, content in encoded.items() if len(content) <= len(body)}


@lru_cache(maxsize=256)
def best_encoding(accepted):
    """The encoding to send to who accepts these (RFC 9110), as small as may be."""
    weights = {}
    for part in accepted.lower().split(","):
        name, *parameters = (piece.strip() for piece in part.split(";"))
        weights[name] = next((_weight(p[2:]) for p in parameters if p.startswith("q=")), 1.0)
    other = weights.get("*", 0.0)
    offered = {"br": weights.get("br", other), "gzip": weights.get("gzip", other)}
    best = max(offered, key=offered.get)
    # Who weighs “identity” higher, or accepts nothing else, gets it.
    return best if offered[best] > 0 and offered[best] >= weights.get("identity", 0) else "identity"


@lru_cache(maxsize=256)
def is_among(etag, known):
    """Whether If-None-Match names the ETag. It compares weakly."""
    if not etag:
        return False
    tags = [tag.strip().removeprefix("W/") for tag in known.split(",")]
    return "*" in tags or etag.removeprefix("W/") in tags


def _weight(text):
    try:
        return float(text)
    except ValueError:
        return 0.0


def _etag_of(body):
    digest = hashlib.blake2b(RELEASE.encode() + body, digest_size=15).digest()
    return f'"{base64.urlsafe_b64encode(digest).decode()}"'


def _variant(encoding, body, etag, kept):
    headers = [*kept, ("Content-Length", str(len(body)))]
    if encoding != "identity":
        headers.append(("Content-Encoding", encoding))
    is_strong = etag.startswith('"')
    if is_strong and encoding != "identity":
        etag = f'{etag[:-1]}-{encoding}"'  # other bytes, another tag
    if etag:
        headers.append(("ETag", etag))
    if is_strong:
        headers.append(("Accept-Ranges", "bytes"))
    unchanged = [header for header in headers if header[0].lower() not in OF_THE_BODY]
    return Variant(body, etag, headers, unchanged)


def _until_the_second_ends(variant, environ):
    """The variant with a word to nginx, which counts whole seconds: `s-maxage=1` lasts up to two.

    It passes this header on to nobody. It stands behind Cache-Control, as nginx 1.22 would not
    read that any more after it.
    """
    told = ("X-Accel-Expires", f"@{_second_of_nginx(environ)}")
    return variant._replace(headers=[*variant.headers, told], unchanged=[*variant.unchanged, told])


def _second_of_nginx(environ):
    """This second. Where the clock of this machine is wrong, that in which nginx asked.

    Else the answer would be kept for as long as this machine is ahead.
    """
    now, asked_at = time.time(), environ.get("HTTP_X_REQUEST_START", "")
    if SECONDS.fullmatch(asked_at) and abs(now - float(asked_at)) > MAY_DIFFER:
        now = float(asked_at)
    return int(now)


def _serve_range(variant, environ, start_response):
    """One range of a body with a strong ETag; several, or one of other bytes: the whole."""
    total = len(variant.body)
    is_of_these = environ.get("HTTP_IF_RANGE", variant.etag) == variant.etag
    limits = _limits(environ["HTTP_RANGE"].strip(), total)
    if limits is None or not is_of_these or not variant.etag.startswith('"'):
        start_response("200 OK", variant.headers)
        return [variant.body]
    start, end = limits
    headers = [header for header in variant.headers if header[0] != "Content-Length"]
    if start >= end:
        headers = [header for header in headers if header[0].lower() not in OF_THE_BODY]
        headers += [("Content-Range", f"bytes */{total}"), ("Content-Length", "0")]
        start_response("416 Range Not Satisfiable", headers)
        return []
    headers += [
        ("Content-Range", f"bytes {start}-{end - 1}/{total}"),
        ("Content-Length", str(end - start)),
    ]
    start_response("206 Partial Content", headers)
    return [variant.body[start:end]]


def _limits(text, total):
    """`(start, end)` of the range in a body of `total` bytes, None if it is not one range."""
    asked = RANGE.fullmatch(text)
    if not asked or not any(asked.groups()):
        return None
    first, last = asked.groups()
    if not first:
        return max(0, total - int(last)), total
    if last and int(last) < int(first):
        return None
    return int(first), min(int(last) + 1, total) if last else total
