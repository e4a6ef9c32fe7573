"""`make run` serves the portal, and goes as it came: without a trace, however it is ended."""

import re
import signal
import sys
import urllib.error
import urllib.request

import pytest

pytestmark = [pytest.mark.launch, pytest.mark.xdist_group("launch")]


def get(address):
    with urllib.request.urlopen(address, timeout=20) as response:  # noqa: S310
        return response.status, response.read().decode()


def manage(launch, *arguments):
    """A management command as somebody types it in another terminal."""
    printed, status = launch.run(sys.executable, "manage.py", *arguments, DEBUG="1")
    assert status == 0, printed
    return printed


def test_the_home_page_shows_entries_and_ctrl_c_leaves_nothing_running(fresh_launch):
    fresh_launch.start()
    status, page = get(fresh_launch.address)
    assert status == 200
    assert "/guide/measures/" in get(f"{fresh_launch.address}/guide/")[1]
    assert "/guide/domains/medical/" in page
    fresh_launch.ctrl_c()
    printed, _ = fresh_launch.end()
    assert "Traceback" not in printed
    assert fresh_launch.processes() == {}


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


def test_a_second_start_keeps_the_data_and_loads_nothing_again(launch):
    launch.start()
    count = "from publishing.models import Edition; print(Edition.objects.count())"
    before = manage(launch, "shell", "--no-imports", "-c", count)
    create = "from staff.models import User; User.objects.create_user('kept')"
    manage(launch, "shell", "--no-imports", "-c", f"{create} if not User.objects.exists() else 0")
    launch.ctrl_c()
    launch.end()
    launch.start()
    assert manage(launch, "shell", "--no-imports", "-c", count) == before
    users = "from staff.models import User; print(*User.objects.all())"
    assert manage(launch, "shell", "--no-imports", "-c", users).split() == ["kept"]


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
        launch.wait_until_nothing_runs()
    launch.start()
    assert get(launch.address)[0] == 200


def test_after_kill_9_of_everything_at_once_the_next_start_recovers(launch):
    launch.start()
    launch.kill(*launch.processes())
    launch.end()
    launch.start()
    assert get(launch.address)[0] == 200


def test_the_end_of_a_process_is_told_in_a_sentence(launch):
    launch.start()
    launch.kill(launch.pids("run_worker")[0])
    printed, status = launch.end()
    assert status != 0
    assert "run_worker has ended by itself" in printed


def test_it_serves_as_production_would_with_a_key_of_its_own(launch):
    launch.start()
    with pytest.raises(urllib.error.HTTPError, match="404") as missing:
        get(f"{launch.address}/no-such-page/")
    page = missing.value.read().decode()
    assert "DEBUG" not in page
    assert re.search(r"/static/css/base\.[0-9a-f]{12}\.css", page)
    key = launch.var_dir / "secret_key"
    assert key.stat().st_mode & 0o777 == 0o600
    assert len(key.read_text()) > 50
    launch.ctrl_c()
    launch.end()
    before = key.read_text()
    launch.start()
    assert key.read_text() == before
    launch.ctrl_c()
    launch.end()
