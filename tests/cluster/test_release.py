"""`deploy/kubernetes/release`: in which order, and what happens when a part does not come up."""

import os
import subprocess

import pytest

from tests.cluster.manifests import FILES, KUBECTL, NAME, one, overlay

# Builds as kubectl does; of all else it only takes note. What FAILS names has status 1.
NOTING = f"""#!/bin/sh
[ "$1" != kustomize ] || exec {KUBECTL} "$@"
echo "$*" | sed 's/--namespace portal //; s#--filename [^ ]*/tmp[^ ]* ##' >>"$NOTES"
case "$*" in
    *"$FAILS"*) exit 1 ;;
    *"get job"*) tail -1 "$STATES" ; sed -i '$d' "$STATES" ;;
esac
"""
FIRST = [
    f"apply --selector {NAME} notin (prepare, front, web, worker)",
    "wait --for=condition=Ready clusters.postgresql.cnpg.io/database --timeout=30m",
    "delete job prepare --ignore-not-found --wait",
    f"apply --selector {NAME}=prepare",
]
CHANGES = {
    part: [
        f"apply --selector {NAME}={part}",
        f"rollout status deployment/{part} --timeout 10m",
    ]
    for part in ("front", "web", "worker")
}


@pytest.fixture
def release(tmp_path):
    """`release(fails)` returns `(status, what it said, what it did)`."""

    def run(fails="nothing", states=("Complete", "")):
        notes = tmp_path / "notes"
        (tmp_path / "kubectl").write_text(NOTING)
        (tmp_path / "kubectl").chmod(0o755)
        (tmp_path / "states").write_text("\n".join(states) + "\n")
        notes.write_text("")
        environment = {
            "PATH": f"{tmp_path}:{os.environ['PATH']}",
            "TMPDIR": "/tmp",  # noqa: S108 as the name is taken out of the notes
            "NOTES": str(notes),
            "STATES": str(tmp_path / "states"),
            "FAILS": fails,
            "LOOKS_EVERY": "0",
        }
        command = [FILES / "release", FILES / "overlays/production"]
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=60, check=False
        )
        lines = [line for line in notes.read_text().splitlines() if not line.startswith("get job")]
        return done.returncode, done.stdout + done.stderr, lines

    return run


def test_the_front_comes_before_those_who_need_its_files(release):
    status, said, done = release()
    assert status == 0, said
    assert done == [*FIRST, *CHANGES["front"], *CHANGES["web"], *CHANGES["worker"]]


def test_nothing_is_changed_over_when_it_cannot_be_prepared(release):
    status, said, done = release(states=("Failed", "", ""))
    assert status == 1
    assert "the release before goes on" in said
    assert done == FIRST
    status, said, done = release(fails="wait --for=condition=Ready")
    assert (status, done) == (1, FIRST[:2]), said


def test_what_was_changed_goes_back_when_a_part_does_not_come_up(release):
    status, said, done = release(fails="rollout status deployment/web")
    assert status == 1
    assert "web did not come up" in said
    assert done == [
        *FIRST,
        *CHANGES["front"],
        *CHANGES["web"],
        "rollout undo deployment/front",
        "rollout undo deployment/web",
    ]


def test_the_selectors_of_the_release_find_every_resource_once():
    parts = {"prepare", *CHANGES}
    named = [each["metadata"].get("labels", {}).get(NAME) for each in overlay("production")]
    assert parts <= set(named)
    for part in CHANGES:
        assert one(overlay("production"), "Deployment", part)["metadata"]["labels"][NAME] == part
        # A budget and a service come with their pods.
        assert named.count(part) == (2 if part == "worker" else 3)
