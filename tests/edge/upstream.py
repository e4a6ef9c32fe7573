"""A small server in place of the portal: says what it got, and fails when told to.

How its answers may be kept is said by the beginning of the path, see `KEPT`.
"""

import gzip
import json
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PUBLIC = "public, max-age=60, s-maxage=3600, stale-while-revalidate=1000"
KEPT = {
    "/old/": -2000,
    "/api/v1/export/": -2000,
    "/renewing/": -1,
}  # seconds from now; all else for an hour
TAG = '"of-these-bytes"'
PAGE = "<!DOCTYPE html><title>示例</title><body><main>{}</main>" + "示例文字。" * 200


class Upstream(ThreadingHTTPServer):
    """Answers `/…` as public pages and `/admin/…`, `/feedback/…` as private ones."""

    daemon_threads = True
    request_queue_size = 512

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.address = f"127.0.0.1:{self.server_port}"
        self.asked = Counter()  # (method, path) -> how often
        self.last = {}  # path -> headers of the last request
        self.status = 200
        self.word = "first"
        self.breaks = 0  # so many connections are ended instead of an answer
        self.is_open = threading.Event()
        self.is_open.set()
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()

    def handle_error(self, request, client_address):
        """A connection that the test or nginx has ended is nothing to tell."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self):
        server = self.server
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path = self.path.partition("?")[0]
        server.asked[self.command, self.path] += 1
        server.last[self.path] = dict(self.headers)
        server.is_open.wait(30)
        if server.breaks:
            server.breaks -= 1
            self.close_connection = True
            return
        body, kind = self._body(path)
        headers = {"Content-Type": kind, "ETag": TAG, "Vary": "Accept-Encoding"}
        headers["Accept-Ranges"] = "bytes"
        is_private = path.startswith(("/admin/", "/feedback/", "/check/"))
        is_public = server.status == 200 and not is_private
        headers["Cache-Control"] = PUBLIC if is_public else "no-store"
        for beginning, seconds in KEPT.items():
            if is_public and path.startswith(beginning):
                headers["X-Accel-Expires"] = f"@{int(time.time()) + seconds}"
        if "cookie" in path:
            headers["Set-Cookie"] = "sessionid=secret"
        if "wordy" in path:
            headers["Link"] = f"<{'a' * 12_000}>"
        if "vary" in path:
            headers["Vary"] = "Cookie"
        if "gzip" in self.headers.get("Accept-Encoding", ""):
            body, headers["Content-Encoding"] = gzip.compress(body, mtime=0), "gzip"
        status = server.status
        if self.headers.get("If-None-Match") == TAG and server.word == "first" and status == 200:
            status, body = 304, b""
        self._send(status, headers, body)

    do_GET = do_HEAD = do_POST = answer

    def _body(self, path):
        if path.startswith("/api/"):
            told = {"word": self.server.word, "headers": dict(self.headers)}
            return json.dumps(told).encode(), "application/json"
        return PAGE.format(self.server.word).encode(), "text/html; charset=utf-8"

    def _send(self, status, headers, body):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status != 304:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *arguments):
        pass
