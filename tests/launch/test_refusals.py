"""What a person can put right is told in one sentence, with a status that is not zero."""

import os
import socket
import sys

import pytest

from qingdao_portal import locks

pytestmark = pytest.mark.launch


def refusal(launch, *command, **changes):
    """The one line that `make run` prints when it does not start."""
    printed, status = launch.run(*(command or ("make", "run")), **changes)
    assert status != 0
    assert launch.processes() == {}
    lines = [line for line in printed.splitlines() if not line.startswith("make:")]
    assert len(lines) == 1, printed
    return lines[0]


def test_a_port_that_is_taken(launch):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        assert f"Port {port} on 127.0.0.1 is taken" in refusal(launch, PORT=port)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"PORT": "http"}, "PORT is “http”"),
        ({"PORT": "70000"}, "PORT is 70000, but the largest port is 65535"),
        ({"BIND": "203.0.113.1"}, "BIND is “203.0.113.1”"),
        ({"BIND": "no such name"}, "BIND is “no such name”"),
        ({"DEBUG": "maybe"}, "DEBUG is “maybe”"),
        ({"DEBUG": "0"}, "SECRET_KEY is not set"),
    ],
)
def test_a_setting_that_cannot_be(launch, changes, sentence):
    assert sentence in refusal(launch, **changes)


def test_a_second_run_on_the_same_data(launch):
    launch.var_dir.joinpath("run").mkdir(parents=True, exist_ok=True)
    first = locks.acquire(launch.var_dir / "run/portal.lock", locks.Mode.EXCLUSIVE)
    try:
        assert "already runs" in refusal(launch)
    finally:
        os.close(first)


@pytest.mark.parametrize(
    "var_dir", ["/sys/portal", "/dev/null/portal", "/proc/portal"], ids=["sys", "file", "proc"]
)
def test_a_data_directory_that_cannot_be_made(launch, var_dir):
    assert var_dir in refusal(launch, VAR_DIR=var_dir)


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("postgres://portal:secret@127.0.0.1:1/portal", "The database cannot be used"),
        ("postgres:///portal?host=/nowhere", "The database cannot be used"),
        ("mysql://portal:secret@localhost/portal", "must name a PostgreSQL database"),
        ("postgres://portal:secret@localhost:port/portal", "cannot be read as an address"),
        ("postgres://portal:secret@localhost/", "names no database"),
        ("secret", "must name a PostgreSQL database"),
    ],
)
def test_a_database_that_is_not_there(launch, url, sentence):
    line = refusal(launch, DATABASE_URL=url)
    assert sentence in line
    assert "secret" not in line


def test_a_python_that_is_too_old(launch):
    as_old = (
        "import runpy, sys; sys.version_info = (3, 9, 2); sys.version = '3.9.2 (main)';"
        "sys.argv = ['prepare_environment.py', sys.argv[1]];"
        "runpy.run_path('scripts/prepare_environment.py', run_name='__main__')"
    )
    line = refusal(launch, sys.executable, "-c", as_old, sys.prefix, PATH="/nowhere")
    assert "Python 3.11 or newer is needed, but this is 3.9.2" in line


def test_a_package_index_out_of_reach(launch, short_path):
    printed, status = launch.run(
        "make",
        "run",
        VENV=str(short_path / "venv"),
        PIP_INDEX_URL="http://127.0.0.1:1/simple",
        PIP_RETRIES="0",
        PIP_NO_CACHE_DIR="1",
    )
    assert status != 0
    assert "pip could not install the packages (is the network there?)" in printed
    assert "Traceback" not in printed
