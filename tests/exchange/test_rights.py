"""Imports ask for every row whether the user may change it, whatever the file says."""

import pytest

from contacts.models import Hotline, Office
from exchange.models import PendingImport
from guide.models import Measure, Provision, Step
from publishing.models import Edition
from regions.models import City
from tests.admin.conftest import client_of
from tests.editorial.cast import (
    make_city_editor,
    make_domain_editor,
    make_reviewer,
    make_staff,
)
from tests.exchange.files import csv_file, import_file, preview, problems_of, upload, workbook
from tests.factories import (
    make_cities,
    make_city,
    make_domain,
    make_hotline,
    make_measure,
    make_office,
    make_project,
    make_zone,
    publish_measure,
)

pytestmark = pytest.mark.django_db

NOT_YOURS, NOT_THERE = "您没有权限修改这一行。", "您没有权限把内容放到这里。"


@pytest.fixture
def city_editor():
    """Keeps what belongs to 青岛."""
    make_cities()
    return client_of(make_city_editor())


@pytest.fixture
def domain():
    return make_domain(name="示例本领域")


@pytest.fixture
def domain_editor(domain):
    make_cities()
    return client_of(make_domain_editor(domains=[domain]))


def provision_of(measure, city):
    return measure.provisions.get(city__slug=city)


def refused(client, model, file, **data):
    """The problems of a file that must stay without effect, confirmed or not."""
    before = list(model.objects.order_by("pk").values())
    address = upload(client, model, file, **data).url
    plan = client.get(address).context["plan"]
    client.post(address)
    client.post(address)
    assert list(model.objects.order_by("pk").values()) == before
    return problems_of(plan)


class TestCityEditor:
    def test_changes_the_provisions_of_the_own_city(self, city_editor):
        provision = provision_of(make_measure(), "qingdao")
        file = csv_file(
            [
                ["id", "状态", "说明", "本市确认日期"],
                [provision.pk, "已落实", "示例说明", "2025-04-28"],
            ]
        )
        import_file(city_editor, Provision, file)
        provision.refresh_from_db()
        assert (provision.status, provision.reason) == ("implemented", "示例说明")
        assert provision.confirmed_by.username == "示例市级编辑"
        assert not Edition.objects.exists()

    def test_is_refused_those_of_another_by_row_and_column(self, city_editor):
        measure = make_measure()
        own, other = provision_of(measure, "qingdao"), provision_of(measure, "yantai")
        file = csv_file([["id", "城市", "说明"], [own.pk, "青岛", "甲"], [other.pk, "烟台", "乙"]])
        assert refused(city_editor, Provision, file) == [(3, "城市", NOT_YOURS)]

    def test_cannot_pass_a_provision_off_as_the_own(self, city_editor):
        other = provision_of(make_measure(), "yantai")
        file = csv_file([["id", "城市", "说明"], [other.pk, "青岛", "乙"]])
        problems = refused(city_editor, Provision, file)
        assert {(row, column) for row, column, _message in problems} == {(2, "城市")}

    def test_unchanged_rows_of_others_may_stay_in_the_file(self, city_editor):
        measure = make_measure()
        own, other = provision_of(measure, "qingdao"), provision_of(measure, "yantai")
        rows = [["id", "城市", "说明"], [own.pk, "青岛", "甲"], [other.pk, "烟台", ""]]
        assert len(preview(city_editor, Provision, csv_file(rows))["rows"]) == 1

    @pytest.mark.parametrize(
        ("cells", "column", "told"),
        [
            (["示例新窗口", "烟台"], "城市", NOT_THERE),
            (["示例新窗口", "yantai"], "城市", NOT_THERE),
        ],
    )
    def test_makes_no_office_in_another_city(self, city_editor, cells, column, told):
        file = csv_file([["id", "名称", "城市", "地址"], ["", *cells, "示例路"]])
        assert refused(city_editor, Office, file) == [(2, column, told)]

    def test_makes_an_office_in_the_own_city(self, city_editor):
        file = csv_file([["id", "名称", "城市", "地址"], ["", "示例新窗口", "青岛", "示例路"]])
        import_file(city_editor, Office, file)
        assert Office.objects.get().city.slug == "qingdao"

    def test_carries_no_office_away_and_takes_none(self, city_editor):
        own, other = make_office(), make_office(city=make_city("yantai"))
        file = csv_file([["id", "城市"], [own.pk, "烟台"], [other.pk, "青岛"]])
        assert refused(city_editor, Office, file) == [
            (2, "城市", NOT_THERE),
            (3, "城市", NOT_YOURS),
        ]

    def test_opening_hours_follow_their_office(self, city_editor):
        own, other = make_office(), make_office(city=make_city("yantai"))
        header = ["id", "办事地点", "星期", "开门", "关门"]
        times = ["周一", "09:00", "17:00"]
        file = csv_file([header, ["", f"烟台/{other.name}", *times]])
        assert refused(city_editor, Office, file, table="openinghours")[0][2] == NOT_THERE
        file = csv_file([header, ["", f"青岛/{own.name}", *times]])
        import_file(city_editor, Office, file, table="openinghours")
        assert own.hours.count() == 1

    @pytest.mark.parametrize("make", [make_measure, make_hotline, make_project, make_zone])
    def test_imports_nothing_else(self, city_editor, make):
        row = make()
        address = f"/admin/{row._meta.label_lower.replace('.', '/')}/import/"
        assert city_editor.get(address).status_code == 403
        assert city_editor.post(address, {"file": csv_file([["id"], [row.pk]])}).status_code == 403
        assert not PendingImport.objects.exists()


