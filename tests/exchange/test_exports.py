"""Exports: every kind, what the list shows, in files that programs open without harm."""

import csv
import io

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from contacts.models import Hotline, Office
from cooperation.models import Zone
from guide.models import Domain, Measure, Provision, Scenario
from projects.models import Programme, Project
from regions.models import City, County
from sources.models import Source
from staff.models import AuditEntry
from tests.admin.conftest import client_of
from tests.admin.pages import address_of, messages_on
from tests.editorial.cast import make_city_editor, make_reviewer
from tests.exchange.files import export, read_csv, read_workbook
from tests.factories import (
    make_county,
    make_department,
    make_measure,
    make_office,
    make_source,
    publish_measure,
    publish_project,
    publish_zone,
)

pytestmark = pytest.mark.django_db
KINDS = [
    *(Measure, Provision, Domain, Scenario, Project, Programme, Zone),
    *(Hotline, Office, City, County, Source),
]


@pytest.mark.parametrize("model", KINDS, ids=lambda model: model.__name__)
def test_every_kind_can_be_exported(root, model):
    publish_measure(sources=[make_source()]), publish_project(), publish_zone(), make_office()
    assert len(read_csv(export(root, model, "csv"))) == model.objects.count()
    label = str(model._meta.verbose_name_plural)
    assert len(read_workbook(export(root, model, "xlsx"))[label]) == model.objects.count()


def test_an_entry_is_exported_as_it_is_being_worked_on(root):
    measure = publish_measure(title="示例公开", scope="city")
    measure.title = "示例草稿"
    measure.save()
    (row,) = read_csv(export(root, Measure, "csv"))
    assert row["id"] == str(measure.pk)
    assert row["名称"] == "示例草稿"
    assert row["领域"] == measure.domain.name
    assert row["适用范围"] == "本市"
    assert (row["发布状态"], row["版次"], row["流程状态"]) == ("有未发布的修改", "1", "草稿")


def test_a_workbook_has_a_sheet_for_the_rows_of_each_entry(root):
    measure = make_measure(sources=[make_source(key="example-report")])
    measure.steps.create(channel="online", text="示例步骤")
    sheets = read_workbook(export(root, Measure, "xlsx"))
    assert list(sheets) == ["举措", "步骤", "材料", "常见问题", "责任单位", "引用来源"]
    (step,), (citation,) = sheets["步骤"], sheets["引用来源"]
    assert (step["举措"], step["渠道"], step["怎么做"]) == (measure.slug, "线上", "示例步骤")
    assert (citation["来源"], citation["引文"]) == ("example-report", "示例引文")
    assert citation["举措名称"] == measure.title


def test_provisions_are_exported_by_measure_and_city(root):
    measure = make_measure(cities=["yantai"])
    rows = read_csv(export(root, Provision, "csv"))
    assert [(row["举措"], row["城市"]) for row in rows] == [
        (measure.title, name) for name in ("青岛", "烟台", "潍坊", "威海", "日照")
    ]
    assert [row["状态"] for row in rows].count("已公布") == 1


def test_filters_and_search_of_the_list_hold(root):
    first, second = make_measure(title="示例甲"), make_measure(title="示例乙")
    rows = read_csv(export(root, Measure, "csv", domain__id__exact=str(first.domain_id)))
    assert [row["id"] for row in rows] == [str(first.pk)]
    rows = read_csv(export(root, Measure, "csv", q="示例乙"))
    assert [row["id"] for row in rows] == [str(second.pk)]


def test_children_are_those_of_the_filtered_rows(root):
    first, second = make_measure(title="示例甲"), make_measure(title="示例乙")
    for measure in (first, second):
        measure.steps.create(channel="online", text=f"{measure.title}步骤")
    rows = read_csv(export(root, Measure, "csv", table="step", q="示例乙"))
    assert [row["怎么做"] for row in rows] == ["示例乙步骤"]


def test_a_wrong_filter_leads_back_to_the_list(root):
    response = root.get("/admin/guide/measure/export/?nonsense=1&_format=csv")
    assert response.status_code == 302
    assert "筛选条件不对" in messages_on(root.get(response.url))[0]


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_selected_rows_are_exported_by_an_action(root, file_format):
    chosen, other = make_measure(), make_measure()
    data = {"action": f"export_{file_format}", "_selected_action": [str(chosen.pk)]}
    response = root.post(address_of(Measure), data)
    content = b"".join(response.streaming_content)
    rows = read_csv(content) if file_format == "csv" else read_workbook(content)["举措"]
    assert [row["id"] for row in rows] == [str(chosen.pk)]
    assert str(other.pk) not in str(rows)


def test_the_page_of_choices_says_how_many_rows_there_are(root):
    make_measure(title="示例甲"), make_measure(title="示例乙")
    page = root.get("/admin/guide/measure/export/?q=示例甲").content.decode()
    assert "共1条举措" in page
    assert "?q=%E7%A4%BA%E4%BE%8B%E7%94%B2&amp;_format=csv&amp;_table=step" in page


