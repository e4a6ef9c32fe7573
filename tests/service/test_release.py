"""`deploy/release`: what is changed over to, in which order, and what happens when it fails."""

import os
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "deploy/release"
PYTHON = """#!/bin/sh
# `python3 -m venv DIRECTORY`: an environment whose programs only note that they were called.
mkdir -p "$3/bin"
for name in pip python; do
    printf '#!/bin/sh\\necho "%s $*" >>"$NOTES"\\n' "$name" >"$3/bin/$name"
    chmod +x "$3/bin/$name"
done
"""
NOTING = '#!/bin/sh\necho "{name} $*" >>"$NOTES"\n[ "$FAILS" != "{name}${{*:+ $*}}" ]\n'


class Server:
    """A scratch folder in place of a server; systemctl and curl only note what they were told."""

    def __init__(self, root):
        self.root, self.notes = root / "opt", root / "notes"
        programs = root / "bin"
        programs.mkdir()
        written = {"python3": PYTHON} | {
            name: NOTING.format(name=name) for name in ("systemctl", "curl")
        }
        for name, text in written.items():
            (programs / name).write_text(text)
            (programs / name).chmod(0o755)
        (root / "portal.env").write_text("ALLOWED_HOSTS=portal.example,127.0.0.1\n")
        self.environment = {
            "PATH": f"{programs}:{os.environ['PATH']}",
            "HOME": str(root),
            "PORTAL_ROOT": str(self.root),
            "PORTAL_SETTINGS": str(root / "portal.env"),
            "NOTES": str(self.notes),
            "FAILS": "",
            **{
                f"GIT_{who}_{what}": "x@example"
                for who in ("AUTHOR", "COMMITTER")
                for what in ("NAME", "EMAIL")
            },
        }
        self.origin = root / "origin"
        self.git("init", "-q", self.origin, where=root)
        self.commits = {}

    def git(self, *arguments, where=None):
        command = ["git", "-c", "init.defaultBranch=main", *arguments]
        return subprocess.run(
            command,
            cwd=where or self.origin,
            env=self.environment,
            check=True,
            capture_output=True,
            text=True,
        ).stdout.strip()

    def publish(self, name):
        """A release of this name in the repository that is fetched from."""
        (self.origin / "requirements.txt").write_text(f"# {name}\n")
        self.git("add", ".")
        self.git("commit", "-q", "-m", name)
        self.git("tag", name)
        self.commits[name] = self.git("rev-parse", "HEAD")
        if not (self.root / "repository").exists():
            self.git("clone", "-q", self.origin, self.root / "repository")

    def release(self, *arguments, fails=""):
        """`(status, what it printed, what it did to the system)`."""
        self.notes.write_text("")
        done = subprocess.run(
            [SCRIPT, *arguments],
            env=self.environment | {"FAILS": fails},
            capture_output=True,
            text=True,
            check=False,
        )
        done_to = [line for line in self.notes.read_text().splitlines() if "systemctl" in line]
        return done.returncode, done.stdout + done.stderr, done_to

    @property
    def in_service(self):
        commit = os.path.basename(os.readlink(self.root / "current"))
        return {commit: name for name, commit in self.commits.items()}[commit]


@pytest.fixture
def server(tmp_path):
    server = Server(tmp_path)
    server.publish("one")
    assert server.release("build", "one")[0] == 0
    return server


PREPARE = "systemctl start qingdao-portal-prepare"
CHANGE_OVER = ["systemctl restart qingdao-portal-web", "systemctl restart qingdao-portal-worker"]


def test_the_first_build_is_where_the_units_look(server):
    assert server.in_service == "one"
    release = server.root / "releases" / server.commits["one"]
    assert (server.root / "current/portal/requirements.txt").read_text() == "# one\n"
    assert (server.root / "next").resolve() == release
    assert f"pip install --quiet --disable-pip-version-check -r {release}" in (
        server.notes.read_text()
    )
    assert not (release / "portal/.git").exists()


def test_a_release_is_prepared_beside_the_old_one_before_it_is_changed_over_to(server):
    server.publish("two")
    status, said, done = server.release("start", "two")
    assert (status, server.in_service) == (0, "two"), said
    assert done == [PREPARE, *CHANGE_OVER]
    assert "--header Host: portal.example http://127.0.0.1:8000/healthz" in server.notes.read_text()
    server.notes.write_text("")
    assert server.release("start", "one")[0] == 0  # back, with the packages that it had
    assert server.in_service == "one"
    assert "pip" not in server.notes.read_text()


def test_what_cannot_be_prepared_changes_nothing(server):
    server.publish("two")
    status, said, done = server.release("start", "two", fails=PREPARE)
    assert (status, server.in_service, done) == (1, "one", [PREPARE])
    assert "the release before goes on" in said


def test_what_does_not_answer_is_taken_back(server):
    server.publish("two")
    asked = "curl --silent --show-error --fail --output /dev/null --max-time 60"
    asked += " --header Host: portal.example http://127.0.0.1:8000/healthz"
    for fault in (asked, CHANGE_OVER[0]):
        status, said, done = server.release("start", "two", fails=fault)
        assert (status, server.in_service) == (1, "one"), said
        assert done.count(CHANGE_OVER[0]) == 2
        assert "the one before is in service again" in said


def test_a_build_that_was_broken_off_is_made_anew_and_a_wrong_name_is_told(server):
    server.publish("two")
    left = server.root / "releases" / server.commits["two"]
    (left / "portal").mkdir(parents=True)
    (left / "portal/half").write_text("")
    assert server.release("build", "two")[0] == 0
    assert not (left / "portal/half").exists()
    assert server.in_service == "one"
    assert server.release("start", "three")[:1] == (1,)
    assert "There is no three" in server.release("start", "three")[1]
    assert server.release("stop", "two")[1].startswith("Usage:")


def test_three_releases_stay_and_the_one_before_whatever_its_age(server):
    for number, name in enumerate(("two", "three", "four", "five")):
        server.publish(name)
        assert server.release("start", name)[0] == 0
        os.utime(server.root / "releases" / server.commits[name], (number, number))
    left = {path.name for path in (server.root / "releases").iterdir()}
    assert {server.commits["five"], server.commits["four"]} <= left
    assert len(left) <= 4
