"""The link checker: which links it knows, and that it calls dead only what really is."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from qingdao_portal import outbound
from tests.admin.conftest import client_of
from tests.admin.pages import address_of
from tests.editorial.cast import (
    make_administrator,
    make_city_editor,
    make_domain_editor,
    make_reviewer,
)
from tests.factories import make_measure, make_source, publish, publish_measure, withdraw
from tests.upkeep.test_todo import numbers, rows_on
from upkeep import links, tasks, todo
from upkeep.models import LinkCheck

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
START = timezone.make_aware(datetime(2030, 1, 1, 3))
URL = "https://gone.example/page"
OTHER = "https://fine.example/"


def answering(**outcomes):
    """What `outbound.status_of` would do: a status, or an exception to raise, by host."""

    def ask(url):
        outcome = outcomes.get(url.split("/")[2].partition(".")[0], 200)
        if isinstance(outcome, int):
            return outcome
        raise outcome

    return ask


def check_on(day, **outcomes):
    """One day's checks, `day` days after the first."""
    now = START + day * DAY
    while links.check_some(now, limit=2, ask=answering(**outcomes)):
        pass
    return LinkCheck.objects.get(url=URL)


@pytest.fixture
def linked():
    """A live measure that leads to URL, and another link that always answers."""
    measure = make_measure()
    measure.steps.create(channel="online", text="示例步骤", url=URL)
    measure.steps.create(channel="online", text="示例步骤", url=OTHER)
    publish(measure)
    links.note_links()
    return measure


def make_dead(*ids):
    LinkCheck.objects.filter(url__in=ids or [URL]).update(
        status="dead", reason="not_found", failures=3, first_failed_on=START.date()
    )


def test_every_outside_link_of_what_is_live_is_known():
    source = make_source(url="https://source.example/", link="official")
    measure = make_measure(
        sources=[source],
        body="[正文](https://body.example/?a=1&b=2) [站内](/about/) [信](mailto:a@example.org)",
    )
    measure.steps.create(channel="online", text="示例", url="https://step.example/")
    measure.questions.create(question="示例", answer="[答](http://answer.example/)")
    measure.provisions.first().links.create(label="示例", url="https://city.example/")
    measure.steps.create(channel="online", text="示例", url="https://testserver/guide/")
    publish(measure)
    make_measure(body="[草稿](https://draft.example/)")
    withdraw(publish_measure(body="[撤回](https://withdrawn.example/)"))
    links.note_links()
    assert set(LinkCheck.objects.values_list("url", flat=True)) == {
        "https://source.example/",
        "https://body.example/?a=1&b=2",
        "https://step.example/",
        "http://answer.example/",
        "https://city.example/",
    }
    assert LinkCheck.objects.first().entry_ids == [measure.pk]


def test_a_link_that_nobody_uses_any_more_is_forgotten_and_others_keep_their_past(linked):
    check_on(0, gone=404)
    linked.steps.filter(url=OTHER).delete()
    publish(linked)
    links.note_links()
    assert LinkCheck.objects.get().failures == 1


@pytest.mark.parametrize("outcome", [404, 410, outbound.NoSuchName()])
def test_what_is_not_there_on_three_days_is_dead(linked, outcome):
    assert [check_on(day, gone=outcome).status for day in range(3)] == [
        "failing",
        "failing",
        "dead",
    ]
    link = LinkCheck.objects.get(url=URL)
    assert (link.failures, link.first_failed_on) == (3, START.date())


def test_failures_of_one_day_count_once(linked):
    for _ in range(3):
        LinkCheck.objects.update(last_checked_at=None)
        link = check_on(0, gone=404)
    assert (link.failures, link.status) == (1, "failing")


def test_a_link_is_asked_for_once_a_day(linked):
    asked = []
    for hour in (0, 5):
        links.check_some(
            START + timedelta(hours=hour), limit=9, ask=lambda u: asked.append(u) or 200
        )
    assert sorted(asked) == sorted([URL, OTHER])


@pytest.mark.parametrize("outcome", [403, 401, 429, 418, outbound.Insecure(), outbound.Forbidden()])
def test_a_server_that_only_declines_is_never_dead(linked, outcome):
    for day in range(20):
        link = check_on(day, gone=outcome)
    assert link.status == "unclear"
    assert link.failures == 0


@pytest.mark.parametrize("outcome", [500, 503, outbound.Unreachable()])
def test_a_server_in_trouble_is_given_two_weeks(linked, outcome):
    states = [check_on(day, gone=outcome).status for day in range(14)]
    assert set(states[:13]) == {"failing"}
    assert states[13] == "dead"


