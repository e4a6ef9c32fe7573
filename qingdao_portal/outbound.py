"""Ask or tell a stranger's server: at a public address only, for a bounded time.

The name is resolved once, every address it has must be public, and the connection goes to the
address that was judged: no second look-up can lead elsewhere. Each redirect is judged anew. An
answer's body is never read.
"""

import errno
import http.client
import io
import ipaddress
import socket
import ssl
import time
from dataclasses import dataclass, field
from urllib.parse import quote, urljoin, urlsplit

from django.conf import settings

USER_AGENT = "QingdaoPortal"
SECONDS = 15  # for one address, its redirects included
MAX_HEADER_BYTES = 64 * 1024
MAX_REDIRECTS = 5
_REDIRECTS = (301, 302, 303, 307, 308)
_PORTS = {"http": 80, "https": 443}
_NO_SUCH_NAME = (socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME))
# Of IPv6 only this is given out to the public: the rest embeds IPv4 addresses or is a house's own.
_UNICAST = ipaddress.ip_network("2000::/3")
# Global on paper, but a gateway or relay may lead from there to a private IPv4 address.
_TRANSLATED = [
    ipaddress.ip_network(net)
    for net in ("2002::/16", "2001::/32", "192.88.99.0/24", "192.0.0.0/24")
]


class Forbidden(Exception):
    """An address that is not asked: another scheme, a private network, a port of other services."""


class NoSuchName(Exception):
    """A host name that does not exist."""


class Unreachable(Exception):
    """No answer: no route, nobody listening, too slow, or not HTTP."""


class Insecure(Exception):
    """A TLS connection that could not be made or trusted from here."""


@dataclass(frozen=True)
class Answer:
    status: int
    location: str = ""
    retry_after: str = ""


@dataclass(frozen=True)
class Message:
    """What a request says beside its address: header fields of our own making, and a body."""

    headers: dict = field(default_factory=dict)
    body: bytes = b""


class Deadline:
    """A point in time up to which all work on one address must be done."""

    def __init__(self, seconds):
        self._end = time.monotonic() + seconds

    def left(self):
        """The seconds left. Raises TimeoutError when there are none."""
        seconds = self._end - time.monotonic()
        if seconds <= 0:
            raise TimeoutError("no time left")
        return seconds


def status_of(url):
    """The status at the end of the redirects from `url`. Raises one of the exceptions above.

    HEAD first; a server that refuses that is asked by GET, and left after the headers.
    """
    deadline = Deadline(SECONDS)
    for _ in range(MAX_REDIRECTS + 1):
        answer = _ask("HEAD", url, deadline)
        if answer.status >= 400:
            answer = _ask("GET", url, deadline)
        if answer.status not in _REDIRECTS or not answer.location:
            return answer.status
        url = urljoin(url, answer.location)
    raise Unreachable("too many redirects")


def post(url, body, headers, *, seconds=SECONDS):
    """Send `body` to `url`. Return the `Answer`; a redirect is one, and leads nowhere.

    Raises one of the exceptions above. The answer's body is left unread.
    """
    return _ask("POST", url, Deadline(seconds), Message(headers, body))


def may_be_asked(url):
    """Whether an address may be connected to as far as its words tell: no name is looked up."""
    try:
        _scheme, host, port, _target = _parts_of(url)
    except Forbidden:
        return False
    try:
        return is_excepted(host, port) or is_public(host)
    except ValueError:  # a name, which is judged whenever it is connected to
        return True


def is_excepted(host, port):
    """Whether a server may be asked although it is not public."""
    return f"{host}:{port}" in settings.OUTBOUND_PRIVATE_HOSTS


def is_public(address):
    """Whether an IP address belongs to the public internet."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    ip = getattr(ip, "ipv4_mapped", None) or ip
    if ip.version == 6 and ip not in _UNICAST:
        return False
    is_translated = any(ip.version == net.version and ip in net for net in _TRANSLATED)
    return ip.is_global and not ip.is_multicast and not is_translated


def _ask(method, url, deadline, message=None):
    scheme, host, port, target = _parts_of(url)
    try:
        with _connect(host, port, deadline) as plain:
            sock = _secure(plain, host) if scheme == "https" else plain
            with sock:
                head = f"{method} {target} HTTP/1.1\r\nHost: {_host_header(scheme, host, port)}\r\n"
                return _exchange(sock, method, head, message or Message(), deadline)
    except ssl.SSLError as error:
        raise Insecure(str(error)) from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise Unreachable(str(error)) from error


def _parts_of(url):
    """Scheme, host, port and request target of an address that may be asked."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").encode("idna").decode()
        port = parts.port or _PORTS.get(parts.scheme, 0)
    except (ValueError, UnicodeError) as error:
        raise Forbidden(str(error)) from error
    if parts.scheme not in _PORTS or not host or parts.username or parts.password:
        raise Forbidden("only plain http and https addresses")
    if port < 1024 and port not in _PORTS.values():
        raise Forbidden(f"port {port}")
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    query = quote(parts.query, safe="/%:@!$&'()*+,;=~-._?")
    return parts.scheme, host, port, f"{path}?{query}" if query else path


def _host_header(scheme, host, port):
    name = f"[{host}]" if ":" in host else host
    return name if port == _PORTS[scheme] else f"{name}:{port}"


def _connect(host, port, deadline):
    """A connection to one of the host's addresses, all of which must be public."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        if error.errno in _NO_SUCH_NAME:
            raise NoSuchName(host) from error
        raise
    addresses = list(dict.fromkeys(info[4][0] for info in found))
    if not is_excepted(host, port) and not all(is_public(address) for address in addresses):
        raise Forbidden(f"{host} is not a public address")
    failure = OSError(errno.EHOSTUNREACH, "no address answered")
    for address in addresses:
        try:
            return socket.create_connection((address, port), timeout=deadline.left())
        except OSError as error:
            failure = error
    raise failure


def _secure(sock, host):
    return ssl.create_default_context().wrap_socket(sock, server_hostname=host)


def _exchange(sock, method, head, message, deadline):
    """Send a request and read the head of the answer."""
    fields = {"User-Agent": USER_AGENT, "Accept": "*/*", **message.headers, "Connection": "close"}
    if message.body:
        fields["Content-Length"] = str(len(message.body))
    lines = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    sock.settimeout(deadline.left())  # of all that is sent
    sock.sendall(f"{head}{lines}\r\n".encode("ascii") + message.body)
    response = http.client.HTTPResponse(_Bounded(sock, deadline), method=method)
    response.begin()
    headers = response.headers
    return Answer(response.status, headers.get("Location", ""), headers.get("Retry-After", ""))


class _Bounded(io.RawIOBase):
    """What a socket sends, until the time is up or the limit is reached: trickles end too."""

    def __init__(self, sock, deadline):
        self._sock, self._deadline = sock, deadline
        self._bytes_left = MAX_HEADER_BYTES

    def makefile(self, mode):
        return io.BufferedReader(self, buffer_size=4096)

    def readable(self):
        return True

    def readinto(self, buffer):
        if self._bytes_left <= 0:
            raise ValueError("too long an answer")
        self._sock.settimeout(self._deadline.left())
        count = self._sock.recv_into(buffer)
        self._bytes_left -= count
        return count
