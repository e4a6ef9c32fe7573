"""A comparison leaves nothing out, and says it in the words of staff."""

from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings

from publishing import registry, wording
from publishing.compare import Act, compare
from publishing.models import Edition
from publishing.previews import draft_document
from publishing.text_diff import DELETED, INSERTED, KEPT, Piece
from tests.editing.strategies import document_pairs, documents
from tests.factories import (
    make_department,
    make_hotline,
    make_measure,
    make_project,
    make_source,
    make_zone,
)

LARGE = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


@LARGE
@given(documents())
def test_a_document_does_not_differ_from_itself(document):
    assert compare(document, document) == []


@LARGE
@given(document_pairs())
def test_every_field_that_differs_is_reported_and_no_other(pair):
    old, new = pair
    serializer = registry.kinds[old["kind"]].serializer()
    changed = {
        wording.label_of(serializer, name)
        for name in old
        if old[name] != new[name] and name not in ("translations", "outdated_translations")
    }
    told = {d.label for d in compare(old, new) if " · " not in d.label}
    assert told == changed
    has_translations = any(" · " in d.label for d in compare(old, new))
    assert has_translations == (old["translations"] != new["translations"])


@LARGE
@given(document_pairs())
def test_a_comparison_the_other_way_round_tells_of_the_same_fields(pair):
    there, back = compare(*pair), compare(*reversed(pair))
    assert {d.label for d in there} == {d.label for d in back}


def labels_of(serializer):
    for name in serializer.fields:
        if name != "id":
            yield wording.label_of(serializer, name)
            nested = wording.nested_in(serializer, name)
            yield from labels_of(nested) if nested is not None else ()


@pytest.mark.parametrize("kind", ["measure", "project", "zone"])
def test_every_field_has_a_chinese_name(kind):
    assert not [name for name in labels_of(registry.kinds[kind].serializer()) if name.isascii()]


@pytest.fixture
def measure(db):
    measure = make_measure(
        title="示例举措",
        body="第一句不变。第二句要改。第三句不变。",
        hotlines=[make_hotline(number="12345", name="示例热线")],
        sources=[make_source(publisher="示例报", title="示例报道")],
    )
    for text in ("示例甲", "示例乙", "示例丙"):
        measure.steps.create(channel="online", text=text, position=measure.steps.count())
    return measure


def told(measure, change):
    """`{label: difference}` after `change` of the measure's rows."""
    before = draft_document(measure)
    change(measure)
    measure.save()
    differences = compare(before, draft_document(measure))
    return {difference.label: difference for difference in differences}


def test_a_long_text_is_compared_word_by_word(measure):
    def change(measure):
        measure.body = measure.body.replace("要改", "改好了")

    assert told(measure, change)["正文"].pieces == (
        Piece(KEPT, "第一句不变。第二句"),
        Piece(DELETED, "要改"),
        Piece(INSERTED, "改好了"),
        Piece(KEPT, "。第三句不变。"),
    )


def test_the_html_of_a_changed_text_is_not_told_again(measure):
    assert set(told(measure, lambda measure: setattr(measure, "body", "新"))) == {"正文"}


def test_limits_dates_and_choices_read_as_words(measure):
    def change(measure):
        measure.promised_value, measure.promised_unit = 9, "working_day"
        measure.fee = "free"
        measure.last_verified_on = "2025-02-14"

    differences = told(measure, change)
    assert differences["承诺时限"].new == "9个工作日"
    assert differences["最近核对日期"].new == "2025年2月14日"
    (fee,) = differences["收费"].inner
    assert (fee.old, fee.new) == ("未核实", "不收费")


def test_a_month_stays_a_month(db):
    project = make_project()
    before = draft_document(project)
    project.planned_finish = "2024-02"
    project.save()
    (difference,) = compare(before, draft_document(project))
    assert (difference.label, difference.new) == ("计划完成", "2024年2月")


def test_rows_that_came_and_went_are_told_with_what_they_say(measure):
    def change(measure):
        measure.steps.get(text="示例甲").delete()
        measure.materials.create(name="示例材料", note="示例说明")

    differences = told(measure, change)
    (gone,) = differences["步骤"].inner
    assert (gone.act, gone.label) == (Act.REMOVED, "示例甲")
    (came,) = differences["材料"].inner
    assert (came.act, came.label) == (Act.ADDED, "示例材料")
    assert [(d.label, d.new) for d in came.inner] == [
        ("材料", "示例材料"),
        ("说明", "示例说明"),
        ("必需", "是"),
    ]


