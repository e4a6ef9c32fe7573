"""The daily mail: one to each whom something waits for, in the numbers of the to-do."""

import re
from datetime import datetime, timedelta

import pytest
from django.core import mail
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from publishing import workflow
from tests.admin.conftest import client_of
from tests.editorial.cast import (
    make_administrator,
    make_city_editor,
    make_domain_editor,
    make_reviewer,
)
from tests.factories import make_measure, make_project
from tests.upkeep.test_todo import rows_on
from upkeep import reminders, tasks, todo
from upkeep.models import Reminder

pytestmark = pytest.mark.django_db
NOW = timezone.make_aware(datetime(2030, 1, 1, 7))
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def with_a_server(settings):
    settings.SENDS_MAIL = True
    settings.PORTAL_URL = "https://portal.example"


def with_address(user):
    user.email = f"staff{user.pk}@example.org"
    user.save()
    return user


@pytest.fixture
def reviewer():
    """A reviewer with an address, for whom two measures and a project wait."""
    editor = make_domain_editor(edits_projects=True, email="editor@example.org")
    measures = [make_measure(), make_measure()]
    editor.domains.set([measure.domain for measure in measures])
    for entry in (*measures, make_project()):
        workflow.submit(entry=entry, by=editor)
    return with_address(make_reviewer())


def test_who_has_left_gets_none(reviewer):
    reviewer.is_active = False
    reviewer.save()
    assert reminders.send_all(NOW) == 0
    assert mail.outbox == []


def test_one_mail_says_what_the_to_do_says(reviewer):
    assert reminders.send_all(NOW) == 1
    (sent,) = mail.outbox
    assert sent.to == [reviewer.email]
    assert sent.subject.startswith("有3件事等您处理")
    for line in todo.lines_for(reviewer, NOW):
        assert f"{line.label} {line.count}:https://portal.example{line.url}" in sent.body
    addresses = re.findall(r"https://portal\.example(/admin/\S*)", sent.body)
    assert "/admin/" in addresses
    counts = [rows_on(client_of(reviewer), url) for url in addresses if url != "/admin/"]
    assert counts == [2, 1]


def test_for_whom_nothing_waits_there_is_no_mail(reviewer):
    with_address(make_city_editor())
    reminders.send_all(NOW)
    assert [sent.to for sent in mail.outbox] == [[reviewer.email]]


def test_nobody_gets_two_on_one_day(reviewer):
    reminders.send_all(NOW)
    assert reminders.send_all(NOW + timedelta(hours=3)) == 0
    assert reminders.send_all(NOW + DAY) == 1
    assert len(mail.outbox) == 2


@pytest.mark.parametrize("change", [{"email": ""}, {"is_active": False}, {"is_staff": False}])
def test_who_has_no_address_or_has_left_gets_none(reviewer, change):
    for name, value in change.items():
        setattr(reviewer, name, value)
    reviewer.save()
    assert reminders.send_all(NOW) == 0
    assert mail.outbox == []


def test_a_mail_that_cannot_be_delivered_holds_up_no_other(reviewer, monkeypatch):
    other = with_address(make_reviewer(name="示例另一审核员"))
    send = mail.EmailMessage.send

    def fail_for_one(message):
        if message.to == [reviewer.email]:
            raise ConnectionRefusedError
        return send(message)

    monkeypatch.setattr(mail.EmailMessage, "send", fail_for_one)
    assert reminders.send_all(NOW) == 1
    assert [sent.to for sent in mail.outbox] == [[other.email]]
    monkeypatch.undo()
    assert reminders.send_all(NOW) == 1  # tried again, and only the one that failed


def test_without_a_server_nothing_is_sent_and_administrators_are_told(reviewer, settings):
    settings.SENDS_MAIL = False
    assert reminders.send_all(NOW) == 0
    assert mail.outbox == []
    notice = "提醒邮件不会发出"
    assert notice in client_of(make_administrator()).get("/admin/").content.decode()
    assert notice not in client_of(reviewer).get("/admin/").content.decode()
    settings.SENDS_MAIL = True
    administrator = make_administrator(name="示例另一管理员")
    assert notice not in client_of(administrator).get("/admin/").content.decode()


def test_what_was_sent_is_forgotten_after_a_month(reviewer):
    reminders.send_all(NOW)
    reminders.send_all(NOW + 31 * DAY)
    assert [reminder.day.day for reminder in Reminder.objects.all()] == [1]
    assert Reminder.objects.get().day.month == 2


def test_the_daily_task_sends_and_plans_the_next_morning(reviewer):
    tasks.send_reminders.func()
    assert len(mail.outbox) == 1
    waiting = DBTaskResult.objects.get(
        task_path=tasks.send_reminders.module_path, status=TaskResultStatus.READY
    )
    assert timezone.localtime(waiting.run_after).hour == 7
    assert waiting.run_after > timezone.now()
