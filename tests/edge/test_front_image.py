"""nginx in the image `front`: the same files, with the addresses of another place."""

import http.client
import os
import re
import subprocess
import time
from contextlib import closing
from types import SimpleNamespace

import pytest
import yaml

from tests.edge.nginx import FILES, NGINX, PATIENCE_SECONDS, Nginx, free_ports, is_listening

CONTAINERS = FILES.parent / "containers"


@pytest.fixture
def image(tmp_path):
    """`write(**variables)` does what the image does at its start; returns the folder."""

    def write(**variables):
        ready = tmp_path / "ready"
        environment = {"PATH": os.environ["PATH"], "FILES": str(FILES), "READY": str(ready)}
        command = [CONTAINERS / "front", "--only-write"]
        subprocess.run(command, env=environment | variables, check=True, capture_output=True)
        return ready

    return write


@pytest.fixture
def given(tmp_path):
    Nginx(tmp_path / "other", "127.0.0.1:9")  # has made a certificate
    for name, file in (("tls.crt", "fullchain.pem"), ("tls.key", "privkey.pem")):
        (tmp_path / name).write_bytes((tmp_path / "other" / file).read_bytes())
    return {
        "PUBLIC_NAME": "city.example",
        "UPSTREAM": "127.0.0.1:9999",
        "CERTIFICATE": str(tmp_path),
    }


def test_no_address_of_one_machine_is_left(image, given):
    ready = image(**given)
    said = re.sub(r"(?m)#.*$", "", "".join(path.read_text() for path in ready.glob("*.conf")))
    gone = ("portal.example", "/etc/letsencrypt", "/etc/nginx/qingdao-portal", ":8000", "/var/log/")
    for text in gone:
        assert text not in said
    assert "server 127.0.0.1:9999 max_fails=0;" in said
    assert "https://city.example$request_uri" in said
    assert not re.search(r"listen (\[::\]:)?(80|443)\b", said)


def test_proxies_are_trusted_only_where_named(image, given):
    named = re.compile(r"(?m)^set_real_ip_from (.+);")
    assert named.findall((image(**given) / "real-addresses.conf").read_text()) == []
    ready = image(**given, TRUSTED_PROXIES="10.1.0.0/16 10.2.0.1")
    assert named.findall((ready / "real-addresses.conf").read_text()) == ["10.1.0.0/16", "10.2.0.1"]


def test_it_has_as_many_processes_as_it_is_given(image, given):
    assert (image(**given) / "workers.main").read_text() == "worker_processes auto;\n"
    ready = image(**given, WORKERS="2")
    assert (ready / "workers.main").read_text() == "worker_processes 2;\n"


@pytest.mark.parametrize("missing", ["PUBLIC_NAME", "UPSTREAM"])
def test_it_does_not_start_without_knowing_whom_to_ask(image, given, missing):
    given.pop(missing)
    with pytest.raises(subprocess.CalledProcessError) as failed:
        image(**given)
    assert missing in failed.value.stderr.decode()


@pytest.fixture
def scratch(image, given, tmp_path):
    """nginx's main file of the image, its folders and ports those of this test."""
    ready = image(**given)
    main = tmp_path / "main.conf"
    ports = dict(zip((8080, 8443, 8081, 8010), free_ports(4), strict=True))
    for path in (CONTAINERS / "nginx.conf", *ready.glob("*.conf")):
        text = path.read_text().replace("/var/cache/nginx", str(tmp_path / "cache"))
        text = text.replace("/run/front", str(ready))
        for port, free in ports.items():  # nginx takes them even when it is only asked
            text = re.sub(rf"\b{port}\b", str(free), text)
        (main if path.parent == CONTAINERS else path).write_text(text)
    (ready / "workers.main").write_text("worker_processes 1;\n")
    (tmp_path / "cache").mkdir()
    return SimpleNamespace(main=main, log=tmp_path / "start.log", alive=ports[8081])


def test_nginx_accepts_what_is_written(scratch):
    command = [NGINX, "-t", "-c", scratch.main, "-e", scratch.log]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_checks_of_the_containers_see_whether_nginx_lives(scratch):
    compose = yaml.safe_load((FILES.parent / "compose/compose.yaml").read_text())
    _kind, *check = compose["services"]["front"]["healthcheck"]["test"]
    check = [each.replace("8081", str(scratch.alive)) for each in check]

    def lives():
        return subprocess.run(check, stderr=subprocess.DEVNULL, timeout=30, check=False).returncode

    assert lives() != 0
    command = [NGINX, "-c", scratch.main, "-e", scratch.log]
    with (
        scratch.log.open("w") as log,
        subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=log) as nginx,
    ):
        try:
            deadline = time.monotonic() + PATIENCE_SECONDS
            while not is_listening(scratch.alive):
                assert nginx.poll() is None, scratch.log.read_text()
                assert time.monotonic() < deadline
            assert lives() == 0
            asked = http.client.HTTPConnection("127.0.0.1", scratch.alive, timeout=30)
            with closing(asked):
                asked.request("GET", "/")
                assert asked.getresponse().status == 404
        finally:
            nginx.terminate()
