"""“9个工作日” as a date, by the portal's own rule and the notices that staff entered.

The calendars here are examples, not official ones.
"""

import datetime
import re

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from guide.models import CalendarSpan, WorkCalendar
from guide.working_days import deadline
from publishing.catalogue import catalogue_at, current_version
from qingdao_portal.working_days import WorkDays
from tests.factories import make_source, publish_measure

KIND = CalendarSpan.Kind


def day(text):
    return datetime.date.fromisoformat(text)


NOTICE = WorkDays.of(
    [
        {
            "year": 2030,
            "days_off": ["2030-05-01", "2030-05-02", "2030-05-03"],
            "days_on": ["2030-05-04"],
        }
    ]
)


@pytest.mark.parametrize(
    ("unit", "value", "start", "end"),
    [
        ("working_day", 1, "2030-04-29", "2030-04-30"),  # the day after the start is the first
        ("working_day", 1, "2030-04-27", "2030-04-29"),  # a start at the weekend
        ("working_day", 2, "2030-04-29", "2030-05-04"),  # three days off, then a Saturday worked
        ("working_day", 9, "2030-05-04", "2030-05-16"),
        ("day", 15, "2030-04-30", "2030-05-15"),
        ("month", 1, "2030-01-31", "2030-02-28"),
        ("month", 12, "2028-02-29", "2029-02-28"),
        ("month", 11, "2030-01-31", "2030-12-31"),
    ],
)
def test_a_limit_ends_on(unit, value, start, end):
    result = deadline({"unit": unit, "value": value}, day(start), NOTICE)
    assert result.day == day(end)
    assert result.missing_years == []


def test_a_year_without_a_notice_is_counted_by_weekends_and_named():
    result = deadline({"unit": "working_day", "value": 5}, day("2030-12-27"), NOTICE)
    assert result == (day("2031-01-03"), [2031])


@pytest.mark.django_db
class TestCalendars:
    @pytest.fixture
    def calendar(self):
        return WorkCalendar.objects.create(year=2030, source=make_source())

    def make_span(self, calendar, first, last, kind=KIND.HOLIDAY):
        span = CalendarSpan(
            calendar=calendar, kind=kind, name="示例假日", first_on=first, last_on=last
        )
        span.full_clean()
        span.save()
        return span

    def test_saving_one_moves_the_site_version_and_the_catalogue(self, calendar):
        assert catalogue_at(current_version())["calendars"] == []  # nothing is off yet
        before = current_version()
        self.make_span(calendar, day("2030-05-01"), day("2030-05-02"))
        assert current_version() != before
        [entry] = catalogue_at(current_version())["calendars"]
        assert entry["days_off"] == ["2030-05-01", "2030-05-02"]

    @pytest.mark.parametrize(
        ("first", "last", "kind"),
        [
            ("2030-05-02", "2030-05-01", KIND.HOLIDAY),
            ("2030-05-01", "2030-07-01", KIND.HOLIDAY),
            ("2031-01-01", "2031-01-01", KIND.HOLIDAY),
            ("2029-11-30", "2029-11-30", KIND.HOLIDAY),
            ("2030-05-06", "2030-05-06", KIND.WORKDAY),  # a Monday
        ],
    )
    def test_a_slip_of_the_pen_is_told(self, calendar, first, last, kind):
        with pytest.raises(ValidationError):
            self.make_span(calendar, day(first), day(last), kind)

    def test_a_day_is_named_once_and_the_database_sees_to_it(self, calendar):
        self.make_span(calendar, day("2029-12-31"), day("2030-01-02"))
        with pytest.raises(ValidationError, match="已经在另一行"):
            self.make_span(calendar, day("2030-01-02"), day("2030-01-03"))
        with pytest.raises(IntegrityError), transaction.atomic():
            calendar.spans.create(name="示例", first_on="2030-01-01", last_on="2030-01-01")


@pytest.mark.django_db
class TestPage:
    @pytest.fixture(autouse=True)
    def measure(self):
        publish_measure(slug="example", promised_value=2, promised_unit="working_day")

    def text(self, client, start):
        return client.get("/guide/measures/example/", {"start": start}).content.decode()

    def test_it_says_the_date_and_that_it_is_an_estimate(self, client):
        text = self.text(client, "2030-04-29")
        assert "2030年5月1日" in text
        assert "估算" in text
        assert "2030年" in text

    def test_with_the_years_notice_it_is_none_and_the_notice_is_named(self, client):
        source = make_source(title="示例放假通知")
        calendar = WorkCalendar.objects.create(year=2030, source=source)
        calendar.spans.create(name="示例", first_on="2030-05-01", last_on="2030-05-03")
        text = self.text(client, "2030-04-29")
        assert "2030年5月6日" in text
        assert "估算" not in text
        assert "示例放假通知" in text

    @pytest.mark.parametrize(
        ("start", "kept"),
        [
            *(("1999-12-31", "1999-12-31"), ("9999-12-31", "9999-12-31"), ("2030-02-30", None)),
            *(("昨天", None), ("1e309", None), ("99991231", None)),
        ],
    )
    def test_what_is_no_date_is_told_in_the_form(self, client, start, kept):
        response = client.get("/guide/measures/example/", {"start": start})
        assert response.status_code == 200
        field = re.search(r'<input type="date"[^>]*>', response.content.decode())[0]
        assert 'aria-invalid="true"' in field
        value = re.search(r'value="([^"]*)"', field)
        assert (value and value[1]) == kept  # the field of a day may hold nothing else

    def test_a_day_written_without_noughts_is_read(self, client):
        text = self.text(client, "2030-4-29")
        assert "2030年5月1日" in text
        assert 'value="2030-04-29"' in text

    def test_without_a_limit_there_is_no_calculator(self, client):
        publish_measure(slug="example-without")
        text = client.get("/guide/measures/example-without/?start=2030-04-29").content.decode()
        assert 'id="calculator"' not in text
