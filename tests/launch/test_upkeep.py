"""What is brought up to date at each start, and tidied up every day."""

from datetime import datetime, timedelta
from importlib import import_module

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import OperationalError
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from qingdao_portal import housekeeping
from qingdao_portal.management.commands import prepare, run_worker
from tests.publishing.test_concurrent_publishing import in_threads
from upkeep.tasks import check_links, send_reminders

pytestmark = pytest.mark.django_db(transaction=True)  # the worker closes its connections


def waiting(one_task=housekeeping.tidy_up):
    return DBTaskResult.objects.filter(
        status=TaskResultStatus.READY, task_path=one_task.module_path
    )


def work():
    """Let the worker do what is due, and end."""
    run_worker.worker(batch=True).run()


def test_the_worker_shows_that_it_lives_where_somebody_may_look(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    work()
    assert not (tmp_path / run_worker.SIGN_OF_LIFE).exists()  # nobody looks, and it works
    (tmp_path / "run").mkdir()
    work()
    assert (tmp_path / run_worker.SIGN_OF_LIFE).exists()


def test_a_worker_without_a_database_lives(settings, tmp_path, monkeypatch):
    settings.VAR_DIR = tmp_path
    (tmp_path / "run").mkdir()
    worker = run_worker.worker(batch=True)
    tries = []

    def away():
        (tmp_path / run_worker.SIGN_OF_LIFE).unlink()
        tries.append(1)
        if len(tries) == 3:
            worker.running = False
        raise OperationalError

    monkeypatch.setattr(run_worker, "plan_daily", away)
    monkeypatch.setattr(run_worker, "RETRY_SECONDS", 0)
    worker.run()
    assert len(tries) == 3
    assert (tmp_path / run_worker.SIGN_OF_LIFE).exists()


def test_each_daily_task_is_planned_once_for_its_hour():
    housekeeping.plan_daily()
    housekeeping.plan_daily()
    for daily_task, hour in ((housekeeping.tidy_up, None), (check_links, 3), (send_reminders, 7)):
        run_after = waiting(daily_task).get().run_after
        assert hour is None or timezone.localtime(run_after).hour == hour


def test_workers_that_start_together_plan_each_task_once():
    in_threads(lambda _worker: housekeeping.plan_daily(), range(4))
    for daily_task in (housekeeping.tidy_up, check_links, send_reminders):
        assert waiting(daily_task).count() == 1


@pytest.mark.parametrize(("now", "day"), [((6, 59), 1), ((7, 0), 2), ((23, 0), 2)])
def test_the_next_time_of_an_hour_is_always_to_come(now, day):
    now = timezone.make_aware(datetime(2030, 1, 1, *now))
    assert housekeeping.next_time(7, now) == timezone.make_aware(datetime(2030, 1, day, 7))


def test_the_worker_tidies_up_at_its_start_and_again_a_day_later():
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store.set_expiry(-1)
    store.save()
    work()
    assert not Session.objects.exists()
    left = waiting().get().run_after - timezone.now()
    assert timedelta(hours=23) < left <= timedelta(days=1)


def test_results_of_tasks_are_dropped_after_two_weeks():
    work()
    done = DBTaskResult.objects.filter(
        status=TaskResultStatus.SUCCESSFUL, task_path=housekeeping.tidy_up.module_path
    )
    old = done.get()
    done.update(finished_at=timezone.now() - timedelta(days=15))
    waiting().update(run_after=timezone.now())
    work()
    assert not DBTaskResult.objects.filter(pk=old.pk).exists()
    assert done.count() == 1


def test_static_files_are_collected_only_when_one_changed(settings, tmp_path, capsys):
    settings.VAR_DIR, settings.STATIC_ROOT = tmp_path, tmp_path / "static"
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STATICFILES_DIRS = [tmp_path / "source"]
    style = tmp_path / "source/style.css"
    style.parent.mkdir()

    def collects():
        prepare.Command().collect_static_files()
        return capsys.readouterr().out == "Static files: collected.\n"

    style.write_text("a {}")
    assert collects()
    assert (tmp_path / "static/style.css").read_text() == "a {}"
    assert not collects()
    style.write_text("a { color: red }")
    assert collects()
