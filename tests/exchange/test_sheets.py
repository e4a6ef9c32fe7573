"""Workbooks: an entry with its children, each kind in a sheet of its own."""

import datetime

import pytest
from django.contrib.admin.models import LogEntry

from guide.models import Measure
from projects.models import Project
from tests.exchange.files import (
    csv_file,
    import_file,
    preview,
    workbook,
)
from tests.factories import (
    make_domain,
    make_measure,
    make_project,
    publish_measure,
)

pytestmark = pytest.mark.django_db


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
