"""Between preview and confirmation: what changed meanwhile, whose it is, and when it ends."""

import pytest
from django.utils import timezone

from contacts.models import Hotline
from exchange.models import PendingImport
from guide.models import Measure
from tests.admin.conftest import client_of
from tests.admin.pages import messages_on
from tests.editorial.cast import make_administrator
from tests.exchange.files import (
    csv_file,
    export,
    preview,
    table_of,
    upload,
)
from tests.factories import (
    make_domain,
    make_hotline,
    make_measure,
)

pytestmark = pytest.mark.django_db


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
        rows = table_of(export(root, Measure, "csv"))
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
