"""Imports: what the preview shows is what happens, all or nothing, and nothing is published."""

import datetime

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from contacts.models import Department, Hotline, Office
from exchange.models import PendingImport
from guide.models import Domain, Measure, Provision, Step
from projects.models import Project
from publishing.models import Edition
from staff.models import AuditEntry
from tests.admin.conftest import client_of
from tests.admin.pages import messages_on
from tests.editorial.cast import make_administrator
from tests.exchange.files import (
    csv_file,
    export,
    import_file,
    preview,
    read_csv,
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
    make_project,
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
        file = csv_file([list(row) for row in _table(export(root, Measure, "csv"))])
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


def _table(data):
    rows = read_csv(data)
    return [list(rows[0]), *(row.values() for row in rows)]


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


class TestSheets:
    HEADER = ["id", "名称", "网址名", "领域", "适用范围"]

    def test_a_new_measure_comes_with_its_steps(self, root):
        domain = make_domain()
        file = workbook(
            {
                "举措": [self.HEADER, ["", "示例", "example", domain.name, "全省"]],
                "步骤": [
                    ["id", "举措", "渠道", "怎么做"],
                    ["", "example", "线上", "示例第一步"],
                    ["", "example", "窗口", "示例第二步"],
                ],
            }
        )
        import_file(root, Measure, file)
        steps = Measure.objects.get(slug="example").steps.all()
        assert [(step.channel, step.text) for step in steps] == [
            ("online", "示例第一步"),
            ("window", "示例第二步"),
        ]

    def test_new_children_come_last(self, root):
        measure = make_measure()
        measure.steps.create(channel="online", text="示例第一步", position=7)
        file = csv_file([["id", "举措", "渠道", "怎么做"], ["", measure.slug, "线上", "示例末步"]])
        import_file(root, Measure, file, table="step")
        assert [step.text for step in measure.steps.all()] == ["示例第一步", "示例末步"]

    def test_a_child_is_an_edit_of_its_entry(self, root):
        measure = publish_measure()
        step = measure.steps.create(channel="online", text="示例")
        version = Measure.objects.get().version
        import_file(root, Measure, csv_file([["id", "怎么做"], [step.pk, "示例新"]]), table="step")
        assert Measure.objects.get().version == version + 1
        assert LogEntry.objects.get(object_id=str(measure.pk)).change_message.startswith(
            "导入:步骤"
        )

    def test_a_child_stays_with_its_entry(self, root):
        measure, other = make_measure(), make_measure()
        step = measure.steps.create(channel="online", text="示例")
        file = csv_file([["id", "举措"], [step.pk, other.slug]])
        plan = preview(root, Measure, file, table="step")
        assert "不能改到别处" in plan["problems"][0][3]

    def test_sheets_of_other_names_are_told(self, root):
        measure = make_measure()
        file = workbook(
            {"举措": [["id", "名称"], [str(measure.pk), "示例新"]], "草稿": [["随便"], ["什么"]]}
        )
        plan = preview(root, Measure, file)
        assert len(plan["rows"]) == 1
        assert any("草稿" in notice for notice in plan["notices"])

    def test_a_lone_sheet_may_have_any_name(self, root):
        measure = make_measure()
        file = workbook({"Sheet1": [["id", "名称"], [str(measure.pk), "示例新"]]})
        assert len(preview(root, Measure, file)["rows"]) == 1

    def test_cells_of_a_workbook_are_read_as_they_are_shown(self, root):
        project = make_project()
        file = workbook(
            {
                "实事项目": [
                    ["id", "进度(%)", "计划完成", "最近核对日期"],
                    [str(project.pk), 60.0, "2024-02", datetime.datetime(2024, 2, 14)],
                ]
            }
        )
        import_file(root, Project, file)
        project.refresh_from_db()
        assert project.progress == 60
        assert project.planned_finish == "2024-02"
        assert project.last_verified_on == datetime.date(2024, 2, 14)


class TestInBetween:
    """What changes between preview and confirmation."""

    @pytest.fixture
    def measure(self):
        return make_measure(title="示例甲", audience="示例")

    @pytest.fixture
    def address(self, root, measure):
        rows = [["id", "名称", "适用对象"], [measure.pk, "示例乙", "示例"]]
        return upload(root, Measure, csv_file(rows)).url

    def test_a_row_that_changed_is_not_overwritten_unseen(self, root, measure, address):
        Measure.objects.filter(pk=measure.pk).update(audience="同事改的")
        response = root.post(address)
        assert response.url == address
        page = root.get(address)
        assert "预览之后数据又有了变化" in messages_on(page)[0]
        assert ["适用对象", "同事改的", "示例"] in page.context["plan"]["rows"][0]["changes"]
        measure.refresh_from_db()
        assert measure.title == "示例甲"
        root.post(address)
        measure.refresh_from_db()
        assert (measure.title, measure.audience) == ("示例乙", "示例")

    def test_a_row_that_went_is_told(self, root, measure, address):
        measure.delete()
        page = root.get(root.post(address).url)
        assert "没有这个 id 的行" in page.content.decode()
        assert "确认导入" not in page.content.decode()

    def test_what_was_taken_meanwhile_is_told(self, root):
        domain = make_domain()
        header = ["id", "名称", "网址名", "领域", "适用范围"]
        rows = [header, ["", "示例", "example", domain.name, "全省"]]
        address = upload(root, Measure, csv_file(rows)).url
        make_measure(slug="example")
        assert "数据库里已经有了" in root.get(root.post(address).url).content.decode()
        assert Measure.objects.count() == 1

    def test_what_does_not_change_the_plan_does_not_stop_it(self, root, measure, address):
        Measure.objects.filter(pk=measure.pk).update(summary="同事改的")
        root.post(address)
        measure.refresh_from_db()
        assert (measure.title, measure.summary) == ("示例乙", "同事改的")

    def test_edits_since_the_export_are_pointed_out(self, root, measure):
        rows = _table(export(root, Measure, "csv"))
        measure.audience = "同事改的"
        measure.save()
        plan = preview(root, Measure, csv_file(rows))
        assert plan["rows"][0]["changes"] == [["适用对象", "同事改的", "示例"]]
        assert "导出之后有人改过" in plan["rows"][0]["warnings"][0]

    def test_two_rows_that_exchange_a_unique_text_are_told_of_a_conflict(self, root):
        one, two = make_hotline(number="0000-1"), make_hotline(number="0000-2")
        rows = [["id", "号码"], [one.pk, "0000-2"], [two.pk, "0000-1"]]
        address = upload(root, Hotline, csv_file(rows)).url
        response = root.post(address)
        assert "冲突" in messages_on(root.get(response.url))[0]
        one.refresh_from_db()
        assert one.number == "0000-1"


class TestOwner:
    def test_nobody_sees_or_confirms_the_import_of_another(self, root):
        measure = make_measure(title="示例甲")
        address = upload(root, Measure, csv_file([["id", "名称"], [measure.pk, "示例乙"]])).url
        other = client_of(make_administrator())
        assert other.get(address).status_code == 404
        other.post(address)
        other.post(address, {"cancel": "1"})
        measure.refresh_from_db()
        assert measure.title == "示例甲"
        assert PendingImport.objects.exists()

    def test_it_is_confirmed_where_it_was_uploaded(self, root):
        measure = make_measure()
        address = upload(root, Measure, csv_file([["id", "名称"], [measure.pk, "示例乙"]])).url
        elsewhere = address.replace("guide/measure", "contacts/hotline")
        assert root.get(elsewhere).status_code == 404
        root.post(elsewhere)
        assert PendingImport.objects.exists()

    def test_it_expires(self, root):
        measure = make_measure(title="示例甲")
        address = upload(root, Measure, csv_file([["id", "名称"], [measure.pk, "示例乙"]])).url
        PendingImport.objects.update(expires_at=timezone.now())
        assert root.get(address).status_code == 404
        root.post(address)
        measure.refresh_from_db()
        assert measure.title == "示例甲"

    def test_a_second_file_replaces_the_first(self, root):
        measure = make_measure()
        first = upload(root, Measure, csv_file([["id", "名称"], [measure.pk, "示例乙"]])).url
        second = upload(root, Measure, csv_file([["id", "名称"], [measure.pk, "示例丙"]])).url
        assert first != second
        assert root.get(first).status_code == 404
        assert PendingImport.objects.count() == 1

    def test_what_expired_is_cleared_away_by_the_next_upload(self, root):
        make_measure()
        upload(root, Measure, csv_file([["id", "名称"], ["x", "y"]]))
        PendingImport.objects.update(expires_at=timezone.now(), model_label="other")
        upload(root, Measure, csv_file([["id", "名称"], ["x", "y"]]))
        assert PendingImport.objects.count() == 1


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
