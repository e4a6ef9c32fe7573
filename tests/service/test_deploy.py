"""What `deploy/` says agrees with the portal, and with the programs that will read it."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))


def test_the_mirror_has_the_content_security_policy_of_the_portal(client, db):
    told = (DEPLOY / "nginx/mirror-headers.conf").read_text()
    policy = re.search(r'Content-Security-Policy "([^"]+)"', told)[1]
    live = client.get("/")["Content-Security-Policy"]
    assert set(policy.split("; ")) == set(live.split("; "))


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not here")
def test_systemd_understands_every_unit(tmp_path):
    for unit in (DEPLOY / "systemd").iterdir():
        text = re.sub(r"/opt/qingdao-portal/\w+/venv/bin/python", "/bin/true", unit.read_text())
        (tmp_path / unit.name).write_text(text)
    told = run("systemd-analyze", "verify", *tmp_path.iterdir())
    complaints = [line for line in told.stderr.splitlines() if "qingdao-portal" in line]
    assert complaints == []


@pytest.mark.skipif(shutil.which("systemd-sysusers") is None, reason="systemd is not here")
def test_systemd_makes_the_accounts_and_the_directories(tmp_path):
    (tmp_path / "etc").mkdir()
    made = run("systemd-sysusers", f"--root={tmp_path}", DEPLOY / "sysusers/qingdao-portal.conf")
    assert made.returncode == 0, made.stderr
    accounts = (tmp_path / "etc/passwd").read_text()
    units = "".join(unit.read_text() for unit in UNITS)
    for account in set(re.findall(r"^User=(\S+)$", units, re.M)) - {"www-data"}:  # Debian's
        assert f"\n{account}:" in f"\n{accounts}"
    with (tmp_path / "etc/passwd").open("a") as passwd:
        passwd.write("www-data:x:33:33::/:/usr/sbin/nologin\n")
    with (tmp_path / "etc/group").open("a") as group:
        group.write("root:x:0:\nadm:x:4:\n")
    if os.geteuid() == 0:  # others cannot give directories away
        tmpfiles = DEPLOY / "tmpfiles/qingdao-portal.conf"
        made = run("systemd-tmpfiles", "--create", f"--root={tmp_path}", tmpfiles)
        assert made.returncode == 0, made.stderr
        written = set(re.findall(r"/var/\S+", " ".join(re.findall("ReadWritePaths=.*", units))))
        for path in written:
            assert (tmp_path / path.lstrip("/")).is_dir(), path


def run(*command):
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_only_migrations_and_backups_know_the_owner_of_the_tables(unit):
    text = unit.read_text()
    is_owners, is_nginxs = (
        unit.stem.endswith(ends) for ends in (("-prepare", "-backup"), "-clock")
    )
    account = "qingdao-portal-owner" if is_owners else "qingdao-portal"
    assert f"\nUser={'www-data' if is_nginxs else account}\n" in text
    assert ("owner.env" in text) == is_owners
    assert ("web.env" in text) == (not is_owners and not is_nginxs)
    for wanted in ("NoNewPrivileges=yes", "ProtectSystem=strict", "CapabilityBoundingSet=\n"):
        assert wanted in text


def test_every_variable_of_the_example_is_one_of_the_portal():
    documented = (ROOT / ".env.example").read_text()
    for name in re.findall(r"^(\w+)=", (DEPLOY / "portal.env.example").read_text(), re.M):
        assert f"#{name.removesuffix('_FILE')}=" in documented


def test_the_guide_names_every_file():
    together = {"systemd": "qingdao-portal-*", "nginx": "nginx/*.conf", "says": "nginx/says/"}
    together |= {"production": "overlays/production/", "small": "overlays/small/"}
    together |= {path.name: f"`{path.name}`" for path in DEPLOY.glob("kubernetes/components/*")}
    for path in DEPLOY.rglob("*"):
        if path.is_file() and path.name != "README.md":
            known = together.get(path.parent.name, path.name)
            guide = next(own for at in path.parents if (own := at / "README.md").exists())
            assert known in guide.read_text(), path
