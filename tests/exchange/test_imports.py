"""Imports: what the preview shows is what happens, all or nothing, and nothing is published."""

import datetime

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contacts.models import Department, Hotline, Office
from exchange.models import PendingImport
from guide.models import Domain, Measure, Provision, Step
from publishing.models import Edition
from staff.models import AuditEntry
from tests.admin.pages import messages_on
from tests.exchange.files import (
    csv_file,
    export,
    import_file,
    preview,
    table_of,
    upload,
    workbook,
)
from tests.factories import (
    make_cities,
    make_department,
    make_domain,
    make_hotline,
    make_measure,
    make_office,
    publish_measure,
)

pytestmark = pytest.mark.django_db


def rows_of(model):
    """All rows as they are stored, to compare before with after."""
    return list(model.objects.order_by("pk").values())


class TestPreview:
    def test_it_shows_each_field_old_and_new_and_saves_nothing(self, root):
        measure = make_measure(title="示例甲", promised_value=9, promised_unit="day")
        before = rows_of(Measure)
        file = csv_file(
            [["id", "名称", "承诺时限", "适用范围"], [measure.pk, "示例乙", "5", "胶东五市"]]
        )
        plan = preview(root, Measure, file)
        (row,) = plan["rows"]
        assert (row["is_new"], row["number"]) == (False, 2)
        assert row["changes"] == [["名称", "示例甲", "示例乙"], ["承诺时限", "9", "5"]]
        assert rows_of(Measure) == before

    def test_it_counts_what_stays(self, root):
        changed, same = make_measure(), make_measure(title="示例")
        file = csv_file([["id", "名称"], [changed.pk, "示例新"], [same.pk, "示例"]])
        plan = preview(root, Measure, file)
        assert (len(plan["rows"]), plan["unchanged"]) == (1, 1)

    def test_it_shows_new_rows(self, root):
        domain = make_domain(name="示例医疗")
        file = csv_file(
            [["id", "名称", "网址名", "领域", "适用范围"], ["", "示例", "new", "示例医疗", "全省"]]
        )
        (row,) = preview(root, Measure, file)["rows"]
        assert row["is_new"]
        assert ["领域", "", domain.name] in row["changes"]

    def test_the_page_reads_without_knowing_the_database(self, root):
        office = make_office(is_barrier_free=None)
        file = csv_file([["id", "无障碍", "城市"], [office.pk, "是", "青岛"]])
        page = root.get(upload(root, Office, file).url).content.decode()
        assert "<dt>无障碍</dt>" in page
        assert "(空)" in page
        assert "<ins>是</ins>" in page
        assert "导入后立即公开" in page

    def test_a_long_text_is_compared_word_by_word(self, root):
        text = "办理后三个工作日内到账。" * 10
        measure = make_measure(body=text)
        file = csv_file([["id", "正文"], [measure.pk, text + "可以委托家人。"]])
        page = root.get(upload(root, Measure, file).url).content.decode()
        assert "<ins>可以委托家人。</ins>" in page

    def test_a_file_without_changes_leaves_nothing_to_confirm(self, root):
        make_measure()
        file = csv_file([list(row) for row in table_of(export(root, Measure, "csv"))])
        page = root.get(upload(root, Measure, file).url).content.decode()
        assert "没有要导入的" in page
        assert "确认导入" not in page

    def test_many_rows_come_on_several_pages(self, root):
        domain = make_domain()
        header = ["id", "名称", "网址名", "领域", "适用范围"]
        rows = [["", f"示例{n}", f"example-{n}", domain.name, "全省"] for n in range(150)]
        address = upload(root, Measure, csv_file([header, *rows])).url
        assert "示例149" not in root.get(address).content.decode()
        assert "示例149" in root.get(address, {"p": 2}).content.decode()
        assert "确认导入这150行" in root.get(address, {"p": 2}).content.decode()


