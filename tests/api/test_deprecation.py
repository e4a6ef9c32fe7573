"""Routes that will go say so: in headers, in the OpenAPI document, on the page of changes."""

import json

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.management.base import SystemCheckError

from qingdao_portal.api_changelog import UPDATES
from qingdao_portal.api_deprecation import Deprecation
from tests.factories import publish_measure

DEPRECATION = Deprecation("2027-01-01", sunset="2027-07-01", instead="listMeasures")


@pytest.fixture
def deprecated(settings):
    settings.API_DEPRECATIONS = {
        "listHsdsServices": DEPRECATION,
        "getMeasure": Deprecation("2027-02-01"),
    }


@pytest.mark.django_db
@pytest.mark.usefixtures("deprecated")
def test_answers_of_a_deprecated_operation_say_since_when_and_until_when(client):
    headers = client.get("/api/v1/hsds/services").headers
    assert headers["Deprecation"] == "@1798732800"  # 2027-01-01T00:00+08:00
    assert headers["Sunset"] == "Wed, 30 Jun 2027 16:00:00 GMT"
    page = "http://testserver/api/changelog/"
    assert f'<{page}>; rel="deprecation"' in headers["Link"]
    assert f'<{page}>; rel="sunset"' in headers["Link"]


@pytest.mark.django_db
@pytest.mark.usefixtures("deprecated")
def test_without_an_end_there_is_no_sunset_and_other_links_stay(client):
    publish_measure(slug="example")
    headers = client.get("/api/v1/measures/example/").headers
    assert headers["Deprecation"] == "@1801411200"
    assert "Sunset" not in headers
    assert "Deprecation" not in client.get("/api/v1/measures/").headers


@pytest.mark.django_db
def test_what_to_use_instead_is_linked_where_its_address_follows(client, settings):
    settings.API_DEPRECATIONS = {
        "listHsdsServices": DEPRECATION,
        "getMeasure": Deprecation("2027-02-01", instead="listMeasureEditions"),
        "getHsdsService": Deprecation("2027-02-01", instead="getMeasure"),
    }
    measure = publish_measure(slug="example")
    for address, successor in (
        ("/api/v1/hsds/services", "/api/v1/measures/"),
        ("/api/v1/measures/example/", "/api/v1/measures/example/editions/"),
        ("/api/v1/measures/none/", "/api/v1/measures/none/editions/"),  # errors say so too
    ):
        link = client.get(address).headers["Link"]
        assert f'<http://testserver{successor}>; rel="successor-version"' in link
    link = client.get(f"/api/v1/hsds/services/{measure.pk}").headers["Link"]
    assert "successor-version" not in link


@pytest.mark.usefixtures("deprecated")
def test_the_document_marks_it_and_names_the_headers(tmp_path):
    file = tmp_path / "openapi.json"
    call_command("spectacular", format="openapi-json", file=str(file))
    operation = json.loads(file.read_text("utf-8"))["paths"]["/api/v1/hsds/services"]["get"]
    assert operation["deprecated"] is True
    assert "2027-07-01" in operation["description"]
    for status in ("200", "400", "404"):
        headers = operation["responses"][status]["headers"]
        assert {"Deprecation", "Sunset", "Link"} <= headers.keys()


@pytest.mark.django_db
@pytest.mark.usefixtures("deprecated")
def test_the_page_of_changes_names_what_goes_first(client):
    page = client.get("/api/changelog/").content.decode()
    first, second = page.index("listHsdsServices"), page.index("getMeasure")
    assert first < second
    assert "2027-07-01停用。请改用 listMeasures。" in page


@pytest.mark.django_db
def test_the_page_of_changes_is_dated_newest_first(client):
    days = [update.day for update in UPDATES]
    assert days == sorted(days, reverse=True)
    page = client.get("/api/changelog/").content.decode()
    assert "目前没有。" in page
    for update in UPDATES:
        assert f'<time datetime="{update.day}">' in page


@pytest.mark.parametrize("dates", [("2027-13-01", ""), ("soon", ""), ("2027-02-01", "2027-01-01")])
def test_dates_that_cannot_be_are_refused(dates):
    with pytest.raises(ImproperlyConfigured, match="API_DEPRECATIONS"):
        Deprecation(dates[0], sunset=dates[1])


def test_a_name_that_is_no_operation_stops_the_start(settings):
    settings.API_DEPRECATIONS = {"getHsdss": Deprecation("2027-01-01", instead="getNothing")}
    with pytest.raises(SystemCheckError, match="getHsdss") as refusal:
        call_command("check")
    assert "getNothing" in str(refusal.value)
    assert "listMeasures" in str(refusal.value)  # what there is
