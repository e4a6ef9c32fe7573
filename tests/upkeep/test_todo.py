"""The to-do: each number is that of the rows on the list it leads to, and only of one's own."""

import re
from datetime import datetime, timedelta

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from guide.models import Measure
from publishing import workflow
from publishing.models import Schedule
from tests.admin.conftest import client_of
from tests.editorial.cast import (
    make_administrator,
    make_city_editor,
    make_domain_editor,
    make_reviewer,
    make_staff,
)
from tests.factories import (
    make_domain,
    make_measure,
    make_project,
    make_zone,
    publish_measure,
    publish_project,
    publish_zone,
)
from upkeep import todo
from upkeep.calendar import week_for
from upkeep.entry_lines import list_address

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def numbers(user, now=None):
    """`{(group, label): count}` of what waits for the user."""
    return {(str(line.group), str(line.label)): line.count for line in todo.lines_for(user, now)}


def groups(user):
    return {group for group, _label in numbers(user)}


def rows_on(client, address):
    """How many rows the list at this address shows."""
    response = client.get(address)
    assert response.status_code == 200, address
    return response.context["cl"].result_count


def submitted(entry, by):
    workflow.submit(entry=entry, by=by)
    return entry


def approved(entry, by, reviewer):
    workflow.approve(entry=submitted(entry, by), by=reviewer)
    return entry


def fail_a_plan(entry, by, reviewer):
    """Plan a publication, edit the entry, and let the time come."""
    due = timezone.now() + DAY
    approved(entry, by, reviewer)
    workflow.schedule(entry=entry, by=reviewer, act="publish", due_at=due)
    entry.refresh_from_db()
    entry.save()
    assert workflow.run_due(due) == (0, 1)
    return entry


@pytest.fixture
def cast():
    domain = make_domain()
    users = {
        "city": make_city_editor(),
        "domain": make_domain_editor(domains=[domain], edits_projects=True, edits_zones=True),
        "elsewhere": make_domain_editor(name="示例别处编辑", domains=[make_domain()]),
        "reviewer": make_reviewer(),
        "administrator": make_administrator(),
        "nobody": make_staff("示例新人"),
    }
    return domain, users


@pytest.fixture
def much_to_do(cast):
    """Everything that can wait, of every kind, in different numbers."""
    domain, users = cast
    editor, reviewer, city = users["domain"], users["reviewer"], users["city"]
    long_ago = timezone.localdate() - timedelta(days=400)
    for _ in range(3):
        submitted(make_measure(domain=domain), editor)
    submitted(make_project(), editor), submitted(make_zone(), editor)
    submitted(make_measure(domain=domain), users["administrator"])
    for by in (editor, city):
        entry = submitted(make_measure(domain=domain), by)
        workflow.send_back(entry=entry, by=reviewer, comment="示例原因")
    for make in (make_measure, make_project):
        approved(make(), users["administrator"], reviewer)
    publish_measure(domain=domain, last_verified_on=long_ago)
    publish_measure(last_verified_on=long_ago)
    publish_project(last_verified_on=long_ago), publish_zone(last_verified_on=long_ago)
    fail_a_plan(make_measure(domain=domain), editor, reviewer)
    return users


@pytest.mark.parametrize("role", ["city", "domain", "reviewer", "administrator"])
def test_each_number_is_that_of_the_rows_on_its_list(much_to_do, role):
    user = much_to_do[role]
    client = client_of(user)
    lines = todo.lines_for(user)
    assert lines
    for line in lines:
        assert rows_on(client, line.url) == line.count, line
    page = client.get("/admin/").content.decode()
    for line in lines:
        link = rf'href="{re.escape(line.url)}"><span class="todo__count">{line.count}</span>'
        assert re.search(link, page), line


def test_what_waits_for_whom(much_to_do):
    review, returned, to_publish = "待我审核", "被退回,待修改", "已通过,待发布"
    overdue, failed = "到期,待核实", "定时未能执行"
    everything = {
        (review, "实事项目"): 1,
        (review, "合作区"): 1,
        (to_publish, "举措"): 1,
        (to_publish, "实事项目"): 1,
        (overdue, "举措"): 2,
        (overdue, "实事项目"): 1,
        (overdue, "合作区"): 1,
        (failed, "定时安排"): 1,
    }
    assert numbers(much_to_do["reviewer"]) == everything | {(review, "举措"): 4}
    assert numbers(much_to_do["administrator"]) == everything | {
        (review, "举措"): 3,  # not the one submitted by oneself
        (returned, "举措"): 2,
    }
    assert numbers(much_to_do["domain"]) == {
        (returned, "举措"): 2,
        (overdue, "举措"): 1,
        (overdue, "实事项目"): 1,
        (overdue, "合作区"): 1,
    }
    assert numbers(much_to_do["city"]) == {(returned, "举措"): 1}
    assert numbers(much_to_do["elsewhere"]) == numbers(much_to_do["nobody"]) == {}


