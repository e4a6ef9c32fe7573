"""Calendar files: no more than is known, the same event each time, the reader's own deadline."""

import datetime

import icalendar
import pytest

from tests.factories import make_programme, publish, publish_measure, publish_project

pytestmark = pytest.mark.django_db
DAY = datetime.date


@pytest.fixture(autouse=True)
def address(settings):
    settings.PORTAL_URL = "https://portal.example"


def events(client, address):
    response = client.get(address)
    assert response.status_code == 200, response.content.decode()
    assert not response.cookies
    return icalendar.Calendar.from_ical(response.content).walk("VEVENT")


@pytest.fixture
def project():
    project = publish_project(slug="example", title="示例项目", planned_finish="2024-12-31")
    project.milestones.create(text="示例开工", planned_on="2024-02")
    project.milestones.create(text="示例验收", met_on="2024-02-14", is_met=True)
    project.milestones.create(text="示例无日期")
    return publish(project)


@pytest.mark.usefixtures("project")
def test_milestones_span_what_is_known_of_their_date(client):
    found = {event["SUMMARY"]: event for event in events(client, "/projects/2024.ics")}
    spans = {title: (event.start, event.end) for title, event in found.items()}
    assert spans == {
        "示例项目(计划:示例开工)": (DAY(2024, 2, 1), DAY(2024, 3, 1)),
        "示例项目(已达成:示例验收)": (DAY(2024, 2, 14), DAY(2024, 2, 15)),
        "示例项目(计划完成)": (DAY(2024, 12, 31), DAY(2025, 1, 1)),
    }
    assert found["示例项目(计划:示例开工)"]["STATUS"] == "TENTATIVE"
    assert found["示例项目(已达成:示例验收)"]["STATUS"] == "CONFIRMED"
    assert found["示例项目(计划完成)"]["URL"] == "https://portal.example/projects/2024/example/"


def test_a_changed_milestone_replaces_what_the_calendar_has(client, project, settings):
    def by_uid():
        return {event["UID"]: event for event in events(client, "/projects/2024.ics")}

    before = by_uid()
    milestone = project.milestones.get(text="示例开工")
    milestone.planned_on = "2024-03"
    milestone.save()
    publish(project)
    settings.PORTAL_URL = "https://elsewhere.example"
    after = by_uid()
    assert set(after) == set(before)
    for uid, event in after.items():
        assert event["SEQUENCE"] == before[uid]["SEQUENCE"] + 1


@pytest.mark.usefixtures("project")
def test_a_year_offers_its_calendar_when_it_has_projects(client):
    make_programme(2025)
    assert 'href="/projects/2024.ics"' in client.get("/projects/2024/").content.decode()
    assert 'href="/projects/2025.ics"' not in client.get("/projects/2025/").content.decode()


def test_a_year_without_dates_is_an_empty_calendar(client):
    make_programme(2025)
    assert events(client, "/projects/2025.ics") == []
    assert "BEGIN:VTIMEZONE" in client.get("/projects/2025.ics").content.decode()


@pytest.fixture
def measure():
    measure = publish_measure(
        slug="example",
        title="示例举措",
        promised_value=9,
        promised_unit="working_day",
        statutory_value=1,
        statutory_unit="month",
    )
    provision = measure.provisions.get(city__slug="yantai")
    provision.promised_value, provision.promised_unit = 2, "day"
    provision.save()
    return publish(measure)


@pytest.mark.usefixtures("measure")
def test_the_readers_deadline_is_what_the_page_says(client):
    address = "/guide/measures/example/deadline.ics?start=2026-03-02"
    page = client.get("/guide/measures/example/?start=2026-03-02").content.decode()
    assert f'href="{address}"' in page
    promised, statutory = events(client, address)
    assert promised.start == DAY(2026, 3, 13)
    assert "9个工作日" in promised["SUMMARY"]
    assert "估算" in promised["DESCRIPTION"]  # no holidays are entered
    assert promised["STATUS"] == "TENTATIVE"
    assert (statutory.start, statutory["STATUS"]) == (DAY(2026, 4, 2), "CONFIRMED")
    assert promised.walk("VALARM")
    assert promised["UID"] != statutory["UID"]


@pytest.mark.usefixtures("measure")
def test_the_deadline_in_a_city_is_the_citys(client):
    address = "/guide/measures/example/deadline.ics?start=2026-03-02&city=yantai"
    page = client.get("/guide/measures/example/yantai/?start=2026-03-02").content.decode()
    assert f'href="{address.replace("&", "&amp;")}"' in page
    in_yantai = events(client, address)[0]
    anywhere = events(client, address.removesuffix("&city=yantai"))[0]
    assert (in_yantai.start, anywhere.start) == (DAY(2026, 3, 4), DAY(2026, 3, 13))
    assert in_yantai["UID"] != anywhere["UID"]  # a calendar may hold both


@pytest.mark.usefixtures("measure")
@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 400),
        ("?start=", 400),
        ("?start=2026-02-30", 400),
        ("?start=1999-12-31", 400),
        ("?start=999999-01-01", 400),
        ("?start=2026-03-02%00", 400),
        ("?start=2026-03-02&city=beijing", 404),
    ],
)
def test_a_deadline_that_cannot_be_is_refused(client, query, status):
    assert client.get(f"/guide/measures/example/deadline.ics{query}").status_code == status


def test_texts_cannot_write_lines_of_their_own(client):
    project = publish_project(
        slug="example", title="示例\r\nBEGIN:VEVENT", planned_finish="2024-05"
    )
    assert project
    assert len(events(client, "/projects/2024.ics")) == 1
