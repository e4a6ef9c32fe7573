"""Outside checks and questions to cities in a real browser, on a phone and at a desk."""

import uuid
from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.test import Client

from guide import provision_reviews
from guide.models import ProvisionReview
from publishing import services as publishing_services
from publishing.checks import services
from publishing.checks.models import CheckAnswer
from tests.accessibility import STAFF_LOOKS, problems_in_looks
from tests.admin.pages import address_of
from tests.factories import make_department, make_source, publish_measure

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def root():
    return get_user_model().objects.create_superuser("root", last_name="示例", first_name="总管")


@pytest.fixture
def measure(root):
    """A measure that was published and then changed in many ways; its cities are asked."""
    measure = publish_measure(
        title="示例举措", body="示例原文。办理要九个工作日。", sources=[make_source()]
    )
    measure.steps.create(channel="online", text="示例步骤")
    measure.departments.create(department=make_department(), role="lead")
    measure.body, measure.promised_value, measure.promised_unit = "示例新文。", 5, "working_day"
    measure.save()
    publishing_services.publish(entry=measure, by=root, note="示例修改说明")
    return measure


@pytest.fixture
def address(measure, root):
    token = services.make_link(
        entry=measure,
        by=root,
        id=uuid.uuid4(),
        recipient="示例主管部门",
        lifetime=timedelta(days=9),
    )
    return f"/check/{token}/"


@pytest.fixture
def signed_in(root, context):
    client = Client()
    client.force_login(root)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    context.add_cookies(
        [{"name": cookie.key, "value": cookie.value, "domain": "localhost", "path": "/admin/"}]
    )
    return context


LOOKS = [(360, "light"), (360, "dark"), (1280, "light")]


def test_axe_finds_nothing_on_what_people_outside_see(context, measure, address):
    page = context.new_page()
    page.goto(address)
    assert not problems_in_looks(page, LOOKS)
    page.get_by_role("button", name="提交意见").click()  # refused, with what is missing
    page.get_by_role("alert").wait_for()
    assert not problems_in_looks(page, LOOKS)
    measure.save()
    page.get_by_label("无误").check()
    page.get_by_label("您的姓名或单位").fill("示例核对人")
    page.get_by_role("button", name="提交意见").click()
    page.get_by_text("已经收到您的意见").wait_for()
    assert not problems_in_looks(page, LOOKS)
    page.goto("/check/no-such-token/")
    assert not problems_in_looks(page, LOOKS)


def test_it_is_answered_without_a_script_and_without_a_cookie(browser, live_server, address):
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    page.get_by_role("link", name="填写意见").click()
    page.get_by_label("有误").check()
    page.get_by_label("意见", exact=True).fill("示例:第二步不对。")
    page.get_by_label("您的姓名或单位").fill("示例核对人")
    page.get_by_role("button", name="提交意见").click()
    page.get_by_text("已经收到您的意见").wait_for()
    assert context.cookies() == []
    assert CheckAnswer.objects.get().remark == "示例:第二步不对。"
    context.close()


def test_axe_finds_nothing_on_the_staff_pages(signed_in, measure, address, root):
    Client().get(address)
    review = provision_reviews.pending_of(measure.provisions.first())
    page = signed_in.new_page()
    found = {}
    for path in (
        address_of(measure, "checks"),
        "/admin/guide/provisionreview/mine/",
        address_of(ProvisionReview),
        address_of(review, "change"),
        address_of(review.provision, "change"),
        address_of(measure, "change"),
    ):
        page.goto(path)
        if problems := problems_in_looks(page, STAFF_LOOKS):
            found[path] = problems
    page.goto(address_of(measure, "checks"))
    page.get_by_label("发给谁").fill("示例领导")
    page.get_by_role("button", name="建立链接").click()
    page.get_by_label("链接地址").wait_for()
    assert not problems_in_looks(page, STAFF_LOOKS)
    assert not found


def test_a_link_is_made_copied_opened_and_revoked(signed_in, page, measure, browser):
    signed_in.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(address_of(measure, "checks"))
    page.get_by_label("发给谁").fill("示例领导")
    page.get_by_role("button", name="建立链接").click()
    page.get_by_role("button", name="复制").click()
    page.get_by_role("button", name="已复制").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.get_by_label("链接地址").input_value()
    stranger = browser.new_context()
    outside = stranger.new_page()
    assert outside.goto(copied).status == 200
    page.get_by_role("button", name="收回发给“示例领导”的链接").click()
    page.get_by_text("已收回发给").wait_for()
    assert outside.goto(copied).status == 404
    stranger.close()


def test_a_city_confirms_and_edits(signed_in, page, measure):
    page.goto("/admin/")
    page.get_by_role("link", name="城市落实情况").first.click()
    page.get_by_role("button", name="青岛仍适用").click()
    page.get_by_text("已记录").wait_for()
    page.get_by_role("link", name="修改烟台的落实情况").click()
    page.get_by_label("说明").first.fill("示例说明")
    page.get_by_role("button", name="保存", exact=True).click()
    page.get_by_text("已成功修改").or_(page.locator(".messagelist .success")).first.wait_for()
    answers = ProvisionReview.objects.filter(provision__measure=measure).exclude(status="pending")
    statuses = {review.provision.city.slug: review.status for review in answers}
    assert statuses == {"qingdao": "still_valid", "yantai": "edited"}
