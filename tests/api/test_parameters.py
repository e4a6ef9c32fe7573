"""Query parameters that cannot be used are refused by name, never ignored."""

import pytest

from tests.factories import make_cities, publish_measure

pytestmark = pytest.mark.django_db

BAD = [
    ("measures/?colour=red", "colour"),
    ("measures/?city=qingdao&city=yantai", "city"),
    ("measures/?page=1&page=1", "page"),
    ("measures/?page=", "page"),
    ("measures/?page=%20", "page"),
    ("measures/?page=0", "page"),
    ("measures/?page=-1", "page"),
    ("measures/?page=1.0", "page"),
    ("measures/?page=1e309", "page"),
    ("measures/?page=1_0", "page"),
    ("measures/?page=%2B1", "page"),
    ("measures/?page=١", "page"),
    ("measures/?page=\uff11", "page"),
    ("measures/?page=last", "page"),
    ("measures/?page=" + "9" * 5000, None),
    ("measures/?page=" + "9" * 40, "page"),
    ("measures/?page=1000001", "page"),
    ("measures/?page_size=0", "page_size"),
    ("measures/?page_size=101", "page_size"),
    ("measures/?format=xml", "format"),
    ("measures/?format=", "format"),
    ("measures/?ordering=price", "ordering"),
    ("measures/?ordering=title,-title", "ordering"),
    ("measures/?q=", "q"),
    ("measures/?q=" + "医" * 101, "q"),
    ("measures/?domain=a b", "domain"),
    ("measures/?modified_after=yesterday", "modified_after"),
    ("measures/?modified_after=2025-04-28", "modified_after"),
    ("measures/?modified_after=2025-04-28T09:00:00", "modified_after"),
    ("measures/?modified_after=2025-04-28T09:00:00+08:00", "modified_after"),
    ("measures/?modified_after=2025-02-30T09:00:00Z", "modified_after"),
    ("measures/?modified_after=2025-04-28T09:00:60Z", "modified_after"),
    ("measures/?modified_after=٢٠٢٥-04-28T09:00:00Z", "modified_after"),
    ("projects/?year=24", "year"),
    ("projects/?year=2024%0A", "year"),
    ("projects/?year=%202024", "year"),
    ("projects/?year=\uff12\uff10\uff12\uff14", "year"),
    ("zones/?county=37028", "county"),
    ("zones/?theme=" + "示" * 101, "theme"),
    ("cities/?page_size=1000", "page_size"),
    ("cities/?city=qingdao", "city"),
    ("cities/?format=csv", "format"),
    ("measures/example/?format=json", "format"),
    ("measures/example/?page=1", "page"),
    ("measures/example/editions/?ordering=title", "ordering"),
    ("changes/?after=x", "after"),
    ("changes/?after=-1", "after"),
    ("changes/?after=" + "9" * 19, "after"),
    ("changes/?limit=0", "limit"),
    ("changes/?limit=1001", "limit"),
    ("changes/?kinds=measure,city", "kinds"),
    ("changes/?kinds=measure,", "kinds"),
    ("changes/?minimal=yes", "minimal"),
    ("?page=1", "page"),
    ("openapi.json?x=1", "x"),
    ("measures/?q=a%00b", None),
    ("measures/?q=%ED%A0%80", None),
    ("measures/?q=%FF", None),
    ("measures/?q=%05", None),
    ("measures/?" + "q=a&" * 30, None),
]


@pytest.fixture(scope="module", autouse=True)
def data(once_per_module):
    make_cities()
    publish_measure(slug="example")


@pytest.mark.parametrize(("address", "parameter"), BAD, ids=lambda value: str(value)[:60])
def test_a_bad_parameter_is_refused_by_name(client, address, parameter):
    response = client.get(f"/api/v1/{address}")
    assert response.status_code in (400, 414)
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.headers["Cache-Control"] == "no-store"
    problem = response.json()
    assert problem["status"] == response.status_code
    if parameter:
        assert [error["parameter"] for error in problem["errors"]] == [parameter]


def test_all_parameters_that_are_wrong_at_sight_are_named_at_once(client):
    response = client.get("/api/v1/measures/?x=1&y=2&page=&q=a")
    assert [error["parameter"] for error in response.json()["errors"]] == ["x", "y", "page"]


def test_the_refusal_of_an_unknown_parameter_lists_the_known_ones(client):
    (error,) = client.get("/api/v1/counties/?colour=red").json()["errors"]
    assert "city、page、page_size" in error["detail"]
