"""The staff area in a real browser: accessible, under the strict CSP, with rows added by script."""

import pytest
from django.conf import settings
from django.contrib.auth.models import Group
from django.utils import timezone

from contacts.models import Hotline
from cooperation.models import Zone
from guide.models import Measure
from partners.models import Delivery, Subscription
from projects.models import Project
from publishing.models import Edition
from tests.accessibility import STAFF_LOOKS, problems_in_looks
from tests.admin.approval import approve_all
from tests.admin.pages import address_of
from tests.conftest import is_breach
from tests.factories import (
    make_department,
    make_hotline,
    make_measure,
    make_partner,
    make_source,
    publish_measure,
    publish_project,
    publish_zone,
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def signed_in(root, context):
    """The browser's profile, with the session of somebody who may do everything."""
    cookie = root.cookies[settings.SESSION_COOKIE_NAME]
    context.add_cookies(
        [{"name": cookie.key, "value": cookie.value, "domain": "localhost", "path": "/admin/"}]
    )
    return context


@pytest.fixture
def staff_page(signed_in, page):
    """A page that fails the test when the security policy stops something on it."""
    return page


@pytest.fixture
def measure(db):
    """A public measure with children of most sorts."""
    measure = publish_measure(
        cities=["qingdao"], hotlines=[make_hotline()], sources=[make_source()]
    )
    measure.steps.create(channel="online", text="示例步骤", url="https://example.org/")
    measure.departments.create(department=make_department(), role="lead")
    return measure


def pages_to_look_at(measure):
    project, zone = publish_project(cities=["qingdao"]), publish_zone()
    hotline = Hotline.objects.get()
    return [
        "/admin/",
        *(address_of(Measure) + query for query in ("", "?q=x&state=draft")),
        *(address_of(measure, page) for page in ("change", "publish", "withdraw", "preview")),
        *(address_of(measure, page) for page in ("versions", "versions/1", "history")),
        *(address_of(row, "change") for row in (project, zone, measure.provisions.first())),
        *(address_of(hotline, page) for page in ("change", "delete")),
        address_of(Measure, "add"),
        address_of(Edition),
        address_of(Edition.objects.first(), "change"),
    ]


def test_axe_finds_nothing_and_the_security_policy_stops_nothing(signed_in, measure):
    page, messages, found = signed_in.new_page(), [], {}
    page.on("console", lambda message: messages.append(message))
    for address in pages_to_look_at(measure):
        messages.clear()
        assert page.goto(address).status == 200
        stopped = [message.text for message in messages if is_breach(message)]
        assert not stopped, address  # here already: axe sets styles that the policy stops
        if problems := problems_in_looks(page, STAFF_LOOKS):
            found[address] = problems
    assert not found


LONG_ADDRESS = "https://hooks.partner.example/integration/qingdao-guide/v1/changes/receiver?x=1"
CUT = "list => list.scrollWidth - list.clientWidth"


def make_partner_pages():
    """A partner to whom much goes wrong, and all pages about it."""
    partner = make_partner(name="示例市政务服务门户(测试环境)")
    subscription = Subscription.objects.create(partner=partner, url=LONG_ADDRESS)
    told = {"event": "org.example.measure.published", "result": f"ReadTimeout: {LONG_ADDRESS}"}
    for sequence, state in enumerate(Delivery.State.values, 1):
        Delivery.objects.create(
            **{"subscription": subscription, "sequence": sequence, "state": state},
            **told | {"title": "职工医保缴费年限五市互认", "last_at": timezone.now()},
        )
    return [
        *map(address_of, (Subscription, Delivery)),
        *(address_of(row, "change") for row in (partner, subscription)),
        address_of(Group, "add"),
    ]


def test_pages_of_partners_and_groups_are_whole_for_everybody(signed_in):
    page = signed_in.new_page()
    found = {}
    for address in make_partner_pages():
        assert page.goto(address).status == 200
        if problems := problems_in_looks(page, STAFF_LOOKS):
            found[address] = problems
    assert not found


def test_no_list_is_cut_on_a_small_desk(signed_in, measure):
    make_partner_pages(), publish_project(cities=["qingdao"]), publish_zone()
    page, cut = signed_in.new_page(), {}
    page.set_viewport_size({"width": 1280, "height": 900})
    for model in (Subscription, Delivery, Measure, Project, Zone, Edition):
        page.goto(address_of(model))
        if excess := page.locator(".results").evaluate(CUT):
            cut[model] = excess
    assert not cut


HIDDEN = """() => [...document.querySelectorAll(".form-row")]
    .filter((row) => row.clientWidth && row.scrollWidth > row.clientWidth)
    .map((row) => row.className)"""


def test_no_field_is_cut_on_a_phone(signed_in, measure):
    page = signed_in.new_page()
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(address_of(measure, "change"))
    page.get_by_text("添加另一个 步骤").click()
    page.locator("#steps-1").wait_for()
    assert page.evaluate(HIDDEN) == []


def test_axe_finds_nothing_on_the_login(context):
    page = context.new_page()
    page.goto("/admin/login/")
    assert not problems_in_looks(page, STAFF_LOOKS)


def test_a_row_is_added_and_its_department_found_by_typing(staff_page):
    measure = make_measure()
    make_department(name="示例医保局")
    staff_page.goto(address_of(measure, "change"))
    staff_page.get_by_text("添加另一个 责任单位").click()
    staff_page.locator("#departments-0 .select2-selection").click()
    staff_page.locator(".select2-search--dropdown input").fill("医保")
    staff_page.get_by_role("option", name="示例医保局").click()
    staff_page.locator("#id_departments-0-role").select_option("lead")
    staff_page.get_by_text("添加另一个 步骤").click()
    row = staff_page.locator("#steps-0")
    row.get_by_label("渠道").select_option("window")
    row.get_by_label("怎么做:").fill("示例步骤")
    row.locator("summary").click()
    row.get_by_label("怎么做(English)").fill("Example step")
    staff_page.get_by_role("button", name="保存并继续编辑").click()
    staff_page.get_by_text("可以在下面再次编辑它").wait_for()
    assert measure.departments.get().department.name == "示例医保局"
    assert measure.steps.get().translations == {"en": {"text": "Example step"}}


def test_an_entry_is_edited_published_withdrawn_and_restored(staff_page, measure):
    staff_page.goto(address_of(measure, "change"))
    staff_page.get_by_label("名称:", exact=True).first.fill("示例新名称")
    staff_page.get_by_role("button", name="保存", exact=True).click()
    staff_page.get_by_text("成功修改了").wait_for()
    approve_all()
    staff_page.goto(address_of(measure, "publish"))
    staff_page.get_by_text("改动了:名称").wait_for()
    staff_page.get_by_label("修改说明").fill("示例:改了名称")
    staff_page.get_by_role("button", name="发布").click()
    staff_page.get_by_text("已发布“示例新名称”第2版").wait_for()
    staff_page.get_by_role("link", name="撤回").click()
    staff_page.get_by_label("撤回原因").fill("示例原因")
    staff_page.get_by_role("button", name="撤回").click()
    staff_page.get_by_text("已撤回“示例新名称”").wait_for()
    approve_all()
    staff_page.goto(address_of(measure, "publish"))
    staff_page.get_by_label("修改说明").fill("示例:恢复")
    staff_page.get_by_role("button", name="发布").click()
    staff_page.get_by_text("第4版").first.wait_for()
    events = Edition.objects.filter(entry_id=measure.pk).order_by("id")
    assert [edition.event for edition in events] == [
        "published",
        "published",
        "withdrawn",
        "published",
    ]


def test_leaving_a_form_with_unsaved_changes_asks_first(staff_page, measure):
    asked = []
    staff_page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    staff_page.goto(address_of(measure, "change"))
    staff_page.get_by_label("摘要").first.fill("示例未保存的摘要")
    staff_page.get_by_role("link", name="预览").click()
    assert asked == ["beforeunload"]
    assert staff_page.url.endswith(address_of(measure, "change"))
