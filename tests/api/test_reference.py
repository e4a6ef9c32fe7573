"""Reference lists: what staff edit directly, as the catalogue has it."""

import pytest

from tests.factories import (
    make_cities,
    make_city,
    make_county,
    make_domain,
    make_hotline,
    make_office,
    make_programme,
    make_scenario,
)

pytestmark = pytest.mark.django_db


def rows(client, address):
    response = client.get(f"/api/v1/{address}")
    assert response.status_code == 200, response.content.decode()
    return response.json()["results"]


@pytest.mark.parametrize(
    ("name", "make", "key"),
    [
        ("domains", make_domain, "slug"),
        ("scenarios", make_scenario, "slug"),
        ("cities", make_city, "slug"),
        ("counties", make_county, "code"),
        ("hotlines", make_hotline, "slug"),
        ("offices", make_office, "id"),
        ("programmes", make_programme, "year"),
    ],
)
def test_a_row_is_listed_and_found_by_its_key(client, name, make, key):
    row = make()
    (listed,) = rows(client, f"{name}/")
    assert listed["id"] == str(row.pk)
    assert client.get(f"/api/v1/{name}/{listed[key]}/").json() == listed


@pytest.mark.parametrize(
    "address",
    [
        *("domains/none/", "cities/none/", "scenarios/none/", "hotlines/none/"),
        *("counties/999999/", "counties/1/", "programmes/1999/", "programmes/24/"),
        *("offices/6f1d7c1e-0000-4000-8000-000000000000/", "offices/1/", "cities/青岛/"),
    ],
)
def test_a_row_that_is_not_there_is_not_found(client, address):
    make_cities()
    response = client.get(f"/api/v1/{address}")
    assert response.status_code == 404
    assert response.headers["Content-Type"] == "application/problem+json"


def test_cities_come_with_their_counties_and_counties_with_their_city(client):
    county = make_county(city=make_city("yantai"), name="示例县")
    make_county(city=make_city("qingdao"))
    cities = rows(client, "cities/")
    assert [city["slug"] for city in cities] == ["qingdao", "yantai"]
    assert [part["name"] for part in cities[1]["counties"]] == ["示例县"]
    (row,) = rows(client, "counties/?city=yantai")
    assert (row["code"], row["city"]["slug"]) == (county.code, "yantai")
    assert "counties" not in row["city"]


def test_hotlines_are_narrowed_by_domain(client):
    hotline = make_hotline()
    make_hotline()
    domain = make_domain(slug="medical")
    domain.hotlines.add(hotline)
    domain.save()
    assert [row["id"] for row in rows(client, "hotlines/?domain=medical")] == [str(hotline.pk)]


def test_offices_are_narrowed_by_city_and_show_their_hours(client):
    office = make_office(city=make_city("weihai"))
    office.hours.create(weekday=1, opens_at="09:00", closes_at="17:00")
    make_office(city=make_city("rizhao"))
    (row,) = rows(client, "offices/?city=weihai")
    assert row["hours"] == [{"weekday": 1, "opens_at": "09:00", "closes_at": "17:00"}]


def test_a_change_of_an_office_that_nothing_quotes_is_seen_at_once(client):
    office = make_office()
    response = client.get("/api/v1/offices/")
    office.address = "示例新地址"
    office.save()
    again = client.get("/api/v1/offices/", headers={"If-None-Match": response.headers["ETag"]})
    assert again.status_code == 200
    assert again.json()["results"][0]["address"] == "示例新地址"
