"""What is wrong with a file is told by row and column, and then nothing of it is imported."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from contacts.models import Department, Hotline, Office, OpeningHours
from guide.models import Measure, Provision
from projects.models import Programme, Project
from sources.models import Source
from tests.exchange.files import csv_file, preview, problems_of, upload, workbook
from tests.factories import (
    make_cities,
    make_county,
    make_department,
    make_domain,
    make_hotline,
    make_measure,
    make_office,
    make_programme,
    make_project,
    make_source,
    publish_measure,
)

pytestmark = pytest.mark.django_db

MEASURE_HEADER = ["id", "名称", "网址名", "领域", "适用范围"]


def only_problem(client, model, rows, **data):
    """The one problem of a file, as `(row, column, message)`."""
    (problem,) = problems_of(preview(client, model, csv_file(rows), **data))
    return problem


class TestCells:
    @pytest.mark.parametrize(
        ("column", "text", "told"),
        [
            ("领域", "没有的领域", "没有叫“没有的领域”的领域"),
            ("领域", "", "必填,不能为空"),
            ("适用范围", "全世界", "不能填“全世界”,可以填:沿线、本市、胶东五市、全省、全国"),
            ("适用范围", "", "必填,不能为空"),
            ("名称", "", "必填,不能为空"),
            ("名称", "字" * 121, "最多120字,这里有121字"),
            ("摘要", "字" * 501, "最多500字"),
            ("网址名", "不行", "字母"),
            ("承诺时限", "九", "要填整数"),
            ("承诺时限", "1.5", "要填整数"),
            ("承诺时限", "１２", "要填整数"),
            ("承诺时限", "99999", "32767"),
            ("最近核对日期", "去年", "不是日期。请写成 2024-02-14"),
            ("最近核对日期", "2024-02-30", "不是日期"),
            ("最近核对日期", "2024-02", "不是日期"),
            ("官方编号", "29", "官方编号在1到28之间"),
            ("热线", "0000-1\n0000-9", "没有叫“0000-9”的热线"),
        ],
    )
    def test_a_wrong_cell_of_a_measure(self, root, column, text, told):
        measure = make_measure()
        make_hotline(number="0000-1")
        row, label, message = only_problem(root, Measure, [["id", column], [measure.pk, text]])
        assert row == 2
        assert label in (column, "")
        assert told in message

    @pytest.mark.parametrize(
        ("make", "column", "text", "told"),
        [
            (make_project, "计划完成", "明年", "不是日期。请写成 2024、2024-02 或 2024-02-14"),
            (make_project, "计划完成", "2024-13", "不是日期"),
            (make_project, "进度(%)", "101", "100"),
            (make_project, "涉及城市", "青岛\n济南", "没有叫“济南”的城市"),
            (make_office, "城市", "济南", "没有叫“济南”的城市"),
            (make_office, "无障碍", "也许", "请填“是”或“否”"),
            (make_hotline, "紧急求助", "", "请填“是”或“否”"),
            (make_hotline, "号码", "打电话", "号码只能有数字"),
            (make_programme, "年度", "1999", ""),
            (make_source, "链接", "不是网址", "URL"),
        ],
    )
    def test_a_wrong_cell_of_another_kind(self, root, make, column, text, told):
        make_cities()
        row = make()
        _number, label, message = only_problem(root, type(row), [["id", column], [row.pk, text]])
        assert label in (column, "")
        assert told in message

    def test_rules_between_fields_hold(self, root):
        measure = make_measure(promised_value=9, promised_unit="day")
        rows = [["id", "承诺时限"], [measure.pk, ""]]
        assert "时限要么数值和单位都填" in only_problem(root, Measure, rows)[2]
        provision = measure.provisions.first()
        rows = [["id", "状态"], [provision.pk, "已落实"]]
        assert "要填本市确认日期" in only_problem(root, Provision, rows)[2]
        office = make_office()
        county = make_county(city=make_cities()[1])
        rows = [["id", "区市县"], [office.pk, f"烟台/{county.name}"]]
        assert "不属于所选城市" in only_problem(root, Office, rows)[2]

    def test_times_of_a_child(self, root):
        office = make_office()
        header = ["id", "办事地点", "星期", "开门", "关门"]
        name = f"青岛/{office.name}"
        for cells, told in [
            (["周八", "09:00", "17:00"], "不能填“周八”"),
            (["周一", "九点", "17:00"], "不是时间。请写成 09:00"),
            (["周一", "25:00", "17:00"], "不是时间"),
            (["周一", "17:00", "09:00"], "关门时间要晚于开门时间"),
        ]:
            rows = [header, ["", name, *cells]]
            assert told in only_problem(root, Office, rows, table="openinghours")[2]
        assert not OpeningHours.objects.exists()

    def test_formulas_and_errors_of_a_workbook(self, root):
        measure, other = make_measure(), make_measure()
        rows = [["id", "名称"], [str(measure.pk), "=1+1"], [str(other.pk), "#N/A"]]
        assert problems_of(preview(root, Measure, workbook({"举措": rows}))) == [
            (2, "名称", "是公式,请粘贴为数值。"),
            (3, "名称", "是错误值。"),
        ]


class TestRows:
    def test_an_id_that_is_none(self, root):
        make_measure()
        rows = [["id", "名称"], ["示例", "示例"]]
        assert only_problem(root, Measure, rows) == (2, "id", "不是 id。新增的行,这一格留空。")

    def test_an_id_of_another_kind(self, root):
        rows = [["id", "名称"], [make_hotline().pk, "示例"]]
        assert "没有这个 id 的行" in only_problem(root, Measure, rows)[2]

    def test_the_same_id_twice(self, root):
        measure = make_measure()
        rows = [["id", "名称"], [measure.pk, "示例甲"], [measure.pk, "示例乙"]]
        assert only_problem(root, Measure, rows) == (3, "id", "和第2行是同一个 id。")

    def test_a_slug_twice_in_the_file(self, root):
        domain = make_domain()
        rows = [["", f"示例{n}", "example", domain.name, "全省"] for n in range(2)]
        problem = only_problem(root, Measure, [MEASURE_HEADER, *rows])
        assert problem == (3, "网址名", "和文件里第2行重复。")

    def test_a_slug_that_is_taken(self, root):
        taken = make_measure(slug="example")
        row = ["", "示例", "example", taken.domain.name, "全省"]
        number, column, message = only_problem(root, Measure, [MEASURE_HEADER, row])
        assert (number, column) == (2, "网址名")
        assert "数据库里已经有了" in message

    def test_a_slug_that_once_led_to_another_entry(self, root):
        measure = publish_measure(slug="example-old")
        measure.slug = "example-new"
        measure.save()
        row = ["", "示例", "example-old", measure.domain.name, "全省"]
        number, column, message = only_problem(root, Measure, [MEASURE_HEADER, row])
        assert (number, column) == (2, "网址名")
        assert "曾经属于另一个条目" in message

    def test_what_is_unique_together(self, root):
        office = make_office(name="示例窗口")
        rows = [["id", "名称", "城市", "地址"], ["", "示例窗口", office.city.name, "示例路"]]
        number, column, message = only_problem(root, Office, rows)
        assert (number, column) == (2, "城市、名称")
        assert "数据库里已经有了" in message

    def test_the_same_number_on_two_projects_of_a_year(self, root):
        make_project(placement="listed", rank=1)
        project = make_project(placement="listed", rank=2)
        rows = [["id", "官方序号"], [project.pk, "1"]]
        assert only_problem(root, Project, rows)[1] == "年度、官方序号"

    def test_no_provision_is_added(self, root):
        make_measure()
        rows = [["id", "状态"], ["", "未核实"]]
        number, column, message = only_problem(root, Provision, rows)
        assert (number, column) == (2, "id")
        assert "不能在这里新增" in message

    def test_rows_that_were_mixed_up(self, root):
        provision = make_measure().provisions.first()
        rows = [["id", "城市", "说明"], [provision.pk, "威海", "示例"]]
        number, column, message = only_problem(root, Provision, rows)
        assert (number, column) == (2, "城市")
        assert "这一行是“青岛”的" in message


class TestHeaders:
    def test_without_ids_nothing_can_be_told_apart(self, root):
        number, column, message = only_problem(root, Measure, [["名称"], ["示例"]])
        assert (number, column) == (1, "id")
        assert "缺少“id”列" in message

    def test_new_rows_need_what_a_new_row_needs(self, root):
        plan = preview(root, Measure, csv_file([["id", "名称"], ["", "示例"]]))
        missing = {(row, column) for row, column, message in problems_of(plan) if "缺少" in message}
        assert missing == {(1, "网址名"), (1, "领域"), (1, "适用范围")}

    def test_a_column_that_is_not_known(self, root):
        measure = make_measure()
        rows = [["id", "题目"], [measure.pk, "示例"]]
        number, column, message = only_problem(root, Measure, rows)
        assert (number, column) == (1, "题目")
        assert "不认识的列" in message

    def test_a_column_twice(self, root):
        measure = make_measure()
        plan = preview(root, Measure, csv_file([["id", "名称", "title"], [measure.pk, "甲", "乙"]]))
        assert {message for _row, _column, message in problems_of(plan)} == {
            "这一列出现了不止一次。"
        }

    def test_headings_may_be_the_names_of_fields(self, root):
        measure = make_measure()
        plan = preview(root, Measure, csv_file([["id", "title"], [measure.pk, "示例新"]]))
        assert len(plan["rows"]) == 1

    def test_blank_rows_and_columns_at_the_end_are_nothing(self, root):
        measure = make_measure()
        rows = [["id", "名称", "", ""], [measure.pk, "示例新", "", ""], ["", "", ""], []]
        assert len(preview(root, Measure, csv_file(rows))["rows"]) == 1


class TestAllOrNothing:
    def test_one_wrong_row_keeps_all_from_being_imported(self, root):
        good, bad = make_measure(title="示例甲"), make_measure(title="示例乙")
        rows = [["id", "名称", "领域"], [good.pk, "示例新", good.domain], [bad.pk, "示例新", "x"]]
        address = upload(root, Measure, csv_file(rows)).url
        page = root.get(address).content.decode()
        assert "整个文件都没有导入" in page
        assert "确认导入" not in page
        for _ in range(2):
            root.post(address)
        assert set(Measure.objects.values_list("title", flat=True)) == {"示例甲", "示例乙"}

    def test_a_problem_of_a_cell_is_not_forgotten_at_confirmation(self, root):
        measure = make_measure(title="示例甲")
        file = workbook({"举措": [["id", "名称"], [str(measure.pk), "=1+1"]]})
        address = upload(root, Measure, file).url
        for _ in range(3):
            root.post(address)
        measure.refresh_from_db()
        assert measure.title == "示例甲"

    def test_the_first_problems_of_many_are_listed(self, root):
        rows = [["", f"示例{n}", "不行", "没有", "没有"] for n in range(300)]
        address = upload(root, Measure, csv_file([MEASURE_HEADER, *rows])).url
        response = root.get(address)
        assert "先列出前200处" in response.content.decode()
        assert len(response.context["problems"]) == 200


class TestFiles:
    """What keeps a file from being read is told on the page where it was uploaded."""

    def told(self, client, file, model=Measure):
        response = upload(client, model, file)
        assert response.status_code == 200
        assert response.context["form"].errors["file"][0] in response.content.decode()
        return response.context["form"].errors["file"][0]

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk"])
    def test_encodings_that_chinese_excel_writes(self, root, encoding):
        measure = make_measure()
        file = csv_file([["id", "名称"], [measure.pk, "示例新"]], encoding=encoding)
        assert preview(root, Measure, file)["rows"][0]["label"] == "示例新"

    @pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "shift_jis"])
    def test_other_encodings_are_refused_and_the_right_ones_named(self, root, encoding):
        file = csv_file(
            [["id", "名称"], ["", "テスト"]], encoding=encoding.replace("shift_jis", "utf-16-be")
        )
        told = self.told(root, file)
        assert "CSV UTF-8" in told
        assert "GB18030" in told

    def test_a_broken_workbook(self, root):
        assert "不是完好的 XLSX" in self.told(root, SimpleUploadedFile("a.xlsx", b"PK\x03\x04 x"))

    def test_an_empty_file_and_one_with_a_header_only(self, root):
        assert "空文件" in self.told(root, SimpleUploadedFile("a.csv", b""))
        assert "没有内容" in self.told(root, csv_file([["id", "名称"]]))
        book, data = Workbook(), io.BytesIO()
        book.save(data)
        assert "没有内容" in self.told(root, SimpleUploadedFile("a.xlsx", data.getvalue()))

    def test_no_file(self, root):
        response = root.post("/admin/guide/measure/import/")
        assert response.context["form"].errors["file"]

    def test_a_file_above_the_limit(self, root, settings):
        settings.IMPORT_MAX_BYTES = 1000
        assert "文件太大:最多1000" in self.told(root, SimpleUploadedFile("a.csv", b"a" * 1001))

    def test_more_rows_than_allowed(self, root, settings):
        settings.IMPORT_MAX_ROWS = 3
        rows = [["id", "名称"], *[["", "示例"]] * 4]
        assert "超过3行" in self.told(root, csv_file(rows))
        assert "第5行第2列超出了范围" in self.told(root, workbook({"举措": rows}))

    def test_two_hundred_megabytes_are_refused_before_they_are_read(self, root):
        response = root.post(
            "/admin/guide/measure/import/",
            b"",
            content_type="multipart/form-data; boundary=x",
            CONTENT_LENGTH=str(200 * 1024 * 1024),
        )
        assert response.status_code == 413
        assert "文件太大:最多5.0" in response.content.decode()

    def test_only_imports_may_be_large(self, client):
        for path in ("/", "/admin/login/", "/api/v1/measures/", "/admin/guide/measure/add/"):
            response = client.post(
                path, b"", CONTENT_LENGTH=str(3 * 1024 * 1024), content_type="text/plain"
            )
            assert response.status_code == 413

    def test_a_file_between_the_limits_is_taken(self, root):
        measure = make_measure()
        filler = [["", "x" * 90_000] for _ in range(30)]
        file = csv_file([["id", "名称"], [measure.pk, "示例新"], *filler])
        assert file.size > 2 * 1024 * 1024
        assert upload(root, Measure, file).status_code == 302


def test_departments_and_programmes_can_be_imported_too(root):
    make_cities()
    department = make_department()
    rows = [["id", "层级", "城市"], [department.pk, "市", "青岛"]]
    assert not preview(root, Department, csv_file(rows))["problems"]
    programme = make_programme()
    rows = [["id", "涉及领域"], [programme.pk, "交通\n医疗"]]
    assert not preview(root, Programme, csv_file(rows))["problems"]
    assert Hotline.objects.count() == Source.objects.count() == 0
