"""Static files from the disk, and the files of `deploy/nginx` themselves."""

import re
import subprocess

import pytest

from tests.edge.nginx import BROTLI, FILES, Nginx

HASHED = "/static/css/base.0123456789ab.css"


@pytest.fixture
def files(nginx):
    folder = nginx.root / "static/css"
    folder.mkdir(parents=True, exist_ok=True)
    for suffix, text in (("", "plain"), (".gz", "packed"), (".br", "best")):
        (folder / f"base.0123456789ab.css{suffix}").write_text(text)
    (folder / "base.css").write_text("plain")


@pytest.mark.parametrize(
    ("accepted", "text"),
    [("", "plain"), ("gzip", "packed"), ("gzip, br", "best" if BROTLI.exists() else "packed")],
)
def test_what_was_compressed_beforehand_is_sent(nginx, upstream, files, accepted, text):
    reply = nginx.ask(HASHED, accept_encoding=accepted)
    assert (reply.status, reply.text) == (200, text)
    assert reply.headers["Content-Type"] == "text/css; charset=utf-8"
    assert upstream.asked["GET", HASHED] == 0


def test_names_with_a_hash_are_kept_for_ever_and_others_shortly(nginx, files):
    hashed, plain = nginx.ask(HASHED), nginx.ask("/static/css/base.css")
    assert hashed.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert plain.headers["Cache-Control"] == "public, max-age=60"
    for reply in (hashed, plain):
        assert reply.headers["X-Content-Type-Options"] == "nosniff"
        assert reply.headers["Access-Control-Allow-Origin"] == "*"
    assert hashed.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert nginx.ask(HASHED, if_none_match=hashed.headers["ETag"]).status == 304
    assert nginx.ask(HASHED, range="bytes=0-1").text == "pl"


def test_what_is_not_on_the_disk_is_the_portals_to_answer(nginx, upstream, files):
    assert nginx.ask("/static/other.css").status == 200
    assert upstream.asked["GET", "/static/other.css"] == 1
    for path in ("/static/../privkey.pem", "/static/..%2fprivkey.pem", "/static/%2e%2e/site.conf"):
        assert "PRIVATE KEY" not in nginx.ask(path).text
        assert "upstream" not in nginx.ask(path).text


def test_nginx_accepts_the_files_as_they_are(tmp_path):
    other = Nginx(tmp_path, "127.0.0.1:9")
    done = subprocess.run(other.command("-t"), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "warn" not in done.stderr


def test_every_file_is_read_by_the_site():
    read, waiting = set(), ["qingdao-portal.conf"]
    while waiting:
        text = (FILES / waiting.pop()).read_text()
        for name in re.findall(
            r"^\s*include /etc/nginx/qingdao-portal/([\w-]+\.conf);", text, re.M
        ):
            if name not in read:
                read.add(name)
                waiting.append(name)
    assert read == {path.name for path in FILES.glob("*.conf")} - {"qingdao-portal.conf"}
