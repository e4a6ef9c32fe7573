"""Asking strangers' servers: never in one's own network, never for long, never much."""

import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from qingdao_portal import outbound


class Handler(BaseHTTPRequestHandler):
    """Answers `/<status>`; other paths do what their name says."""

    def do_GET(self):
        self.server.asked.append((self.command, self.path, self.headers["Host"]))
        answer = getattr(self, "answer_" + self.path.strip("/").partition("/")[0], None)
        if answer:
            answer()
        else:
            self.send_response(int(self.path.strip("/")))
            self.end_headers()

    do_HEAD = do_GET

    def answer_redirect(self):
        self.send_response(302)
        self.send_header("Location", self.path.removeprefix("/redirect/"))
        self.end_headers()

    def answer_loop(self):
        self.send_response(302)
        self.send_header("Location", "/loop")
        self.end_headers()

    def answer_nohead(self):
        self.send_response(405 if self.command == "HEAD" else 200)
        self.end_headers()

    def answer_echo(self):
        self.send_response(200)
        self.end_headers()

    def answer_flood(self):
        for _ in range(2000):
            try:
                self.wfile.write(b"HTTP/1.1 100 Continue\r\nX: " + b"x" * 200 + b"\r\n\r\n")
            except OSError:
                return

    def answer_silence(self):
        self.server.is_over.wait(10)

    def answer_nonsense(self):
        self.wfile.write(b"220 mail.example ESMTP\r\n")

    def log_message(self, *args):
        pass


@pytest.fixture
def server(settings):
    """A server of our own that may be asked although it is not public."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.asked, server.is_over = [], threading.Event()
    server.address = f"http://127.0.0.1:{server.server_port}"
    settings.OUTBOUND_PRIVATE_HOSTS = [f"127.0.0.1:{server.server_port}"]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.is_over.set()
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize("status", [200, 204, 403, 404, 410, 429, 500])
def test_the_status_is_the_servers(server, status):
    assert outbound.status_of(f"{server.address}/{status}") == status


def test_a_refused_head_is_asked_again_by_get(server):
    assert outbound.status_of(f"{server.address}/nohead") == 200
    assert [command for command, *_ in server.asked] == ["HEAD", "GET"]


def test_redirects_are_followed_to_their_end(server):
    assert outbound.status_of(f"{server.address}/redirect/{server.address}/404") == 404
    assert outbound.status_of(f"{server.address}/redirect//200") == 200


def test_a_loop_of_redirects_ends(server):
    with pytest.raises(outbound.Unreachable):
        outbound.status_of(f"{server.address}/loop")
    assert len(server.asked) == outbound.MAX_REDIRECTS + 1


@pytest.mark.parametrize(
    "target", ["http://localhost:{port}/200", "http://10.0.0.1/", "file:///etc/passwd", "ftp://a/"]
)
def test_a_redirect_leads_neither_inside_nor_elsewhere(server, target):
    url = f"{server.address}/redirect/{target.format(port=server.server_port)}"
    with pytest.raises(outbound.Forbidden):
        outbound.status_of(url)
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://localhost/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0177.0.0.1/",
        "http://127.1/",
        "http://0.0.0.0/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[64:ff9b::7f00:1]/",
        "http://[64:ff9b:1::7f00:1]/",
        "http://[2002:7f00:1::]/",
        "http://[::127.0.0.1]/",
        "http://[::ffff:0:127.0.0.1]/",
        "http://[fec0::1]/",
        "http://192.88.99.1/",
        "http://192.0.0.8/",
        "http://[fe80::1]/",
        "http://[fd00::1]/",
        "http://10.1.2.3/",
        "http://172.16.0.1/",
        "http://192.168.1.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://100.64.0.1/",
        "http://224.0.0.1/",
        "https://user:secret@example.org/",
        "http://example.org:25/",
        "http://example.org:99999/",
        "file:///etc/passwd",
        "data:text/plain,x",
        "gopher://example.org/",
        "http:///",
        "http://" + "a" * 64 + ".example/",
        "not an address",
    ],
)
def test_what_is_not_public_is_never_connected_to(url, monkeypatch):
    def refuse(*args, **kwargs):
        raise AssertionError("connected")

    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", offline(socket.getaddrinfo))
    with pytest.raises(outbound.Forbidden):
        outbound.status_of(url)


def offline(getaddrinfo):
    """Look up numbers as the system does, and no names but localhost."""

    def look_up(host, *args, **kwargs):
        is_number = host == "localhost" or set(host) <= set("0123456789abcdefx.:")
        return getaddrinfo(host if is_number else "nowhere.invalid", *args, **kwargs)

    return look_up


def test_one_private_address_among_public_ones_forbids_the_name(monkeypatch):
    found = [(2, 1, 6, "", (ip, 80)) for ip in ("93.184.216.34", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: found)
    with pytest.raises(outbound.Forbidden):
        outbound.status_of("http://rebind.example/")


def test_the_connection_goes_to_the_address_that_was_judged(monkeypatch):
    connected = []

    def look_up(*args, **kwargs):
        return [(2, 1, 6, "", ("93.184.216.34", 80))]

    def connect(address, timeout):
        connected.append(address)
        raise OSError

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(outbound.Unreachable):
        outbound.status_of("http://public.example/")
    assert connected == [("93.184.216.34", 80)]


@pytest.mark.parametrize(
    ("code", "raised"),
    [
        (socket.EAI_NONAME, outbound.NoSuchName),
        (socket.EAI_AGAIN, outbound.Unreachable),
        (socket.EAI_FAIL, outbound.Unreachable),
    ],
)
def test_only_a_name_that_does_not_exist_is_called_so(code, raised, monkeypatch):
    def fail(*args, **kwargs):
        raise socket.gaierror(code, "no")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    with pytest.raises(raised):
        outbound.status_of("http://nowhere.example/")


@pytest.mark.parametrize("path", ["silence", "flood", "nonsense"])
def test_a_server_that_wastes_time_is_left(server, monkeypatch, path):
    monkeypatch.setattr(outbound, "SECONDS", 0.5)
    with pytest.raises(outbound.Unreachable):
        outbound.status_of(f"{server.address}/{path}")


def test_https_without_a_trusted_certificate_proves_nothing(server):
    url = server.address.replace("http:", "https:") + "/200"
    with pytest.raises(outbound.Insecure):
        outbound.status_of(url)


def test_addresses_are_sent_encoded(server):
    outbound.status_of(f"{server.address}/echo/青岛 市?q=岛#top")
    assert server.asked[0][1] == "/echo/%E9%9D%92%E5%B2%9B%20%E5%B8%82?q=%E5%B2%9B"
