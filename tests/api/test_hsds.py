"""The guide as Open Referral HSDS 3.0, and the catalogue of data sets by DCAT."""

import json
from datetime import datetime
from pathlib import Path

import pytest
from django.core.management import call_command
from jsonschema import Draft202012Validator, FormatChecker

from publishing.models import Edition
from tests.factories import (
    make_county,
    make_department,
    make_hotline,
    make_measure,
    make_office,
    publish,
    publish_measure,
    publish_project,
    publish_zone,
    withdraw,
)

pytestmark = pytest.mark.django_db

RULES = json.loads((Path(__file__).parent / "hsds_rules.json").read_text("utf-8"))


def closed(schema):
    """The schema with no room for properties that HSDS does not know."""
    if "properties" in schema:
        properties = {name: closed(part) for name, part in schema["properties"].items()}
        schema = schema | {"properties": properties, "additionalProperties": False}
    return schema | {"items": closed(schema["items"])} if "items" in schema else schema


def faults(name, service):
    validator = Draft202012Validator(closed(RULES[name]), format_checker=FormatChecker())
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(service)]


@pytest.fixture
def measure():
    hotline = make_hotline(number="110 / 119", hours="示例时间")
    office = make_office(county=make_county(), phone="0532-000000")
    office.hours.create(weekday=1, opens_at="09:00", closes_at="17:00")
    measure = make_measure(
        cities=["qingdao"],
        hotlines=[hotline],
        fee="free",
        promised_value=9,
        promised_unit="working_day",
        last_verified_on="2025-05-01",
    )
    measure.departments.create(department=make_department(), role="lead")
    measure.steps.create(channel="online", text="示例步骤")
    measure.materials.create(name="示例材料", note="示例说明")
    measure.offices.add(office)
    publish(measure)
    return measure


def test_a_full_service_keeps_the_rules_of_hsds(client, measure):
    service = client.get(f"/api/v1/hsds/services/{measure.pk}").json()
    assert faults("service", service) == []
    assert (service["name"], service["status"]) == (measure.title, "active")
    assert [phone["number"] for phone in service["phones"]] == ["110", "119"]
    assert service["wait_time"] == "9个工作日"
    assert service["cost_options"][0]["amount"] == 0
    assert service["service_areas"][0]["name"] == "青岛市"
    location = service["service_at_locations"][0]["location"]
    assert location["schedules"][0]["byday"] == "MO"
    assert location["addresses"][0]["postal_code"] == ""
    assert client.get(service["url"]).status_code == 200


def test_a_bare_service_keeps_the_rules_and_claims_nothing(client):
    measure = publish_measure()
    service = client.get(f"/api/v1/hsds/services/{measure.pk}").json()
    assert faults("service", service) == []
    assert not {"organization", "phones", "cost_options", "wait_time", "assured_date"} & {*service}


def test_all_the_portal_starts_with_keeps_the_rules(client):
    call_command("load_fixtures", verbosity=0)
    answer = client.get("/api/v1/hsds/services?per_page=100").json()
    assert answer["total_items"] == len(answer["contents"]) > 0
    for summary in answer["contents"]:
        assert faults("service_list", summary) == []
        assert faults("service", client.get(f"/api/v1/hsds/services/{summary['id']}").json()) == []


def test_ids_are_the_same_whenever_one_asks_and_each_there_once(client, measure):
    address = f"/api/v1/hsds/services/{measure.pk}"
    service = client.get(address).json()
    assert client.get(address).json() == service
    ids = [phone["id"] for phone in service["phones"]]
    assert len(set(ids)) == len(ids)


def test_lists_come_in_pages_as_hsds_counts_them(client):
    for _ in range(3):
        publish_measure()
    first, second = (
        client.get(f"/api/v1/hsds/services?per_page=2&page={page}").json() for page in (1, 2)
    )
    assert (first["total_items"], first["total_pages"], first["size"]) == (3, 2, 2)
    assert (first["first_page"], first["last_page"]) == (True, False)
    assert (second["size"], second["last_page"], second["empty"]) == (1, True, False)
    assert client.get("/api/v1/hsds/services?page=9").status_code == 404


def test_an_empty_guide_is_an_empty_page(client):
    answer = client.get("/api/v1/hsds/services").json()
    assert (answer["empty"], answer["last_page"], answer["contents"]) == (True, True, [])


def test_what_is_withdrawn_or_no_measure_is_no_service(client, measure):
    withdraw(measure)
    assert client.get(f"/api/v1/hsds/services/{measure.pk}").status_code == 404
    assert client.get("/api/v1/hsds/services").json()["empty"]


def test_the_catalogue_leads_to_every_file(client, measure):
    publish_project()
    publish_zone()
    response = client.get("/api/v1/catalog.jsonld", headers={"Accept": "text/html"})
    assert response.headers["Content-Type"] == "application/ld+json"
    catalog = response.json()
    files = [
        distribution
        for dataset in catalog["dcat:dataset"]
        for distribution in dataset["dcat:distribution"]
    ]
    assert len(files) == 12
    for file in files:
        answer = client.get(file["dcat:downloadURL"]["@id"])
        assert answer.status_code == 200
        assert file["dcat:mediaType"]["@id"].endswith(answer.headers["Content-Type"])
        assert b"".join(answer)
    newest = Edition.objects.latest("published_at").published_at
    assert datetime.fromisoformat(catalog["dct:modified"]["@value"]) == newest


def test_the_catalogue_names_what_dcat_requires_and_no_licence(client):
    catalog = client.get("/api/v1/catalog.jsonld").json()
    for part in (catalog, *catalog["dcat:dataset"]):
        assert {"@id", "@type", "dct:title", "dct:description", "dct:publisher"} <= part.keys()
    assert "license" not in json.dumps(catalog)
