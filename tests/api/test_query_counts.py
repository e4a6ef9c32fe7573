"""What a request costs the database, at two sizes of data."""

import pytest

from publishing.catalogue import forget_catalogue
from tests.factories import (
    make_cities,
    make_hotline,
    make_office,
    make_source,
    publish_measure,
    publish_project,
    publish_zone,
    withdraw,
)

pytestmark = pytest.mark.django_db

LIMIT, CATALOGUE, ROWS, SUCCESSORS = 1, 1, 1, 1
VERSION = 1 + LIMIT  # asked of both before any view
TRANSACTION = 2  # its beginning and its end
WORDS = 1  # of this version of the site, then kept in the process as the catalogue is
FOUND = 2  # how common some words are, and the entries that hold all of them
LIST = VERSION + CATALOGUE + ROWS
NEW = 1  # what the process has not written as JSON yet
COSTS = [
    ("/api/v1/", VERSION),
    ("/api/v1/openapi.json", VERSION),
    ("/api/docs/", VERSION - LIMIT),
    ("/api/changelog/", VERSION - LIMIT),
    ("/api/v1/measures/", LIST + NEW),
    ("/api/v1/measures/?format=csv", LIST),
    ("/api/v1/measures/?city=qingdao&q=示例&ordering=-title", LIST + NEW + FOUND),
    ("/api/v1/projects/?year=2024", LIST + NEW),
    ("/api/v1/zones/", LIST + NEW),
    ("/api/v1/measures/example/", VERSION + ROWS),
    ("/api/v1/measures/example/editions/", VERSION + ROWS + ROWS),
    ("/api/v1/measures/example/editions/1/", VERSION + ROWS),
    ("/api/v1/changes/", VERSION + ROWS + SUCCESSORS),
    ("/api/v1/changes/?minimal=true&limit=1", VERSION + ROWS),
    ("/api/v1/search/?q=示例", VERSION + CATALOGUE + WORDS + ROWS),
    ("/api/v1/export/measure.csv", VERSION + TRANSACTION + ROWS),
    ("/api/v1/catalog.jsonld", VERSION + CATALOGUE),
    ("/api/v1/hsds/services", LIST),
    ("/api/v1/cities/", VERSION + CATALOGUE),
    ("/api/v1/counties/?city=qingdao", VERSION + CATALOGUE),
    ("/api/v1/domains/", VERSION + CATALOGUE),
    ("/api/v1/hotlines/", VERSION + CATALOGUE),
    ("/api/v1/offices/?city=qingdao", VERSION + CATALOGUE),
]


def grow(number):
    for _ in range(number):
        publish_measure(cities=["qingdao"], sources=[make_source()], hotlines=[make_hotline()])
        publish_project(cities=["qingdao"], sources=[make_source()])
        publish_zone(sources=[make_source()])
        withdraw(publish_zone(), successor=publish_zone())
        make_office()


def test_a_request_costs_the_same_however_much_there_is(client, django_assert_num_queries):
    make_cities()
    publish_measure(slug="example")
    for number in (1, 4):
        grow(number)
        for address, queries in COSTS:
            forget_catalogue()
            with django_assert_num_queries(queries, info=f"{address} with {number} more"):
                response = client.get(address)
                assert (response.status_code, bool(b"".join(response))) == (200, True)