def test_a_row_that_changed_is_told_by_its_fields_and_one_that_moved_by_its_place(measure):
    def change(measure):
        measure.steps.filter(text="示例丙").update(position=0, channel="phone")
        measure.steps.filter(text="示例甲").update(position=1)
        measure.steps.filter(text="示例乙").update(position=2, text="示例乙改")

    moved, changed = told(measure, change)["步骤"].inner
    assert (moved.act, moved.label, moved.old, moved.new) == (
        *(Act.CHANGED, "示例丙", "第3项", "第1项"),
    )
    assert [(d.label, d.old, d.new) for d in moved.inner] == [("渠道", "线上", "电话")]
    assert (changed.act, [d.label for d in changed.inner]) == (Act.CHANGED, ["怎么做"])


def test_a_row_that_only_moved_is_said_to_have_moved(measure):
    def change(measure):
        measure.steps.filter(text="示例甲").update(position=9)

    (moved,) = told(measure, change)["步骤"].inner
    assert (moved.act, moved.label, moved.old, moved.new) == (
        *(Act.MOVED, "示例甲", "第1项", "第3项"),
    )


def test_a_citys_provision_is_told_under_the_name_of_the_city(measure):
    def change(measure):
        provision = measure.provisions.get(city__slug="weihai")
        provision.status, provision.department = "announced", make_department(name="示例局")
        provision.save()
        provision.links.create(label="示例平台", url="https://example.org/")

    (weihai,) = told(measure, change)["城市落实情况"].inner
    assert weihai.label == "威海市"
    inner = {d.label: d for d in weihai.inner}
    assert (inner["状态"].old, inner["状态"].new) == ("未核实", "已公布")
    assert inner["责任部门"].new == "示例局"
    assert inner["办理链接"].inner[0].label == "示例平台"


def test_what_is_quoted_is_told_by_its_name_alone(measure):
    def change(measure):
        measure.hotlines.set([make_hotline(number="12393", name="示例新热线")])
        measure.citations.all().delete()
        measure.departments.create(department=make_department(name="示例厅"), role="lead")

    differences = told(measure, change)
    assert [(d.act, d.label, d.inner) for d in differences["热线"].inner] == [
        (Act.ADDED, "12393 示例新热线", ()),
        (Act.REMOVED, "12345 示例热线", ()),
    ]
    assert differences["引用来源"].inner[0].label == "示例报 示例报道"
    assert differences["责任单位"].inner[0].label == "示例厅"


def test_the_content_of_a_quoted_row_that_changed_is_told_too(measure):
    def change(measure):
        hotline = measure.hotlines.get()
        hotline.hours = "示例全天"
        hotline.save()

    (hotline,) = told(measure, change)["热线"].inner
    assert [(d.label, d.new) for d in hotline.inner] == [("服务时间", "示例全天")]


def test_a_translation_is_told_with_its_language(measure):
    def change(measure):
        measure.translations = {"en": {"title": "Example"}}

    assert told(measure, change)["English · 名称"].new == "Example"


def test_parts_of_a_zone_are_told(db):
    zone = make_zone()
    before = draft_document(zone)
    zone.aims.create(text="示例目标")
    zone.events.create(text="示例事件", date="2024-02")
    zone.agreements.create(slug="example", title="示例协议").parties.create(name="示例公司")
    differences = {d.label: d for d in compare(before, draft_document(zone))}
    assert set(differences) == {"目标", "事件", "协议和方案"}
    assert differences["目标"].inner[0].label == "示例目标"
    assert ("日期", "2024年2月") in [(d.label, d.new) for d in differences["事件"].inner[0].inner]


def test_a_first_publication_is_all_new(measure):
    differences = compare(None, draft_document(measure))
    assert {d.act for d in differences if not d.inner} == {Act.ADDED}
    assert {d.act for d in compare(draft_document(measure), None) if not d.inner} == {Act.REMOVED}


def test_real_entries_differ_from_one_another_and_not_from_themselves(real_data):
    documents = [edition.document for edition in Edition.objects.current().order_by("kind", "id")]
    for one, other in pairwise(documents):
        assert compare(one, one) == []
        assert one["kind"] != other["kind"] or compare(one, other)
