"""The OpenAPI document: renewed, valid, complete, and true of every answer."""

import copy
import json
import re

import pytest
from django.core.management import call_command
from django.urls import get_resolver
from django.utils import timezone
from jsonschema import Draft202012Validator, FormatChecker
from openapi_spec_validator import validate

from partners import webhooks
from partners.models import Subscription
from publishing import registry
from publishing.api.examples import JSON_TYPES
from publishing.models import Edition
from tests.api.conftest import OPENAPI_FILE
from tests.factories import (
    make_city,
    make_county,
    make_department,
    make_domain,
    make_hotline,
    make_measure,
    make_office,
    make_programme,
    make_scenario,
    make_source,
    publish,
    publish_measure,
    publish_project,
    publish_zone,
    withdraw,
)

# Names that clients are generated from: a promise.
OPERATIONS = {
    "/api/v1/": "getRoot",
    "/api/v1/changes/": "listChanges",
    "/api/v1/search/": "search",
    "/api/v1/export/{kind}.{extension}": "exportKind",
    "/api/v1/catalog.jsonld": "getCatalog",
    "/api/v1/hsds/": "getHsds",
    "/api/v1/hsds/services": "listHsdsServices",
    "/api/v1/hsds/services/{id}": "getHsdsService",
    "/api/v1/measures/": "listMeasures",
    "/api/v1/measures/{slug}/": "getMeasure",
    "/api/v1/measures/{slug}/editions/": "listMeasureEditions",
    "/api/v1/measures/{slug}/editions/{number}/": "getMeasureEdition",
    "/api/v1/projects/": "listProjects",
    "/api/v1/projects/{slug}/": "getProject",
    "/api/v1/projects/{slug}/editions/": "listProjectEditions",
    "/api/v1/projects/{slug}/editions/{number}/": "getProjectEdition",
    "/api/v1/zones/": "listZones",
    "/api/v1/zones/{slug}/": "getZone",
    "/api/v1/zones/{slug}/editions/": "listZoneEditions",
    "/api/v1/zones/{slug}/editions/{number}/": "getZoneEdition",
    "/api/v1/domains/": "listDomains",
    "/api/v1/domains/{slug}/": "getDomain",
    "/api/v1/scenarios/": "listScenarios",
    "/api/v1/scenarios/{slug}/": "getScenario",
    "/api/v1/cities/": "listCities",
    "/api/v1/cities/{slug}/": "getCity",
    "/api/v1/counties/": "listCounties",
    "/api/v1/counties/{code}/": "getCounty",
    "/api/v1/hotlines/": "listHotlines",
    "/api/v1/hotlines/{slug}/": "getHotline",
    "/api/v1/offices/": "listOffices",
    "/api/v1/offices/{id}/": "getOffice",
    "/api/v1/programmes/": "listProgrammes",
    "/api/v1/programmes/{year}/": "getProgramme",
}


def test_the_committed_document_is_what_the_code_says(tmp_path):
    renewed = tmp_path / "openapi.json"
    call_command("spectacular", format="openapi-json", file=str(renewed), fail_on_warn=True)
    assert renewed.read_text("utf-8") == OPENAPI_FILE.read_text("utf-8"), (
        "Renew it: manage.py spectacular --format openapi-json --file docs/api/openapi.json"
    )


def test_the_document_is_served_as_it_is_committed(client, db):
    response = client.get("/api/v1/openapi.json")
    assert response.headers["Content-Type"] == "application/json"
    assert response.content == OPENAPI_FILE.read_bytes()


def test_the_document_is_valid_openapi_3_1(openapi):
    assert openapi["openapi"] == "3.1.0"
    validate(openapi)


def test_operations_keep_their_names(openapi):
    operations = {path: item["get"]["operationId"] for path, item in openapi["paths"].items()}
    assert operations == OPERATIONS


def test_every_route_is_described(openapi):
    about = {"/api/v1/openapi.json", "/api/docs/", "/api/changelog/"}
    assert routes() - about == openapi["paths"].keys()


def test_every_operation_speaks_chinese(openapi):
    tags = {tag["name"]: tag["description"] for tag in openapi["tags"]}
    for item in openapi["paths"].values():
        for text in (item["get"]["summary"], *(tags[name] for name in item["get"]["tags"])):
            assert re.search("[\u4e00-\u9fff]", text), text
        for parameter in item["get"].get("parameters", []):
            assert re.search("[\u4e00-\u9fff]", parameter["description"]), parameter


