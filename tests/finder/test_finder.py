"""The finder page: every way through the real rules, hostile addresses, costs, releases."""

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from finder import services
from finder.answers import follow
from finder.documents import draft_document
from finder.models import Answer, Question, Release, Rule
from finder.results import groups_of
from publishing.catalogue import forget_catalogue
from publishing.models import Catalogue, Edition
from publishing.services import PublishingError
from staff.models import User
from staff.roles import REVIEWER
from tests.factories import make_measure, publish, publish_measure, withdraw
from tests.finder import documents
from tests.finder.test_graph import ways

pytestmark = pytest.mark.django_db


@pytest.fixture
def reviewer():
    user = User.objects.create_user("reviewer", password="example-password-1", is_staff=True)
    user.groups.add(Group.objects.get(name=REVIEWER))
    return user


def ask(*measures):
    """Two questions, and a rule for each measure; published."""
    need, _made = Question.objects.get_or_create(
        slug="need", defaults={"text": "示例需要", "role": "select", "position": 2}
    )
    live, made = Question.objects.get_or_create(
        slug="live", defaults={"text": "示例城市", "role": "live", "position": 1}
    )
    if made:
        live.answers.create(slug="qingdao", label="示例青岛", next_question=need)
        live.answers.create(slug="weifang", label="示例潍坊", next_question=need)
        need.answers.create(slug="example", label="示例需要一")
    wanted = Answer.objects.get(question=need, slug="example")
    for measure in measures:
        rule = Rule.objects.create(entry_id=measure.pk)
        rule.conditions.create(answer=wanted, verdict="applies", why="示例理由")
    services._release(by=None, note="")
    forget_catalogue()


def test_every_way_through_the_real_rules_gives_a_result(client):
    call_command("load_fixtures", verbosity=0)
    whole = Release.objects.get().document
    assert services.draft_problems(draft_document()) == []
    domains = Catalogue.objects.get().content["domains"]
    few = {"live": ("yantai", "other"), "go": ("qingdao", "home")}  # five cities are alike
    seen = {}
    for way in ways(whole):
        if any(q["slug"] in few and a["slug"] not in few[q["slug"]] for q, a in way):
            continue
        needed = tuple(a["slug"] for q, a in way if q["role"] != "live" and q["role"] != "go")
        seen.setdefault(needed, {q["slug"]: a["slug"] for q, a in way})
    assert len(seen) > 100
    listed = set()
    for number, parameters in enumerate(seen.values()):
        if number % 8 == 0:  # the page itself; the rest below it
            assert client.get("/guide/finder/", parameters).status_code == 200
        given = follow(whole, parameters).given
        groups = groups_of(whole, given, domains)
        assert groups or any(g.answer["no_entry"] for g in given), parameters
        listed |= {finding.item["id"] for group in groups for finding in group.findings}
        for group in groups:
            assert all(finding.reasons for finding in group.findings)
    assert listed == {rule["id"] for rule in whole["rules"]}
    assert len(listed) == Edition.objects.current().of_kind("measure").count()


def test_the_result_says_what_each_city_does(client):
    ask(publish_measure(title="示例举措甲", cities=["qingdao"]))
    here = client.get("/guide/finder/?live=qingdao&need=example").content.decode()
    assert "适用(1条)" in here
    assert "青岛:已公布" in here
    assert "示例理由" in here
    there = client.get("/guide/finder/?live=weifang&need=example").content.decode()
    assert "可能适用(1条)" in there
    assert "潍坊:未核实" in there
    assert "12345" in there


def test_an_entry_that_says_something_of_who_asks_comes_before_one_that_does_not():
    silent, named = publish_measure(title="示例举措甲"), publish_measure(title="示例举措乙")
    who = documents.question("who", documents.answer("old"), role="judge")
    need = documents.question("need", documents.answer("doctor", to="who"))
    rules = [
        documents.rule(silent.pk, "need:doctor"),
        documents.rule(named.pk, "need:doctor", "who:old", verdict="maybe"),
    ]
    whole = documents.document([need, who], rules)
    (group,) = groups_of(whole, follow(whole, {"need": "doctor", "who": "old"}).given, [])
    assert [finding.item["title"] for finding in group.findings] == ["示例举措乙", "示例举措甲"]


def test_a_place_outside_the_five_cities_is_never_certain(client):
    ask(publish_measure(cities=["qingdao"]))
    need, live = Question.objects.get(slug="need"), Question.objects.get(slug="live")
    go = Question.objects.create(slug="go", text="示例去处", role="go", position=3)
    live.answers.update(next_question=go)
    go.answers.create(slug="other", label="示例别处", next_question=need)
    go.answers.create(slug="home", label="示例本市", next_question=need)
    services._release(by=None, note="")
    address = "/guide/finder/?live=qingdao&need=example&go="
    assert "可能适用(1条)" in client.get(address + "other").content.decode()
    assert ">适用(1条)" in client.get(address + "home").content.decode()


