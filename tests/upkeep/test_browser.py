"""The first page and the panel of an entry in a real browser, on a desk and on a phone."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from publishing import workflow
from tests.accessibility import STAFF_LOOKS, problems_in_looks
from tests.admin.conftest import client_of
from tests.admin.pages import address_of
from tests.editorial.cast import make_administrator, make_domain_editor, make_reviewer
from tests.factories import make_domain, make_measure, make_project, publish, publish_measure
from upkeep import links
from upkeep.models import LinkCheck

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def busy(roles):
    """A measure that is overdue, with a dead link, and something on each line of the to-do."""
    domain, now = make_domain(), timezone.now()
    editor = make_domain_editor(domains=[domain], edits_projects=True)
    reviewer = make_reviewer()
    long_ago = timezone.localdate() - timedelta(days=400)
    measure = make_measure(domain=domain, last_verified_on=long_ago, body="示例 XX")
    measure.steps.create(channel="online", text="示例", url="https://gone.example/" + "a" * 120)
    publish(measure)
    links.note_links()
    LinkCheck.objects.update(status="dead", reason="not_found", first_failed_on=long_ago)
    for entry in (make_measure(domain=domain), make_project()):
        workflow.submit(entry=entry, by=editor)
    returned = make_measure(domain=domain)
    workflow.submit(entry=returned, by=editor)
    workflow.send_back(entry=returned, by=reviewer, comment="示例原因")
    going = publish_measure(domain=domain, title="示例将下线的举措")
    due = now + timedelta(days=1)
    workflow.schedule(entry=going, by=reviewer, act="withdraw", due_at=due, note="示例到期")
    return measure


@pytest.fixture
def roles(db):
    from staff.roles import sync_roles

    sync_roles()  # a test with transactions empties the table of groups


@pytest.fixture
def signed_in(roles, context):
    """The browser's profile, with the session of an administrator."""
    cookie = client_of(make_administrator()).cookies[settings.SESSION_COOKIE_NAME]
    context.add_cookies(
        [{"name": cookie.key, "value": cookie.value, "domain": "localhost", "path": "/admin/"}]
    )
    return context


def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(signed_in, busy):
    page = signed_in.new_page()  # axe sets styles that the security policy stops
    for address in ("/admin/", address_of(busy, "change"), address_of(busy, "submit")):
        page.goto(address)
        assert not problems_in_looks(page, [*STAFF_LOOKS, (390, "dark")]), address


def test_a_number_leads_to_its_list_and_one_click_verifies(signed_in, busy, page):
    page.goto("/admin/")
    overdue = page.locator(".todo__group", has_text="到期,待核实").get_by_role("link")
    assert overdue.inner_text() == "1 举措"
    overdue.click()
    page.get_by_role("link", name=busy.title).click()
    page.get_by_role("button", name="核实无误").click()
    page.get_by_text("已核实1条").wait_for()
    page.goto("/admin/")
    assert page.get_by_text("到期,待核实").count() == 0