def test_an_answer_in_between_starts_anew(linked):
    for day, outcome in enumerate([404, 404, 200, 404, 404]):
        link = check_on(day, gone=outcome)
    assert (link.status, link.failures) == ("failing", 2)


def test_a_refusal_in_between_neither_counts_nor_absolves(linked):
    for day, outcome in enumerate([404, 404, 403, 404]):
        link = check_on(day, gone=outcome)
    assert link.status == "dead"


@pytest.mark.parametrize("outcome", [outbound.NoSuchName(), outbound.Unreachable()])
def test_no_link_is_blamed_while_our_own_network_is_down(linked, outcome):
    for day in range(20):
        link = check_on(day, gone=outcome, fine=outcome)
    assert (link.status, link.failures) == ("unclear", 0)


def test_a_dead_link_that_answers_again_is_alive(linked):
    for day, outcome in enumerate([404, 404, 404, 200]):
        link = check_on(day, gone=outcome)
    assert (link.status, link.reason, link.first_failed_on) == ("alive", "", None)


def test_dead_links_wait_for_those_who_may_mend_them(linked):
    make_dead()
    waiting = {("有失效链接", "举措"): 1}
    own = make_domain_editor(domains=[linked.domain])
    for user in (own, make_administrator()):
        assert numbers(user) == waiting
    for user in (make_city_editor(), make_reviewer(), make_domain_editor(name="示例别处编辑")):
        assert numbers(user) == {}
    (line,) = todo.lines_for(own)
    assert rows_on(client_of(own), line.url) == 1


def test_a_dead_link_of_a_city_waits_for_that_city():
    measure = make_measure()
    measure.provisions.get(city__slug="qingdao").links.create(label="示例", url=URL)
    publish(measure)
    links.note_links()
    make_dead()
    assert numbers(make_city_editor()) == {("有失效链接", "举措"): 1}
    assert numbers(make_city_editor(name="示例烟台编辑", cities=["yantai"])) == {}


def test_a_replaced_link_stops_waiting_once_it_is_published(linked):
    make_dead()
    administrator = make_administrator()
    linked.steps.filter(url=URL).delete()
    linked.touch()
    assert numbers(administrator)
    publish(linked, minor=True)  # a major edition would ask the cities something
    assert numbers(administrator) == {}


def test_the_entry_page_shows_the_dead_link_and_since_when(linked):
    make_dead()
    page = client_of(make_reviewer()).get(address_of(linked, "change")).content.decode()
    assert URL in page
    assert "2030-01-01" in page
    assert "网页不存在" in page


def test_the_list_of_links_is_for_looking_only(linked):
    make_dead()
    client = client_of(make_administrator())
    link = LinkCheck.objects.get(url=URL)
    assert rows_on(client, address_of(LinkCheck) + "?status__exact=dead&q=gone") == 1
    page = client.get(address_of(link, "change")).content.decode()
    assert address_of(linked, "change") in page
    assert client.get(address_of(LinkCheck, "add")).status_code == 403
    assert client.post(address_of(link, "change"), {"url": OTHER}).status_code == 403
    assert client.get(address_of(link, "delete")).status_code == 403


def planned(one_task):
    return DBTaskResult.objects.filter(
        task_path=one_task.module_path, status=TaskResultStatus.READY
    )


def test_the_daily_task_notes_the_links_and_has_them_asked_bit_by_bit(settings, monkeypatch):
    settings.LINK_CHECK = True
    monkeypatch.setattr(tasks, "LINKS_AT_A_TIME", 1)
    asked = []
    monkeypatch.setattr(
        links.check_some, "__kwdefaults__", {"ask": lambda u: asked.append(u) or 200}
    )
    measure = make_measure()
    for url in (URL, OTHER):
        measure.steps.create(channel="online", text="示例", url=url)
    publish(measure)
    tasks.check_links.func()
    assert LinkCheck.objects.count() == 2
    assert planned(tasks.check_links).count() == planned(tasks.check_some_links).count() == 1
    for left in (1, 0):
        planned(tasks.check_some_links).delete()
        tasks.check_some_links.func()
        assert planned(tasks.check_some_links).count() == left
    assert len(asked) == 2


def test_where_it_is_switched_off_nothing_is_asked(settings, linked):
    settings.LINK_CHECK = False
    LinkCheck.objects.all().delete()
    tasks.check_links.func()
    assert not LinkCheck.objects.exists()
    assert not planned(tasks.check_some_links).exists()
