"""What a killed run left behind is found by its mark and ended."""

import os
import signal
import subprocess
import uuid

import pytest

from qingdao_portal import leftovers


@pytest.fixture
def mark():
    return {"PORTAL_RUN": f"/example/{uuid.uuid4()}"}


def left(mark, *shell):
    """A process with the mark, which has said that it is there."""
    process = subprocess.Popen(
        ["sh", "-c", "; ".join([*shell, "echo there", "read forever"])],
        env=os.environ | mark,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline() == "there\n"
    return process


def end(mark):
    leftovers.end(lambda: leftovers.marked_with(mark), signal.SIGTERM)


def test_processes_with_the_mark_end_and_others_stay(mark):
    with left(mark) as ours, left({"PORTAL_RUN": "/example/another"}) as other:
        end(mark)
        assert ours.wait() == -signal.SIGTERM
        assert other.poll() is None
        other.terminate()


def test_a_process_that_ignores_the_polite_signal_is_killed(mark, monkeypatch):
    monkeypatch.setattr(leftovers, "PATIENCE_SECONDS", 0)
    with left(mark, "trap '' TERM") as stubborn:
        end(mark)
        assert stubborn.wait() == -signal.SIGKILL