class TestDomainEditor:
    def test_changes_measures_and_children_of_the_own_domain(self, domain_editor, domain):
        measure = make_measure(domain=domain)
        file = workbook(
            {
                "举措": [["id", "名称"], [str(measure.pk), "示例新"]],
                "步骤": [["id", "举措", "渠道", "怎么做"], ["", measure.slug, "线上", "示例"]],
            }
        )
        import_file(domain_editor, Measure, file)
        measure.refresh_from_db()
        assert (measure.title, measure.steps.count()) == ("示例新", 1)

    def test_is_refused_another_domain_by_row_and_column(self, domain_editor, domain):
        own, other = make_measure(domain=domain), make_measure(domain=make_domain(name="示例外"))
        rows = [["id", "名称", "领域"], [own.pk, "甲", domain.name], [other.pk, "乙", "示例外"]]
        assert refused(domain_editor, Measure, csv_file(rows)) == [(3, "领域", NOT_YOURS)]

    def test_carries_no_measure_away_and_takes_none(self, domain_editor, domain):
        own, other = make_measure(domain=domain), make_measure(domain=make_domain(name="示例外"))
        rows = [["id", "领域"], [own.pk, "示例外"], [other.pk, domain.name]]
        assert refused(domain_editor, Measure, csv_file(rows)) == [
            (2, "领域", NOT_THERE),
            (3, "领域", NOT_YOURS),
        ]

    def test_makes_no_measure_in_another_domain(self, domain_editor):
        other = make_domain()
        rows = [
            ["id", "名称", "网址名", "领域", "适用范围"],
            ["", "示例", "example", other.name, "全省"],
        ]
        assert refused(domain_editor, Measure, csv_file(rows)) == [(2, "领域", NOT_THERE)]

    def test_touches_no_child_of_another_domain(self, domain_editor):
        measure = make_measure()
        step = measure.steps.create(channel="online", text="示例")
        rows = [["id", "举措", "渠道", "怎么做"], [step.pk, measure.slug, "线上", "改了"]]
        problems = refused(domain_editor, Measure, csv_file(rows), table="step")
        assert problems == [(2, "举措", NOT_YOURS)]
        rows = [["id", "举措", "渠道", "怎么做"], ["", measure.slug, "线上", "加了"]]
        problems = refused(domain_editor, Measure, csv_file(rows), table="step")
        assert problems == [(2, "举措", NOT_THERE)]
        assert Step.objects.count() == 1

    @pytest.mark.parametrize("make", [make_hotline, make_project, make_zone, make_office])
    def test_imports_nothing_else_without_the_switch(self, domain_editor, make):
        row = make()
        address = f"/admin/{row._meta.label_lower.replace('.', '/')}/import/"
        file = csv_file([["id", "名称"], [row.pk, "示例新"]])
        response = domain_editor.post(address, {"file": file})
        if response.status_code != 403:  # the role may have projects, this user has none
            ((_row, _column, message),) = problems_of(
                domain_editor.get(response.url).context["plan"]
            )
            assert message == NOT_YOURS


class TestOthers:
    def test_reviewers_import_nothing(self):
        measure = make_measure()
        client = client_of(make_reviewer())
        for row in (measure, measure.provisions.first(), make_office(), make_hotline()):
            address = f"/admin/{row._meta.label_lower.replace('.', '/')}/import/"
            assert client.get(address).status_code == 403
            assert client.post(address, {"file": csv_file([["id"]])}).status_code == 403

    def test_model_permissions_alone_open_no_row(self, staff):
        client = staff("guide.view_measure", "guide.change_measure", "guide.add_measure")
        measure = make_measure()
        file = csv_file([["id", "名称"], [measure.pk, "示例新"]])
        assert refused(client, Measure, file) == [(2, "领域", NOT_YOURS)]

    def test_readers_are_asked_to_sign_in(self, client):
        for address in ("import/", "import/00000000-0000-0000-0000-000000000000/"):
            response = client.post(f"/admin/guide/measure/{address}")
            assert response.status_code == 302
            assert response.url.startswith("/admin/login/")

    def test_who_lost_the_right_after_the_preview_imports_nothing(self, domain_editor, domain):
        measure = make_measure(domain=domain, title="示例甲")
        rows = [["id", "名称"], [measure.pk, "示例乙"]]
        address = upload(domain_editor, Measure, csv_file(rows)).url
        domain.editors.clear()
        page = domain_editor.get(domain_editor.post(address).url)
        assert NOT_YOURS in page.content.decode()
        measure.refresh_from_db()
        assert measure.title == "示例甲"

    def test_administrators_alone_change_what_is_public_at_once(self, domain_editor):
        city = make_city()
        assert domain_editor.get("/admin/regions/city/import/").status_code == 403
        user = make_staff("示例双重", "市级编辑", "领域编辑", cities=["qingdao"])
        address = "/admin/regions/city/import/"
        response = client_of(user).post(address, {"file": csv_file([["id"], [city.pk]])})
        assert response.status_code == 403
        assert City.objects.get(pk=city.pk).name == "青岛市"

    def test_an_import_leaves_public_texts_to_the_reviewers(self, domain_editor, domain):
        measure = publish_measure(domain=domain, title="示例甲")
        import_file(domain_editor, Measure, csv_file([["id", "名称"], [measure.pk, "示例乙"]]))
        assert Edition.objects.get().document["title"] == "示例甲"
        assert Hotline.objects.count() == 0