def test_what_one_edited_is_not_put_before_one_for_review(cast, settings):
    domain, users = cast
    administrator = users["administrator"]
    entry = make_measure(domain=domain)
    LogEntry.objects.log_actions(administrator.pk, [entry], CHANGE, "改")
    submitted(entry, users["domain"])
    assert groups(administrator) == set()
    settings.FOUR_EYES = False
    assert groups(administrator) == {"待我审核"}


def test_a_failed_plan_waits_until_somebody_acts(cast):
    domain, users = cast
    entry = fail_a_plan(make_measure(domain=domain), users["domain"], users["reviewer"])
    assert "定时未能执行" in groups(users["reviewer"])
    submitted(entry, users["domain"])
    assert "定时未能执行" not in groups(users["reviewer"])


def test_a_failed_plan_of_a_deleted_entry_waits_for_nobody(cast):
    domain, users = cast
    fail_a_plan(make_measure(domain=domain), users["domain"], users["reviewer"]).delete()
    assert groups(users["reviewer"]) == set()


def test_the_first_page_says_when_nothing_waits():
    page = client_of(make_reviewer()).get("/admin/").content.decode()
    assert "现在没有等您处理的事" in page
    assert page.index("todo-heading") < page.index('id="content-main"')


def test_the_first_page_costs_the_same_whatever_waits(cast):
    domain, users = cast
    client = client_of(users["reviewer"])

    def add_work():
        entries = [make_measure(domain=domain), make_project(), make_zone()]
        for entry in entries:
            approved(entry, users["domain"], users["reviewer"])
            workflow.schedule(
                entry=entry, by=users["reviewer"], act="publish", due_at=timezone.now() + DAY
            )
        submitted(make_measure(domain=domain), users["domain"])

    def cost():
        ContentType.objects.clear_cache()
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/admin/").status_code == 200
        return len(captured)

    add_work()
    few = cost()
    for _ in range(4):
        add_work()
    assert cost() == few


def test_the_week_ahead_shows_what_goes_live_and_what_goes_off(cast):
    domain, users = cast
    reviewer = users["reviewer"]
    now = timezone.now()
    coming = approved(make_measure(domain=domain, title="示例将上线"), users["domain"], reviewer)
    going = publish_measure(title="示例将下线")
    later = publish_measure(title="示例以后再说")
    workflow.schedule(entry=coming, by=reviewer, act="publish", due_at=now + DAY)
    workflow.schedule(entry=going, by=reviewer, act="withdraw", due_at=now + 2 * DAY, note="到期")
    workflow.schedule(entry=later, by=reviewer, act="withdraw", due_at=now + 8 * DAY, note="到期")
    week = week_for(reviewer, now)
    assert [[(item.title, item.act) for item in items] for _day, items in week.days] == [
        [("示例将上线", "publish")],
        [("示例将下线", "withdraw")],
    ]
    assert week.days[0][0] == timezone.localdate(now + DAY)
    client = client_of(reviewer)
    assert rows_on(client, week.url) == week.count == 2
    page = client.get("/admin/").content.decode()
    assert "示例将上线" in page
    assert "示例以后再说" not in page


def test_the_week_ends_with_the_seventh_day(cast):
    reviewer = cast[1]["reviewer"]
    entry = publish_measure()
    due = timezone.make_aware(datetime(2030, 1, 7, 23, 59))
    workflow.schedule(entry=entry, by=reviewer, act="withdraw", due_at=due, note="示例")
    first_day = timezone.make_aware(datetime(2030, 1, 1, 0, 1))
    assert week_for(reviewer, first_day).count == 1
    assert week_for(reviewer, first_day - DAY).count == 0


def test_who_may_not_look_at_plans_sees_no_week():
    assert week_for(make_staff("示例新人")) is None


def test_an_app_adds_its_own_line(monkeypatch):
    monkeypatch.setattr(todo, "_sources", list(todo._sources))

    def source(user, now):
        yield todo.Line("示例事项", "示例", 2, list_address(Measure))
        yield todo.Line("示例空事项", "示例", 0, list_address(Measure))

    todo.register(source, order=5)
    reviewer = make_reviewer()
    assert numbers(reviewer) == {("示例事项", "示例"): 2}


def test_plans_are_looked_at_and_never_changed(cast):
    reviewer = cast[1]["reviewer"]
    entry = publish_measure(title="示例举措")
    due = timezone.now() + DAY
    plan = workflow.schedule(entry=entry, by=reviewer, act="withdraw", due_at=due, note="示例原因")
    client = client_of(cast[1]["administrator"])
    base = list_address(Schedule).rstrip("?")
    assert "示例举措" in client.get(base, {"q": "示例"}).content.decode()
    assert client.get(f"{base}{plan.pk}/change/").status_code == 200
    for page in (f"{plan.pk}/delete/", "add/"):
        assert client.get(base + page).status_code == 403
    assert client.post(f"{base}{plan.pk}/change/", {"act": "publish"}).status_code == 403
