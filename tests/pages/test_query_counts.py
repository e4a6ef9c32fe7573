"""What pages cost: the same number of queries whatever the number of rows."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from guide.models import Guide
from publishing.catalogue import forget_catalogue
from publishing.services import batched_quotes
from tests.factories import (
    make_cities,
    make_domain,
    make_hotline,
    make_office,
    make_programme,
    make_scenario,
    make_source,
    publish,
    publish_measure,
    publish_project,
    publish_zone,
)

pytestmark = pytest.mark.django_db

# Version; version and edition; version, catalogue or edition, and editions.
COSTS = {
    "/": 3,
    "/about/": 2,
    "/accessibility/": 1,
    "/privacy/": 1,
    "/sitemap/": 3,
    "/sitemap.xml": 3,
    "/guide/": 3,
    "/guide/finder/": 2,
    "/search/": 3,
    "/search/?q=%E7%A4%BA%E4%BE%8B": 4,
    "/guide/compare/": 3,
    "/guide/compare/example/": 2,
    "/guide/compare.csv": 3,
    "/guide/handbook/": 3,
    "/guide/domains/medical/": 3,
    "/guide/scenarios/seeing-a-doctor/": 3,
    "/guide/measures/example/": 3,
    "/guide/measures/example/qingdao/": 2,
    "/guide/measures/example/history/": 3,
    "/guide/measures/example/editions/1/": 2,
    "/projects/": 2,
    "/projects/2024/": 3,
    "/projects/2024/example/": 3,
    "/cooperation/": 3,
    "/cooperation/example/": 2,
    "/cities/qingdao/": 3,
    "/sw.js": 1,
    "/m/example.png": 2,
    "/feeds/changes.atom": 2,
    "/feeds/domains/medical.atom": 3,
    "/feeds/cities/qingdao.atom": 3,
    "/feeds/measures/example.atom": 3,
    "/projects/2024.ics": 3,
    "/robots.txt": 1,
    "/manifest.webmanifest": 1,
    "/healthz": 0,
}


def fill(number, *, domain, scenario):
    """Publish `number` more of everything, each with children."""
    for _ in range(number):
        measure = publish_measure(
            domain=domain,
            scenarios=[scenario],
            cities=["qingdao", "yantai"],
            hotlines=[make_hotline()],
            sources=[make_source()],
        )
        measure.offices.add(make_office())
        measure.steps.create(channel="online", text="示例步骤")
        publish(measure)
        publish_project(cities=["qingdao"])
        publish_zone()


def query_counts(client):
    costs = {}
    for address in COSTS:
        forget_catalogue()
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200, address
        costs[address] = len(queries)
    return costs


def test_pages_cost_the_same_few_queries_at_two_sizes_of_data(client):
    with batched_quotes():
        make_cities()
        Guide.objects.create(name="示例指南", measures_total=28)
        make_programme(2024, total=10)
        domain, scenario = make_domain(slug="medical"), make_scenario(slug="seeing-a-doctor")
    publish_measure(slug="example", domain=domain, scenarios=[scenario], cities=["qingdao"])
    publish_project(slug="example", cities=["qingdao"])
    publish_zone(slug="example")
    fill(1, domain=domain, scenario=scenario)
    assert query_counts(client) == COSTS
    fill(6, domain=domain, scenario=scenario)
    assert query_counts(client) == COSTS


def test_an_answer_that_did_not_change_costs_the_version_alone(client, django_assert_num_queries):
    publish_measure(slug="example")
    etag = client.get("/guide/measures/example/")["ETag"]
    with django_assert_num_queries(1):
        response = client.get("/guide/measures/example/", headers={"If-None-Match": etag})
    assert response.status_code == 304


def test_the_catalogue_is_read_once_per_version(client, django_assert_num_queries):
    publish_measure()
    client.get("/guide/")
    with django_assert_num_queries(2):  # version, editions
        client.get("/guide/")
