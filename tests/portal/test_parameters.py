"""A page has the parameters that it declares; an unknown one leads to the page without it."""

import pytest
from django.urls import get_resolver

from qingdao_portal.languages import plain_path
from tests.factories import make_domain, make_programme, publish_measure

pytestmark = pytest.mark.django_db

# Pages whose parameters are the names of rows, or which are not for everybody.
OF_ROWS = {"finder:find"}


@pytest.fixture(scope="module", autouse=True)
def portal(once_per_module):
    publish_measure(slug="example", domain=make_domain(slug="medical"))
    make_programme(2024)


@pytest.mark.parametrize(
    ("asked", "led_to"),
    [
        ("/?utm_source=x", "/"),
        ("/guide/?isappinstalled=0&page=1", "/guide/?page=1"),
        ("/guide/?from=yantai&x=&view=elder", "/guide/?from=yantai&view=elder"),
        ("/en/guide/?x=1", "/en/guide/"),
        ("/en/guide/measures/example/?start=x&y", "/en/guide/measures/example/?start=x"),
        ("/guide/compare/?domain=medical&q=x", "/guide/compare/?domain=medical"),
        ("/projects/2024/?year=2024", "/projects/2024/"),
        ("/search/?Q=x&q=%E7%A4%BA", "/search/?q=%E7%A4%BA"),
        ("/feeds/changes.atom?x=1", "/feeds/changes.atom"),
        ("/guide/?x=//evil.example/", "/guide/"),
        ("/guide/?page=1&=evil", "/guide/?page=1"),
    ],
)
def test_an_unknown_parameter_leads_to_the_address_without_it(client, asked, led_to):
    response = client.get(asked)
    assert (response.status_code, response["Location"]) == (302, led_to)
    assert client.get(led_to).status_code == 200
    assert client.head(asked).status_code == 302


def test_a_page_that_is_missing_is_missing_whatever_is_behind_it(client):
    assert client.get("/guide/measures/nothing/?start=x").status_code == 404
    assert client.get("/nothing/?x=1").status_code == 404


@pytest.mark.parametrize("path", ["/admin/login/?next=/admin/", "/feedback/?about=/guide/&x=1"])
def test_forms_and_the_staff_area_are_left_alone(client, path):
    assert client.get(path).status_code == 200


def test_the_api_refuses_by_itself(client):
    assert client.get("/api/v1/measures/?x=1").status_code == 400


def test_every_page_that_search_engines_know_declares_its_parameters(client):
    locations = client.get("/sitemap.xml").content.decode().split("<loc>http://testserver")[1:]
    for path in {plain_path(location.split("</loc>")[0]) for location in locations}:
        match = get_resolver().resolve(path)
        if match.view_name not in OF_ROWS:
            assert hasattr(match.func, "parameters"), path