def test_the_file_name_tells_what_and_when(root):
    response = root.get("/admin/guide/measure/export/?_format=csv&_table=step")
    response.close()
    assert response["Content-Disposition"].startswith(
        "attachment; filename*=utf-8''%E6%AD%A5%E9%AA%A4-2"
    )
    assert response["Content-Type"] == "text/csv; charset=utf-8"


class TestFiles:
    """What a spreadsheet program makes of a file."""

    SIGNS = tuple("=+-@\t\r\uff0b\uff0d\uff1d\uff20")
    FORMULAS = [*(f"{sign}1+1" for sign in SIGNS), "'=1", "=cmd|' /C calc'!A0"]

    def test_csv_begins_with_a_byte_order_mark(self, root):
        assert export(root, Domain, "csv").startswith(b"\xef\xbb\xbfid,")

    def test_no_text_is_a_formula(self, root):
        for number, text in enumerate(self.FORMULAS):
            make_source(key=f"example-{number}", title=text, publisher=text)
        for row in csv.reader(io.StringIO(export(root, Source, "csv").decode("utf-8-sig"))):
            assert not any(cell.startswith(self.SIGNS) for cell in row)
        book = load_workbook(io.BytesIO(export(root, Source, "xlsx")))
        cells = [cell for row in book["来源"].iter_rows() for cell in row if cell.value]
        assert {cell.data_type for cell in cells} == {"s"}
        assert not any(str(cell.value).startswith(self.SIGNS) for cell in cells)

    def test_numbers_are_numbers_and_the_rest_is_text(self, root):
        publish_measure(promised_value=9, promised_unit="day", title="#N/A")
        book = load_workbook(io.BytesIO(export(root, Measure, "xlsx")))
        header, row = book["举措"].iter_rows()
        cells = {head.value: cell for head, cell in zip(header, row, strict=True)}
        assert (cells["承诺时限"].data_type, cells["承诺时限"].value) == ("n", 9)
        assert (cells["名称"].data_type, cells["名称"].value) == ("s", "#N/A")
        assert cells["网址名"].number_format == "@"

    def test_control_characters_never_reach_a_file(self, root):
        source = make_source()
        Source.objects.filter(pk=source.pk).update(title="示例\x05\x85标题")
        assert read_csv(export(root, Source, "csv"))[0]["标题"] == "示例标题"
        assert read_workbook(export(root, Source, "xlsx"))["来源"][0]["标题"] == "示例标题"

    def test_a_text_that_excel_would_cut_is_told_and_goes_into_csv(self, root):
        make_measure(title="示例长文", body="字" * 40_000)
        response = root.get("/admin/guide/measure/export/?_format=xlsx")
        assert response.status_code == 302
        assert "示例长文" in messages_on(root.get(response.url))[0]
        assert len(read_csv(export(root, Measure, "csv"))[0]["正文"]) == 40_000


class TestRights:
    def test_everybody_on_staff_may_export(self):
        make_measure()
        for user in (make_city_editor(), make_reviewer()):
            assert len(read_csv(export(client_of(user), Measure, "csv"))) == 1

    def test_without_the_right_to_look_there_is_no_export(self, staff):
        for client in (staff(), staff("guide.view_domain")):
            response = client.get("/admin/guide/measure/export/?_format=csv")
            assert response.status_code == 403

    def test_readers_are_asked_to_sign_in(self, client):
        response = client.get("/admin/guide/measure/export/?_format=csv")
        assert response.status_code == 302
        assert response.url.startswith("/admin/login/")

    def test_each_export_is_in_the_log(self, root):
        make_measure()
        export(root, Measure, "csv")
        entry = AuditEntry.objects.get(action="exported")
        assert entry.actor_name == "root"
        assert entry.object_kind == "guide.measure"
        assert entry.details["rows"] == 1


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_no_export_costs_more_with_more_rows(root, file_format):
    def add_rows(count):
        for _ in range(count):
            measure = publish_measure(sources=[make_source()], cities=["qingdao"])
            measure.related.set([make_measure()])
            measure.steps.create(channel="online", text="示例步骤")
            measure.departments.create(department=make_department(), role="lead")
            publish_project(cities=["qingdao"], sources=[make_source()])
            publish_zone(sources=[make_source()])
            office = make_office(county=make_county(), department=make_department())
            office.hours.create(weekday=1, opens_at="09:00", closes_at="17:00")

    def count(model):
        ContentType.objects.clear_cache()
        with CaptureQueriesContext(connection) as captured:
            export(root, model, file_format)
        return len(captured)

    add_rows(2)
    few = {model: count(model) for model in KINDS}
    add_rows(4)
    assert {model: count(model) for model in KINDS} == few
