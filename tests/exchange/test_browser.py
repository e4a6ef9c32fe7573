"""Export and import in a real browser: accessible, readable on a phone, with and without errors."""

import pytest
from django.conf import settings

from guide.models import Measure
from tests.accessibility import STAFF_LOOKS, problems_in_looks
from tests.admin.pages import address_of
from tests.exchange.files import csv_file, export, read_csv
from tests.factories import make_measure

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]

IMPORT = address_of(Measure) + "import/"


@pytest.fixture
def page_of_staff(root, context):
    """A page of an administrator's that axe may set styles on."""
    cookie = root.cookies[settings.SESSION_COOKIE_NAME]
    context.add_cookies(
        [{"name": cookie.key, "value": cookie.value, "domain": "localhost", "path": "/admin/"}]
    )
    return context.new_page()


def exported(root, **changes):
    """The exported rows as a file, with other texts in the first of them."""
    rows = read_csv(export(root, Measure, "csv"))
    rows[0] |= changes
    return csv_file([list(rows[0]), *(list(row.values()) for row in rows)])


def choose(page, file):
    page.goto(IMPORT)
    content = {"name": file.name, "mimeType": "text/csv", "buffer": file.read()}
    page.locator("input[type=file]").set_input_files(content)
    page.get_by_role("button", name="上传并核对").click()
    page.wait_for_url(f"**{IMPORT}*/")


def test_every_page_on_the_way_is_accessible(page_of_staff, root):
    page, measure = page_of_staff, make_measure(title="示例名称", summary="示例" * 60)
    for address in (f"{address_of(Measure)}export/", IMPORT):
        page.goto(address)
        assert not problems_in_looks(page, STAFF_LOOKS), address
    choose(page, exported(root, 名称="", 依据="示例"))
    assert page.get_by_text("示例").first.is_visible()
    assert not problems_in_looks(page, STAFF_LOOKS), "refused"
    choose(page, exported(root, 名称="示例新名称", 摘要="示例" * 58 + "改了"))
    assert not problems_in_looks(page, STAFF_LOOKS), "preview"
    measure.refresh_from_db()
    assert measure.title == "示例名称"


def test_a_file_that_is_too_large_is_told_of_before_it_is_sent_and_no_other(page_of_staff):
    page = page_of_staff
    page.goto(IMPORT)
    warning = page.get_by_text("文件太大")
    assert not warning.is_visible()
    too_large = {"name": "a.csv", "mimeType": "text/csv", "buffer": b"a" * 6_000_000}
    page.locator("input[type=file]").set_input_files(too_large)
    warning.wait_for()


def test_what_the_preview_shows_is_what_the_button_imports(page_of_staff, root):
    page, measure = page_of_staff, make_measure(title="示例名称")
    choose(page, exported(root, 名称="示例新名称"))
    assert page.get_by_text("示例新名称").first.is_visible()
    page.get_by_role("button", name="确认导入").click()
    page.wait_for_url(f"**{address_of(Measure)}")
    measure.refresh_from_db()
    assert (measure.title, measure.workflow_state) == ("示例新名称", "draft")