def routes():
    """The addresses below /api/ as OpenAPI writes them, the catch-all left out."""
    found = set()

    def collect(patterns, prefix):
        for pattern in patterns:
            path = prefix + str(pattern.pattern)
            if hasattr(pattern, "url_patterns"):
                collect(pattern.url_patterns, path)
            elif path != "api/":
                path = re.sub(r"\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)", r"{\1}", path)
                path = re.sub(r"<\w+:(\w+)>", r"{\1}", path)
                found.add("/" + path.replace("^", "").replace("$", "").replace("\\Z", ""))

    api = [part for part in get_resolver().url_patterns if str(part.pattern) == "api/"]
    collect(api, "")
    return found


@pytest.fixture(scope="module")
def full_data(once_per_module):
    """Entries in which every list has a row and every optional field a value, and bare ones."""
    make_full_data()


def make_full_data():
    city, source = make_city(), make_source(date="2025-04", date_kind="published")
    county, department = make_county(city=city), make_department(city=city, level="city")
    hotline = make_hotline(evidence="published_policy")
    hotline.citations.create(source=source, quote="示例引文")
    office = make_office(city=city, county=county, department=department, is_barrier_free=True)
    office.hours.create(weekday=1, opens_at="09:00", closes_at="17:00")
    domain = make_domain(slug="full")
    domain.hotlines.add(hotline)
    fill_measure(city, source, department, hotline, office, domain)
    fill_project(source, department)
    zone = publish_zone(slug="full", counties=[county], sources=[source], signed_on="2025-04-28")
    zone.aims.create(text="示例目标", translations={"en": {"text": "Example"}})
    zone.events.create(text="示例事件", date="2022", place="示例地点")
    agreement = zone.agreements.create(slug="example", title="示例协议", dimensions=["示例"])
    agreement.parties.create(name="示例公司")
    publish(zone)
    for publish_entry in (publish_measure, publish_project, publish_zone):
        publish_entry(slug="bare")
    withdraw(publish_measure(slug="gone"), successor=publish_measure(slug="successor"))


def fill_measure(city, source, department, hotline, office, domain):
    measure = make_measure(
        slug="full",
        domain=domain,
        cities=["qingdao"],
        scenarios=[make_scenario()],
        hotlines=[hotline],
        sources=[source],
        promised_value=9,
        promised_unit="working_day",
        statutory_unit="immediate",
        official_number=1,
        last_verified_on="2026-01-01",
        keywords=["示例"],
        body="### 示例\n\n正文",
        translations={"en": {"title": "Example"}, "ko": {}},
    )
    measure.departments.create(department=department, role="lead")
    measure.steps.create(channel="online", text="示例", url="https://example.org/", url_label="例")
    measure.steps.create(channel="window", text="示例")
    measure.materials.create(name="示例材料")
    measure.questions.create(question="示例?", answer="**示例**")
    measure.offices.add(office)
    measure.related.add(publish_measure())
    provision = measure.provisions.get(city=city)
    provision.department, provision.mode = department, "online"
    provision.status, provision.confirmed_on = "implemented", "2026-01-01"
    provision.promised_value, provision.promised_unit = 1, "day"
    provision.save()
    provision.links.create(label="示例", url="https://example.org/")
    provision.offices.add(office)
    publish(measure)


def fill_project(source, department):
    project = publish_project(
        slug="full",
        cities=["qingdao"],
        sources=[source],
        placement="listed",
        rank=1,
        circle="transport",
        status="completed",
        progress=100,
        planned_finish="2024",
        revised_finish="2024-12",
        revision_reason="示例原因",
        actual_finish="2024-12-31",
    )
    project.departments.create(department=department, role="lead")
    project.indicators.create(name="示例", value="1.5", target="2", as_of="2024")
    project.milestones.create(text="示例", planned_on="2024", met_on="2024-05-01", is_met=True)
    project.status_changes.create(
        status="completed", changed_on="2024-12", text="示例", source=source, quote="示例引文"
    )
    project.continues = publish_project(programme=make_programme(2023))
    project.save()
    publish(project)


@pytest.fixture(scope="module")
def closed(openapi):
    """The document with no room for properties that it does not name."""
    document = copy.deepcopy(openapi)
    for schema in document["components"]["schemas"].values():
        if "properties" in schema:
            schema["additionalProperties"] = False
    return document


