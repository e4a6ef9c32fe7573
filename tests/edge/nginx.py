"""The real nginx with the files of `deploy/nginx/`, in a folder of its own and on free ports."""

import contextlib
import http.client
import os
import re
import shlex
import socket
import ssl
import subprocess
import time
from contextlib import closing
from pathlib import Path
from random import SystemRandom
from typing import NamedTuple

FILES = Path(__file__).resolve().parents[2] / "deploy/nginx"
CLOCK_UNIT = FILES.parent / "systemd/qingdao-portal-clock.service"
KEPT = "/var/cache/nginx/qingdao-portal"
NGINX = "/usr/sbin/nginx"
BROTLI = Path("/usr/lib/nginx/modules/ngx_http_brotli_static_module.so")
NAME = "portal.example"
PATIENCE_SECONDS = 30  # where a loaded machine is not to blame
OWN_PORTS = range(20_000, 32_768)  # above, Linux takes them for connections and for port 0
# A loaded machine is no fault of what is tested.
PATIENT = [
    ("proxy_read_timeout 10s", "proxy_read_timeout 60s"),
    ("proxy_cache_lock_timeout 5s", "proxy_cache_lock_timeout 60s"),
]
MAIN = """
{modules}
daemon off;
{user}
worker_processes 1;
pid {root}/nginx.pid;
error_log {root}/log/main.log warn;
events {{ worker_connections 1024; }}
http {{
    include /etc/nginx/mime.types;
    {places}
    include {root}/site.conf;
}}
"""


class Reply(NamedTuple):
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def text(self):
        return self.body.decode()


class Nginx:
    """nginx in front of `upstream` (`host:port`). `root` also has `static/` and `mirror/`."""

    def __init__(self, root, upstream, *, name=NAME, changes=()):
        """`changes` are pairs of texts, replaced in the files after all else."""
        self.root, self.name = root, name
        self.plain_port, self.port, inner_port = free_ports(3)
        for folder in ("log", "cache", "static", "mirror/current/site", "parts", "acme"):
            (root / folder).mkdir(parents=True, exist_ok=True)
        self._make_certificate()
        replaced = [
            ("/etc/nginx/qingdao-portal/", f"{root}/parts/"),
            (f"/etc/letsencrypt/live/{NAME}/", f"{root}/"),
            (NAME, name),
            (KEPT, f"{root}/cache"),
            ("/var/log/qingdao-portal", f"{root}/log"),
            ("/var/lib/qingdao-portal-mirror", f"{root}/mirror"),
            ("/var/lib/qingdao-portal;", f"{root};"),
            ("/var/www/html", f"{root}/acme"),
            ("127.0.0.1:8000", upstream),
            ("127.0.0.1:8010", f"127.0.0.1:{inner_port}"),
            ("listen 80", f"listen 127.0.0.1:{self.plain_port}"),
            ("listen 443", f"listen 127.0.0.1:{self.port}"),
            *changes,
        ]
        for path in FILES.rglob("*.*"):
            is_site = path.name == "qingdao-portal.conf"
            target = root / ("site.conf" if is_site else f"parts/{path.relative_to(FILES)}")
            target.parent.mkdir(exist_ok=True)
            # A machine without IPv6 refuses to start with it.
            text = re.sub(r"^ *listen \[::\].*\n", "", path.read_text(), flags=re.M)
            for old, new in replaced:
                text = text.replace(old, new)
            target.write_text(text)
        self.process = None

    def _make_certificate(self):
        new = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2"
        names = ["-subj", f"/CN={self.name}", "-addext", f"subjectAltName=DNS:{self.name}"]
        files = ["-keyout", self.root / "privkey.pem", "-out", self.root / "fullchain.pem"]
        subprocess.run([*new.split(), *names, *files], check=True, capture_output=True)
        self.trust = ssl.create_default_context(cafile=self.root / "fullchain.pem")

    def command(self, *arguments):
        has_brotli = BROTLI.exists()
        if has_brotli:
            (self.root / "parts/extra").mkdir(exist_ok=True)
            (self.root / "parts/extra/static-brotli.conf").write_text("brotli_static on;\n")
        kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        main = MAIN.format(
            root=self.root,
            modules=f"load_module {BROTLI};" if has_brotli else "",
            user="user root;" if os.geteuid() == 0 else "",  # the folder of a test is its own
            places="".join(f"{kind}_temp_path {self.root}/{kind};" for kind in kinds),
        )
        (self.root / "nginx.conf").write_text(main)
        place = ["-p", self.root, "-c", self.root / "nginx.conf", "-e", self.root / "log/start.log"]
        return [NGINX, *map(str, place), *arguments]

    def start(self):
        self.process = subprocess.Popen(self.command(), stderr=subprocess.PIPE, text=True)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not is_listening(self.port):
            assert self.process.poll() is None, self.process.stderr.read()
            assert time.monotonic() < deadline
        return self

    def stop(self):
        self.process.terminate()
        self.process.communicate(timeout=PATIENCE_SECONDS)

    def commands_after_a_jump(self):
        """What systemd runs when the clock was set: lists of words, on what this nginx has kept."""
        return commands_after_a_jump(self.root / "cache")

    def connect(self, client="127.0.0.1"):
        """A TLS connection from the address `client`: each counts as somebody else."""
        address = ("127.0.0.1", self.port)
        plain = socket.create_connection(address, PATIENCE_SECONDS, source_address=(client, 0))
        return self.trust.wrap_socket(plain, server_hostname=self.name)

    def ask(self, path, method="GET", *, client="127.0.0.1", body=None, **headers):
        """The reply to a request; `if_none_match="…"` sends that header."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        with closing(http.client.HTTPConnection(self.name)) as connection:
            connection.sock = self.connect(client)
            connection.request(method, path, body, {"Host": self.name} | named)
            answer = connection.getresponse()
            return Reply(answer.status, answer.headers, answer.read())

    def send(self, *parts, client="127.0.0.1"):
        """All that comes back for these bytes, until nginx closes the connection."""
        with self.connect(client) as connection:
            for part in parts:
                connection.sendall(part)
            received = []
            while piece := connection.recv(65536):
                received.append(piece)
        return b"".join(received)


def commands_after_a_jump(kept):
    """What systemd runs when the clock was set: lists of words, on the folder `kept`."""
    commands = re.findall("^ExecStart=(.+)$", CLOCK_UNIT.read_text(), re.M)
    place = {KEPT: str(kept)}
    return [[place.get(word, word) for word in shlex.split(each)] for each in commands]


def free_ports(count):
    """Ports that are free on all addresses, and not of those that the kernel gives out by itself.

    One of these may be another's before it is taken.
    """
    numbers, found = SystemRandom(), set()
    while len(found) < count:
        port = numbers.choice(OWN_PORTS)
        with contextlib.suppress(OSError), socket.create_server(("", port)):
            found.add(port)
    return list(found)


def is_listening(port):
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
        return True
    except OSError:
        return False
