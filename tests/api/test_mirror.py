"""The reference client against a live server: killed again and again, its mirror is the source."""

import json
import random
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.db import connections
from pytest_django.live_server_helper import LiveServer

from publishing.api import changes as changes_module
from publishing.api.waiting import Bell
from publishing.catalogue import current_version
from publishing.models import Edition
from tests.factories import (
    make_measure,
    make_project,
    make_source,
    make_zone,
    publish,
    withdraw,
)

pytestmark = pytest.mark.django_db(transaction=True)

CLIENT = Path(__file__).parent.parent.parent / "docs" / "mirror.py"
ROUNDS, WRITERS, ACTS = 4, 2, 6
# Runs the client until it is about to put its n-th file in place; then it is killed, kill -9.
DOOMED = """
import os, pathlib, runpy, signal, sys
left = int(sys.argv.pop(1))
sys.argv.pop(0)
def replace(draft, target, act=pathlib.Path.replace):
    global left
    left -= 1
    return act(draft, target) if left else os.kill(os.getpid(), signal.SIGKILL)
pathlib.Path.replace = replace
runpy.run_path(sys.argv[0], run_name="__main__")
"""


class Mirror:
    """The reference client with its directory, started and killed as often as one likes."""

    def __init__(self, directory):
        self.directory = directory

    def start_doomed(self, address, *, files):
        """The client, which dies before it has written so many files."""
        return self._start("-c", DOOMED, files, CLIENT, address, self.directory)

    def catch_up(self, address):
        assert self._start(CLIENT, address, self.directory, "--once").wait(timeout=60) == 0

    @staticmethod
    def _start(*arguments):
        command = [sys.executable, *map(str, arguments)]
        return subprocess.Popen(command, stderr=subprocess.DEVNULL)

    def files(self):
        return {
            str(path.relative_to(self.directory)): path.read_bytes()
            for path in self.directory.glob("*/*.json")
        }


def source():
    """What the mirror has to be, from the editions themselves."""
    return {
        f"{edition.kind}/{edition.entry_id}.json": json.dumps(
            edition.document, ensure_ascii=False, indent=1, sort_keys=True
        ).encode()
        for edition in Edition.objects.current()
    }


def act_on(entries, seed):
    """Publish, rename, change and withdraw, on a connection of its own; the same for one seed."""
    chance = random.Random(seed)  # noqa: S311
    try:
        for number in range(ACTS):
            entry = chance.choice(entries)
            is_live = Edition.objects.current().filter(entry_id=entry.pk).exists()
            if is_live and chance.random() < 0.3:
                withdraw(entry)
                continue
            entry.title = f"示例改名{seed}-{number}"
            if chance.random() < 0.3:
                entry.slug = f"{entry.kind}-{seed}-{number}"
            entry.save()
            publish(entry)
    finally:
        connections.close_all()


def test_a_mirror_that_is_killed_again_and_again_equals_the_source(tmp_path, settings, monkeypatch):
    settings.API_WAITERS = 2
    monkeypatch.setattr(
        changes_module, "bell", Bell(lambda: current_version().sequence, pause=0.02)
    )
    mirror = Mirror(tmp_path)
    cited = make_source()
    makers = (make_measure, make_project, make_zone)
    entries = [make(sources=[cited]) for make in makers for _ in range(4)]
    halves = entries[::2], entries[1::2]
    with ThreadPoolExecutor(WRITERS) as pool:
        for turn in range(ROUNDS):
            cited.title = f"示例来源{turn}"
            cited.save()  # minor editions of whatever is live
            server = LiveServer("localhost")  # each turn the site has been started anew
            client = mirror.start_doomed(server.url, files=2 + turn)
            writers = [pool.submit(act_on, halves[n], turn * WRITERS + n) for n in range(WRITERS)]
            assert client.wait(timeout=60) == -signal.SIGKILL  # half-way: they still publish
            for writer in writers:
                writer.result(timeout=60)
            client = mirror.start_doomed(server.url, files=2)  # much is left to read by now
            assert client.wait(timeout=60) == -signal.SIGKILL
            server.stop()
    server = LiveServer("localhost")
    try:
        mirror.catch_up(server.url)
        assert mirror.files() == source()
        assert int((tmp_path / "cursor").read_text()) == Edition.objects.count()
    finally:
        server.stop()


def test_a_client_killed_between_a_file_and_the_cursor_repeats_itself(tmp_path, live_server):
    mirror = Mirror(tmp_path)
    measure = make_measure(title="示例旧名")
    publish(measure)
    mirror.catch_up(live_server.url)
    cursor = (tmp_path / "cursor").read_text()
    measure.title = "示例新名"
    measure.save()
    publish(measure)
    withdraw(measure)
    mirror.catch_up(live_server.url)
    (tmp_path / "cursor").write_text(cursor)  # as if it had not come to this
    (tmp_path / "measure" / "draft").write_text("{")
    mirror.catch_up(live_server.url)
    assert mirror.files() == source() == {}


def test_the_client_is_short_and_needs_nothing_but_python():
    text = CLIENT.read_text("utf-8")
    assert len(text.splitlines()) <= 60
    imported = {line.split()[1].split(".")[0] for line in text.splitlines() if "import " in line}
    assert imported <= sys.stdlib_module_names
