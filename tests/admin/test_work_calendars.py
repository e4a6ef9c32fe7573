"""A year's holidays in the staff area. The calendars are examples, not official ones."""

import pytest

from guide.models import WorkCalendar
from tests.admin.pages import address_of, errors_on, send
from tests.factories import make_source

pytestmark = pytest.mark.django_db


def rows(*spans):
    sent = {"spans-TOTAL_FORMS": str(len(spans))}
    for n, (kind, first, last) in enumerate(spans):
        sent |= {f"spans-{n}-kind": kind, f"spans-{n}-name": "示例"}
        sent |= {f"spans-{n}-first_on": first, f"spans-{n}-last_on": last}
    return sent


def add(client, *spans):
    source = make_source()
    address = address_of(WorkCalendar, "add")
    return send(client, address, year="2030", source=str(source.pk), **rows(*spans))


def test_a_year_is_entered_in_one_form(root):
    add(root, ("holiday", "2030-05-01", "2030-05-03"), ("workday", "2030-05-04", "2030-05-04"))
    assert WorkCalendar.objects.get().spans.count() == 2


@pytest.mark.parametrize(
    ("spans", "said"),
    [
        (
            [("holiday", "2030-05-01", "2030-05-03"), ("workday", "2030-05-03", "2030-05-04")],
            "周六或周日",
        ),
        (
            [("holiday", "2030-05-01", "2030-05-03"), ("holiday", "2030-05-03", "2030-05-04")],
            "2030-05-03写了两次",
        ),
        ([("holiday", "2030-05-03", "2030-05-01")], "不能早于"),
        ([("holiday", "2031-05-01", "2031-05-01")], "不在2030年"),
        ([("holiday", "0001-01-01", "9999-12-31")], "这么多天"),
    ],
)
def test_what_cannot_be_is_told_in_the_form(root, spans, said):
    response = add(root, *spans)
    assert any(said in error for error in errors_on(response)), errors_on(response)
    assert not WorkCalendar.objects.exists()
