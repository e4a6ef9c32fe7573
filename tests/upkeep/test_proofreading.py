"""What is looked at before an entry goes public: what stops it, what only warns, what it lacks."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from publishing import workflow
from publishing.completeness import completeness_of
from publishing.models import Edition, Schedule
from publishing.previews import draft_document
from publishing.proofreading import Severity, problems_of
from publishing.registry import kinds
from publishing.services import PublishingError
from tests.admin.conftest import client_of
from tests.admin.pages import address_of
from tests.editorial.cast import make_administrator, make_domain_editor, make_reviewer
from tests.factories import (
    make_county,
    make_hotline,
    make_measure,
    make_office,
    make_project,
    make_source,
    make_zone,
    publish,
    publish_measure,
    publish_project,
    withdraw,
)

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 22)
HOUR = timedelta(hours=1)


def stops(entry, today=TODAY):
    return [p.text for p in problems_of(entry, today) if p.severity == Severity.STOP]


def warnings(entry):
    return [p.text for p in problems_of(entry, TODAY) if p.severity == Severity.WARN]


@pytest.mark.parametrize("make", [make_measure, make_project, make_zone])
def test_what_is_filled_is_not_stopped(make):
    assert stops(make()) == []


@pytest.mark.parametrize(
    "text",
    [
        "请到XX大厅",
        "电话xxx",
        "××市",
        "地址待补",
        "TODO",
        "todo:",
        "时限??天",
        "是吗??",
        "Lorem ipsum dolor",
    ],
)
def test_a_placeholder_stops_wherever_it_stands(text):
    measure = make_measure()
    measure.questions.create(question="示例问题", answer=text)
    (problem,) = stops(measure)
    assert "常见问题" in problem
    measure.questions.all().delete()
    measure.translations = {"en": {"summary": text}}
    measure.save()
    assert len(stops(measure)) == 1


def test_a_link_that_is_not_whole_stops():
    measure = make_measure()
    for address in ("www.example.cn/a", "example.html"):
        measure.body = f"[示例]({address})"
        measure.save()
        (problem,) = stops(measure)
        assert f"“{address}”" in problem
    for address in ("https://example.cn", "HTTP://example.cn/", "/guide/", "#a", "tel:12345"):
        measure.body = f"[示例]({address})"
        measure.save()
        assert stops(measure) == []


@pytest.mark.parametrize(
    "text", ['<p class="MsoNormal">甲', "甲<o:p></o:p>", "<br/>", "甲&nbsp;乙"]
)
def test_pasted_markup_is_warned_of(text):
    measure = make_measure(body=text)
    assert any("网页代码" in problem for problem in warnings(measure))


@pytest.mark.parametrize(
    "text", ["<https://example.cn/>", "<a@example.cn>", "18<年龄<60", "甲 & 乙"]
)
def test_what_only_looks_like_markup_is_not_warned_of(text):
    assert not any("网页代码" in problem for problem in warnings(make_measure(body=text)))


@pytest.mark.parametrize("text", ["XXL号", "Linux", "为什么?", "maxx", "A1X"])
def test_ordinary_words_are_no_placeholders(text):
    assert stops(make_measure(body=text)) == []


@pytest.mark.parametrize("text", ["开通时间待定", "示例文本"])
def test_what_may_be_meant_only_warns(text):
    measure = make_measure(title="名称", summary="摘要", audience="居民", body=text, sources=[])
    assert any("正文" in warning for warning in warnings(measure))


@pytest.mark.parametrize("name", ["title", "summary", "audience"])
def test_an_empty_required_part_stops_a_measure(name):
    assert any("没有填写" in text for text in stops(make_measure(**{name: ""})))


def test_a_project_needs_its_summary():
    assert any("摘要" in text for text in stops(make_project(summary="")))


def test_a_ground_without_a_source_stops_unless_it_says_so():
    assert any("引用来源" in text for text in stops(make_measure(sources=[])))
    assert stops(make_measure(sources=[], evidence="unsourced")) == []


def test_a_zone_joins_at_least_two():
    assert any("两个" in text for text in stops(make_zone(counties=[make_county()])))


def test_neither_step_nor_hotline_warns():
    text = "不知道怎么办"
    assert any(text in warning for warning in warnings(make_measure()))
    assert not any(text in w for w in warnings(make_measure(hotlines=[make_hotline()])))


@pytest.mark.parametrize(
    "path",
    [
        "/guide/measures/no-such-measure/",
        "/guide/domains/no-such-domain/",
        "/cities/no-such-city/",
        "/projects/1999/",
        "/no/such/page/",
        "/admin/",
        "/check/some-token/",
        "https://testserver/guide/measures/no-such-measure/",
    ],
)
def test_a_broken_internal_link_stops(path):
    assert any(path in text for text in stops(make_measure(body=f"见[这里]({path})。")))


def test_links_to_what_is_live_do_not_stop(real_pages):
    measure = make_measure(slug="example-itself")
    own = "/guide/measures/example-itself/"
    measure.body = "".join(f"[这里]({path})" for path in [*real_pages, own])
    measure.save()
    assert stops(measure) == []


@pytest.fixture
def real_pages():
    live, project = publish_measure(), publish_project()
    moved = publish_measure(slug="example-old")
    moved.slug = "example-new"
    moved.save()
    publish(moved)
    return [
        f"/guide/measures/{live.slug}/",
        f"/guide/measures/{live.slug}/#steps",
        f"/guide/measures/{live.slug}/qingdao/",
        "/guide/measures/example-old/",
        f"/guide/domains/{live.domain.slug}/",
        f"/projects/2024/{project.slug}/",
        "/cities/qingdao/",
        "/about/",
        "/",
        f"/api/v1/measures/{live.slug}/",
        "https://testserver/guide/",
    ]


def test_a_link_to_what_was_withdrawn_stops():
    gone = withdraw(publish_measure())
    link = f"[这里](/guide/measures/{gone.slug}/)"
    assert len(stops(make_measure(body=link))) == 1


def test_an_outside_link_in_the_text_should_be_a_source():
    url = "https://example.org/notice"
    assert any(url in text for text in warnings(make_measure(body=f"[通知]({url})")))
    source = make_source(url=url, link="official")
    listed = make_measure(body=f"[通知]({url})", sources=[source])
    assert not any(url in text for text in warnings(listed))


def test_what_happened_did_not_happen_tomorrow():
    measure = make_measure(last_verified_on=TODAY)
    measure.provisions.update(confirmed_on=TODAY)
    assert stops(measure) == []
    assert len(stops(measure, TODAY - timedelta(days=1))) == 2


@pytest.mark.parametrize(("met_on", "is_stopped"), [("2026", 0), ("2026-12", 1), ("2026-11", 0)])
def test_a_date_known_to_the_month_is_compared_as_far_as_it_goes(met_on, is_stopped):
    project = make_project()
    project.milestones.create(text="示例里程碑", met_on=met_on, is_met=True)
    assert len(stops(project)) == is_stopped


def test_a_promise_is_not_longer_than_the_law_allows():
    limits = {"promised_value": 9, "promised_unit": "day", "statutory_unit": "day"}
    assert any("法定时限" in text for text in stops(make_measure(**limits, statutory_value=5)))
    assert stops(make_measure(**limits, statutory_value=20)) == []


def test_a_finished_project_has_made_all_its_progress():
    project = make_project(status="completed", progress=80)
    assert any("进度" in text for text in stops(project))


def test_all_entries_the_portal_starts_with_pass(real_data):
    stopped = {
        edition.slug: texts
        for edition in Edition.objects.current()
        if (texts := stops(kinds[edition.kind].model.objects.get(pk=edition.entry_id)))
    }
    assert Edition.objects.current().count() == 40
    assert stopped == {}


@pytest.fixture
def faulty():
    """A submitted measure that nobody should publish."""
    measure = make_measure(summary="XX", audience="")
    workflow.submit(entry=measure, by=make_domain_editor(domains=[measure.domain]))
    return measure


def test_approval_is_refused_with_all_reasons(faulty):
    with pytest.raises(PublishingError, match=r"适用对象.*XX|XX.*适用对象"):
        workflow.approve(entry=faulty, by=make_reviewer())
    faulty.refresh_from_db()
    assert faulty.workflow_state == "submitted"


def test_what_became_faulty_after_approval_is_not_published_at_once_or_later():
    target, reviewer = publish_measure(), make_reviewer()
    measure = make_measure(body=f"[这里](/guide/measures/{target.slug}/)")
    workflow.submit(entry=measure, by=make_administrator())
    workflow.approve(entry=measure, by=reviewer)
    due = timezone.now() + HOUR
    workflow.schedule(entry=measure, by=reviewer, act="publish", due_at=due)
    withdraw(target)
    with pytest.raises(PublishingError, match="站内链接"):
        workflow.publish(entry=measure, by=reviewer)
    with pytest.raises(PublishingError, match="站内链接"):
        workflow.schedule(entry=measure, by=reviewer, act="publish", due_at=due)
    assert workflow.run_due(due) == (0, 1)
    assert "站内链接" in Schedule.objects.get().result
    assert not Edition.objects.filter(entry_id=measure.pk).exists()


def test_a_warning_stops_nothing_and_is_shown_where_one_decides():
    measure, reviewer = make_measure(), make_reviewer()
    administrator = make_administrator()
    pages = {"submit": administrator, "approve": reviewer, "publish": reviewer}
    for act, user in pages.items():
        page = client_of(user).get(address_of(measure, act)).content.decode()
        assert "读者不知道怎么办" in page, act
        getattr(workflow, act)(entry=measure, by=user)
        measure.refresh_from_db()
    assert Edition.objects.count() == 1


def test_the_entry_page_says_what_stops_and_what_is_missing(faulty):
    page = client_of(make_reviewer()).get(address_of(faulty, "change")).content.decode()
    assert "“适用对象”没有填写" in page
    assert "办事要素1/9" in page
    assert "还缺:条件、材料、流程、时限、收费、地点、电话、常见问题" in page


def test_completeness_grows_with_each_element():
    measure = make_measure(audience="", sources=[])

    def missing():
        measure.save()
        return [str(name) for name in completeness_of(draft_document(measure)).missing]

    def add_all():
        yield "条件", lambda: setattr(measure, "audience", "示例对象")
        yield "材料", lambda: measure.materials.create(name="示例材料")
        yield "流程", lambda: measure.steps.create(channel="window", text="示例步骤")
        yield "时限", lambda: setattr(measure, "limit_note", "示例时限")
        yield "收费", lambda: setattr(measure, "fee", "free")
        yield "地点", lambda: measure.provisions.first().offices.add(make_office())
        yield "依据", lambda: measure.citations.create(source=make_source())
        yield "电话", lambda: measure.hotlines.add(make_hotline())
        yield "常见问题", lambda: measure.questions.create(question="示例", answer="示例")

    steps = list(add_all())
    left = [name for name, _add in steps]
    assert missing() == left
    for name, add in steps:
        add()
        left.remove(name)
        assert missing() == left


def test_nothing_is_expected_of_kinds_that_are_no_guide():
    assert completeness_of(draft_document(make_zone())) is None
