"""Whether an office is open, worked out in the reader's browser in Beijing time."""

import datetime

import pytest

from tests.factories import make_measure, make_office, publish

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def measure():
    measure = make_measure(slug="example")
    office = make_office(name="示例窗口", address="示例路1号")
    for weekday in range(1, 6):
        office.hours.create(weekday=weekday, opens_at="09:00", closes_at="12:00")
        office.hours.create(weekday=weekday, opens_at="13:30", closes_at="17:00")
    measure.offices.add(office)
    return publish(measure)


@pytest.mark.usefixtures("measure")
def test_it_says_whether_it_is_open_and_when_next(page):
    utc = datetime.UTC
    for moment, said in (  # 2030-04-29 is a Monday; Beijing is eight hours ahead
        (datetime.datetime(2030, 4, 29, 1, 0, tzinfo=utc), "现在营业,12:00关门"),
        (datetime.datetime(2030, 4, 29, 4, 0, tzinfo=utc), "现在不营业,13:30开门"),
        (datetime.datetime(2030, 4, 29, 9, 0, tzinfo=utc), "现在不营业,周二09:00开门"),
        (datetime.datetime(2030, 5, 3, 16, 30, tzinfo=utc), "现在不营业,周一09:00开门"),
    ):
        page.clock.set_fixed_time(moment)
        page.goto("/guide/measures/example/")
        assert page.locator("[data-hours]").inner_text() == said


@pytest.mark.usefixtures("measure")
def test_its_address_can_be_copied(context, page):
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/guide/measures/example/")
    page.get_by_role("button", name="复制地址").click()
    page.get_by_role("button", name="已复制").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == "青岛市示例路1号"
