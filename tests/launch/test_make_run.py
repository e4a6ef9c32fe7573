"""`make run` serves the portal, and goes as it came: without a trace, however it is ended."""

import re
import signal
import sys

import pytest

from tests.launch.conftest import get

pytestmark = pytest.mark.launch


def manage(launch, *arguments):
    """A management command as somebody types it in another terminal."""
    printed, status = launch.run(sys.executable, "manage.py", *arguments, DEBUG="1")
    assert status == 0, printed
    return printed


def test_the_pages_show_entries_as_in_production(first_launch):
    status, home = first_launch.seen["/"]
    assert status == 200
    assert "/guide/domains/medical/" in home
    assert "/guide/measures/" in first_launch.seen["/guide/"][1]
    status, missing = first_launch.seen["/nothing/"]
    assert status == 404
    assert "DEBUG" not in missing
    assert re.search(r"/static/css/base\.[0-9a-f]{12}\.css", missing)


def test_ctrl_c_leaves_nothing_running(first_launch):
    assert "Traceback" not in first_launch.printed
    assert first_launch.left_running == {}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_to_the_launcher_alone_leaves_nothing_running(launch, number):
    launch.start()
    (launcher,) = launch.pids("qingdao_portal.launcher")
    launch.kill(launcher, number=number)
    _, status = launch.end()
    assert status == 0
    assert launch.processes() == {}


def test_sigterm_to_make_leaves_nothing_running(launch):
    launch.start()
    launch.make.terminate()
    launch.end()
    launch.wait_until_nothing_runs()


def test_a_second_start_keeps_the_data_and_the_key_and_loads_nothing_again(launch):
    launch.start()
    create = "from staff.models import User; User.objects.get_or_create(username='kept'); "
    look = (
        "from publishing.models import Edition; from staff.models import User; "
        "print(Edition.objects.count(), *User.objects.all())"
    )
    before = manage(launch, "shell", "--no-imports", "-c", create + look).split()
    assert int(before[0]) > 0
    assert before[1:] == ["kept"]
    key = launch.var_dir / "secret_key"
    assert key.stat().st_mode & 0o777 == 0o600
    secret = key.read_text()
    assert len(secret) > 50
    launch.ctrl_c()
    launch.end()
    launch.start()
    assert manage(launch, "shell", "--no-imports", "-c", look).split() == before
    assert key.read_text() == secret


VICTIMS = {
    "the launcher": ["qingdao_portal.launcher"],
    "gunicorn": ["gunicorn"],
    "the worker": ["run_worker"],
    "the keeper": ["postgres_keeper"],
    "PostgreSQL": ["bin/postgres", "-D"],
}


def test_after_kill_9_of_one_process_the_others_end_and_the_next_start_recovers(launch):
    for name, words in VICTIMS.items():
        launch.start()
        launch.kill(launch.pids(*words)[0])
        printed, status = launch.end()
        assert status != 0, name
        assert "Traceback" not in printed, f"{name}: {printed}"
        if name == "the worker":
            assert "run_worker has ended by itself" in printed
        launch.wait_until_nothing_runs()
    launch.start()
    assert get(launch.address)[0] == 200


def test_after_kill_9_of_everything_at_once_the_next_start_recovers(launch):
    launch.start()
    launch.kill(*launch.processes())
    launch.end()
    launch.start()
    assert get(launch.address)[0] == 200