def faults(document, path, response):
    """What in the answer is not as the document says of this path."""
    answer = document["paths"][path]["get"]["responses"][str(response.status_code)]
    media_type = response.headers["Content-Type"].split(";")[0]
    schema = answer["content"][media_type]["schema"]
    return errors_in(document, schema, json.loads(b"".join(response)))


def errors_in(document, schema, value):
    validator = Draft202012Validator(
        schema | {"components": document["components"]}, format_checker=FormatChecker()
    )
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(value)]


# Parameters without which there is no answer.
NEEDED = {"/api/v1/search/": "?q=示例"}


def addresses(client, path):
    """Addresses of a path: with the keys that its list has, editions included."""
    if "{kind}" in path:
        return [path.format(kind=kind, extension="json") for kind in registry.kinds]
    name = re.search(r"\{(slug|code|id|year)\}", path)
    if not name:
        return [path + NEEDED.get(path, "")]
    collection = path.split("{")[0]
    collection = collection.rstrip("/") if "/hsds/" in path else collection
    answer = client.get(collection).json()
    listed = answer["contents"] if "/hsds/" in path else answer["results"]
    found = [path.replace(name[0], str(row[name[1]])) for row in listed]
    return [address.replace("{number}", "1") for address in found]


@pytest.mark.django_db
@pytest.mark.parametrize("path", OPERATIONS)
def test_answers_hold_what_the_document_says_and_nothing_else(client, full_data, closed, path):
    found = addresses(client, path)
    assert found
    for address in found:
        response = client.get(address)
        assert response.status_code == 200
        assert faults(closed, path, response) == [], address


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "path", "status"),
    [
        ("/api/v1/measures/gone/", "/api/v1/measures/{slug}/", 410),
        (
            "/api/v1/measures/gone/editions/2/",
            "/api/v1/measures/{slug}/editions/{number}/",
            410,
        ),
        ("/api/v1/zones/none/", "/api/v1/zones/{slug}/", 404),
        ("/api/v1/projects/?page=9", "/api/v1/projects/", 404),
        ("/api/v1/projects/?year=24&x=1", "/api/v1/projects/", 400),
        ("/api/v1/changes/?q=%00", "/api/v1/changes/", 400),
        ("/api/v1/changes/?minimal=true", "/api/v1/changes/", 200),
    ],
)
def test_problems_and_variants_are_described_too(client, full_data, closed, address, path, status):
    response = client.get(address)
    assert response.status_code == status
    assert faults(closed, path, response) == []


@pytest.mark.parametrize("path", OPERATIONS)
def test_examples_are_as_the_document_says(openapi, closed, path):
    operation = openapi["paths"][path]["get"]
    (content,) = [
        content
        for media_type, content in operation["responses"]["200"]["content"].items()
        if media_type in JSON_TYPES
    ]
    assert errors_in(closed, content["schema"], content["example"]) == []
    assert '"results": []' not in json.dumps(content["example"])


def test_problems_have_examples_too(openapi, closed):
    for name in ("Problem", "BadRequestProblem", "GoneProblem"):
        (example,) = openapi["components"]["schemas"][name]["examples"]
        assert errors_in(closed, {"$ref": f"#/components/schemas/{name}"}, example) == []


@pytest.mark.django_db
def test_a_webhook_is_as_the_document_says(openapi, closed):
    operation = openapi["webhooks"]["change"]["post"]
    content = operation["requestBody"]["content"]["application/json"]
    measure = publish_measure(slug="example")
    edition = Edition.objects.get(entry_id=measure.pk)
    for message in (json.loads(webhooks.body_of(edition)), content["example"]):
        assert errors_in(closed, content["schema"], message) == []
    subscription = Subscription(secret="whsec_" + "A" * 44)
    headers = webhooks.headers_for(subscription, "msg_1", "{}", timezone.now())
    named = {parameter["name"] for parameter in operation["parameters"]}
    assert named == headers.keys() - {"Content-Type"}


@pytest.mark.django_db
def test_a_route_that_is_not_acceptable_is_described(client, full_data, closed):
    response = client.get("/api/v1/zones/", headers={"Accept": "image/png"})
    assert faults(closed, "/api/v1/zones/", response) == []