def test_a_withdrawn_entry_drops_out_and_a_new_title_shows(client):
    measure = publish_measure(title="示例旧名", cities=["qingdao"])
    ask(measure)
    address = "/guide/finder/?live=qingdao&need=example"
    assert "示例旧名" in client.get(address).content.decode()
    measure.title = "示例新名"
    measure.save()
    assert "示例旧名" in client.get(address).content.decode()
    publish(measure)
    assert "示例新名" in client.get(address).content.decode()
    withdraw(measure)
    gone = client.get(address)
    assert gone.status_code == 200
    assert "示例新名" not in gone.content.decode()
    assert "12345" in gone.content.decode()


def test_edits_are_public_only_when_published(client, reviewer):
    ask(publish_measure())
    before = client.get("/guide/finder/")
    Question.objects.filter(slug="live").update(text="示例改过的问题")
    assert client.get("/guide/finder/").content == before.content
    revision = Catalogue.objects.get().revision
    release = services.publish(by=reviewer, note="示例修改")
    assert release.published_by == reviewer
    assert Catalogue.objects.get().revision == revision + 1
    after = client.get("/guide/finder/")
    assert after["ETag"] != before["ETag"]
    assert "示例改过的问题" in after.content.decode()
    assert services.publish(by=reviewer, note="示例修改") is None


def test_a_faulty_finder_is_not_published(reviewer):
    ask(publish_measure())
    Question.objects.create(slug="lost", text="示例孤立的问题", position=9)
    with pytest.raises(PublishingError, match="示例孤立的问题"):
        services.publish(by=reviewer, note="示例修改")
    assert Release.objects.count() == 1


def test_who_edited_it_does_not_publish_it(reviewer):
    ask(publish_measure())
    question = Question.objects.get(slug="live")
    LogEntry.objects.create(
        user=reviewer,
        content_type=ContentType.objects.get_for_model(question),
        object_id=str(question.pk),
        object_repr="示例",
        action_flag=CHANGE,
    )
    with pytest.raises(PublishingError, match="不能自己发布"):
        services.publish(by=reviewer, note="示例修改")


def test_a_release_is_never_changed():
    ask(publish_measure())
    for act in (
        lambda: Release.objects.update(note="示例"),
        lambda: Release.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError, match="immutable"), transaction.atomic():
            act()


@pytest.mark.parametrize(
    "query",
    [
        *(
            "live=nowhere",
            "live=",
            "live=qingdao&need=gone",
            "live=%F0%9F%98%80",
            "live=qingdao&live=",
        ),
        *("change=need", "change=%22%3E", "live=qingdao&need=example&change=live", "x=1&page=-1"),
        *("live=%00", "live=%ff%fe", "live=%ed%a0%80", "need=example", "live=" + "a" * 3000),
        "&".join(f"a{n}=1" for n in range(60)),
    ],
)
def test_no_address_makes_it_fail(client, query):
    ask(publish_measure())
    assert client.get(f"/guide/finder/?{query}").status_code in (200, 400)


def test_an_outdated_answer_asks_again_and_says_so(client):
    ask(publish_measure())
    page = client.get("/guide/finder/?live=qingdao&need=gone").content.decode()
    assert "不在选项里" in page
    assert "示例需要" in page


def test_changing_an_answer_keeps_the_others(client):
    ask(publish_measure())
    page = client.get("/guide/finder/?live=qingdao&need=example&change=live").content.decode()
    assert "示例城市" in page
    assert '<input type="hidden" name="need" value="example">' in page


def test_results_are_not_indexed_and_set_no_cookie(client):
    ask(publish_measure())
    start = client.get("/guide/finder/")
    result = client.get("/guide/finder/?live=qingdao&need=example")
    assert "noindex" not in start.content.decode()
    assert "noindex" in result.content.decode()
    assert 'guide/finder/">' in result.content.decode()  # the canonical address
    assert not result.cookies


def test_a_portal_without_questions_says_so(client):
    assert "还没有开放" in client.get("/guide/finder/").content.decode()


def test_the_result_costs_three_queries_at_two_sizes(client):
    ask(publish_measure(cities=["qingdao"]))
    for more in (0, 8):
        ask(*(publish_measure() for _ in range(more)))
        with CaptureQueriesContext(connection) as queries:
            client.get("/guide/finder/?live=qingdao&need=example")
        assert len(queries) == 3  # version, catalogue, editions


def test_drafts_are_never_listed(client):
    ask(publish_measure(title="示例公开"))
    ask_draft = make_measure(title="示例草稿")
    ask(ask_draft)
    assert "示例草稿" not in client.get("/guide/finder/?live=qingdao&need=example").content.decode()