class TestConfirmation:
    def test_it_does_what_was_shown(self, root):
        measure = make_measure(title="示例甲", keywords=["旧词"])
        hotline = make_hotline(number="0000-1")
        file = csv_file(
            [
                ["id", "名称", "关键词", "热线", "最近核对日期", "名称(English)"],
                [measure.pk, "示例乙", "异地就医\n报销", "0000-1", "2024/2/14", "Example"],
            ]
        )
        response = import_file(root, Measure, file)
        assert messages_on(root.get(response.url)) == ["导入完成:新增0行,修改1行。"]
        measure.refresh_from_db()
        assert measure.title == "示例乙"
        assert measure.keywords == ["异地就医", "报销"]
        assert list(measure.hotlines.all()) == [hotline]
        assert measure.last_verified_on == datetime.date(2024, 2, 14)
        assert measure.last_verified_by.username == "root"
        assert measure.translations == {"en": {"title": "Example"}}

    def test_what_the_file_leaves_out_stays(self, root):
        measure = make_measure(
            title="示例甲", summary="示例摘要", translations={"ko": {"title": "예"}}
        )
        other = make_measure()
        import_file(root, Measure, csv_file([["id", "名称"], [measure.pk, "示例乙"]]))
        measure.refresh_from_db()
        assert measure.summary == "示例摘要"
        assert measure.translations == {"ko": {"title": "예"}}
        assert Measure.objects.filter(pk=other.pk).exists()

    def test_a_blank_cell_clears_what_may_be_empty(self, root):
        measure = make_measure(
            audience="示例", promised_value=9, promised_unit="day", keywords=["示例"]
        )
        measure.hotlines.add(make_hotline())
        header = ["id", "适用对象", "承诺时限", "承诺时限单位", "关键词", "热线"]
        import_file(root, Measure, csv_file([header, [measure.pk, "", "", "", "", ""]]))
        measure.refresh_from_db()
        assert (measure.audience, measure.promised_value, measure.promised_unit) == ("", None, "")
        assert (measure.keywords, measure.hotlines.count()) == ([], 0)

    def test_a_new_measure_is_a_draft_with_its_five_provisions(self, root):
        make_cities()
        domain = make_domain()
        header = ["id", "名称", "网址名", "领域", "适用范围"]
        import_file(
            root, Measure, csv_file([header, ["", "示例", "example", domain.slug, "province"]])
        )
        measure = Measure.objects.get(slug="example")
        assert measure.scope == "province"
        assert measure.workflow_state == "draft"
        assert measure.provisions.count() == 5
        assert not Edition.objects.exists()

    def test_it_never_publishes(self, root):
        measure = publish_measure(title="示例甲")
        file = csv_file(
            [
                ["id", "名称", "state", "published", "workflow_state", "版次"],
                [measure.pk, "示例乙", "published", "1", "published", "9"],
            ]
        )
        response = upload(root, Measure, file)
        page = root.get(response.url).content.decode()
        assert "没有导入:state、published、workflow_state、版次" in page
        root.post(response.url)
        measure.refresh_from_db()
        assert (measure.title, measure.workflow_state) == ("示例乙", "draft")
        assert Edition.objects.get().document["title"] == "示例甲"

    def test_changed_reference_rows_reach_public_entries_as_one_minor_edition_each(self, root):
        hotline = make_hotline(name="示例热线", purpose="")
        publish_measure(hotlines=[hotline])
        file = csv_file([["id", "名称", "用途"], [hotline.pk, "示例新名", "示例用途"]])
        response = import_file(root, Hotline, file)
        edition = Edition.objects.get(is_current=True)
        assert (edition.event, edition.number) == ("minor", 2)
        assert edition.document["hotlines"][0]["name"] == "示例新名"
        assert "同时更新了1个" in messages_on(root.get(response.url))[0]

    def test_confirming_twice_imports_once(self, root):
        domain = make_domain()
        header = ["id", "名称", "网址名", "领域", "适用范围"]
        rows = [header, ["", "示例", "example", domain.name, "全省"]]
        address = upload(root, Measure, csv_file(rows)).url
        root.post(address)
        response = root.post(address)
        assert Measure.objects.count() == 1
        assert "没有导入" in messages_on(root.get(response.url))[-1]
        assert AuditEntry.objects.filter(action="imported").count() == 1

    def test_cancelling_forgets_the_file(self, root):
        measure = make_measure(title="示例甲")
        address = upload(root, Measure, csv_file([["id", "名称"], [measure.pk, "示例乙"]])).url
        assert root.post(address, {"cancel": "1"}).status_code == 302
        assert not PendingImport.objects.exists()
        root.post(address)
        measure.refresh_from_db()
        assert measure.title == "示例甲"

    def test_each_row_is_in_the_history_and_the_import_in_the_log(self, root):
        measure = make_measure()
        import_file(root, Measure, csv_file([["id", "名称"], [measure.pk, "示例新"]]))
        entry = LogEntry.objects.get(object_id=str(measure.pk))
        assert entry.change_message == "导入:名称"
        logged = AuditEntry.objects.get(action="imported")
        assert logged.details == {"file": "示例.csv", "added": 0, "changed": 1}


def test_neither_upload_nor_preview_costs_more_with_more_rows(root):
    def rows(count):
        offices = [make_office(department=make_department()) for _ in range(count)]
        header = ["id", "名称", "地址", "部门", "城市"]
        changed = [
            [office.pk, f"{office.name}新", "示例地址", office.department.name, "青岛"]
            for office in offices
        ]
        new = [["", f"示例新{n}", "示例地址", "", "青岛"] for n in range(count)]
        return csv_file([header, *changed, *new])

    def queries(file):
        ContentType.objects.clear_cache()
        with CaptureQueriesContext(connection) as captured:
            address = upload(root, Office, file).url
            assert root.get(address).status_code == 200
        return len(captured)

    assert queries(rows(2)) == queries(rows(12))


def test_children_of_new_and_old_rows_cost_no_more_with_more_rows(root):
    measures = [make_measure() for _ in range(6)]
    domain, department = make_domain(), make_department()

    def file(count):
        sheets = {
            "举措": [
                ["id", "名称", "网址名", "领域", "适用范围"],
                *(["", f"示例{n}", f"new-{n}", domain.name, "全省"] for n in range(count)),
            ],
            "责任单位": [
                ["id", "举措", "部门", "角色"],
                *(["", f"new-{n}", department.name, "牵头单位"] for n in range(count)),
                *(["", m.slug, department.name, "牵头单位"] for m in measures[:count]),
            ],
        }
        return workbook(sheets)

    def queries(count):
        ContentType.objects.clear_cache()
        with CaptureQueriesContext(connection) as captured:
            plan = preview(root, Measure, file(count))
        assert len(plan["rows"]) == 3 * count
        return len(captured)

    assert queries(2) == queries(6)


def test_nothing_is_imported_by_looking(root):
    before = rows_of(Domain), rows_of(Department), rows_of(Provision), rows_of(Step)
    for model in (Domain, Department, Provision):
        address = f"/admin/{model._meta.label_lower.replace('.', '/')}/import/"
        assert root.get(address).status_code == 200
    assert before == (rows_of(Domain), rows_of(Department), rows_of(Provision), rows_of(Step))
