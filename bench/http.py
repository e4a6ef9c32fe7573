"""One connection that asks again and again, and notes how long each answer took."""

import http.client
import time
from urllib.parse import urlsplit


class Client:
    """Requests over one kept connection, as a browser or proxy would send them."""

    def __init__(self, address, headers=()):
        self.host = urlsplit(address).netloc
        self.headers = dict(headers)
        self.connection = http.client.HTTPConnection(self.host, timeout=120)

    def get(self, path):
        """`(status, bytes, seconds)` of one request."""
        started = time.perf_counter()
        self.connection.request("GET", path, headers=self.headers)
        response = self.connection.getresponse()
        body = response.read()
        return response.status, body, time.perf_counter() - started

    def times(self, path, count):
        """Seconds of `count` requests after one that is not counted. Raises on a bad answer."""
        self._checked(path)
        return [self._checked(path) for _ in range(count)]

    def _checked(self, path):
        status, _body, seconds = self.get(path)
        if status != 200:
            raise RuntimeError(f"{path} answers {status}.")
        return seconds
