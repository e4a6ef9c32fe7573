"""What caches on the way may keep: nothing that is missing, nothing private under a public name."""

import pytest

from tests.factories import make_measure, publish
from tests.response_store.asking import ask

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]


@pytest.mark.parametrize("address", ["/guide/measures/to-come/", "/m/to-come.png", "/to-come/"])
def test_nobody_may_keep_that_an_address_of_the_future_is_missing(client, address):
    response = client.get(address)
    assert response.status_code == 404
    assert response["Cache-Control"] == "no-store"


def test_what_was_missing_is_there_as_soon_as_it_is_published(client):
    address = "/api/v1/measures/to-come/"
    assert client.get(address)["Cache-Control"] == "no-store"
    publish(make_measure(slug="to-come"))
    assert client.get(address).status_code == 200


# A file's name behind, before or inside the address of a page for one reader: some caches keep
# by such names whatever the answer says, so it has to be another page's, or nobody's.
PRIVATE = ["/feedback/state/ACDEFHJKMNPRTWX", "/feedback/state/ACDEF-HJKMN-PRTWX", "/admin/login"]
SPELLINGS = [
    *("{}/x.css", "{}/.css", "{}.css", "{};x.css", "{}/;x.css", "{}%2fx.css", "{}%3bx.css"),
    *(
        "{}%3fx.css",
        "{}%23x.css",
        "{}/%2e%2e/static/css/base.css",
        "/static/..{}/",
        "/static/../{}",
    ),
    *("{}//", "/%2e{}", "/en{}/x.js", "{}/index.html", "{}%0a.css", "{}%00.css"),
]


@pytest.mark.parametrize("private", PRIVATE)
def test_a_page_for_one_reader_has_no_name_of_a_file_for_all(client, private):
    for spelling in SPELLINGS:
        response = client.get(spelling.format(private))
        assert response.status_code in (301, 302, 400, 404), spelling
        assert "public" not in response.headers.get("Cache-Control", ""), spelling
        assert "示例" not in response.content.decode()


def test_the_page_of_one_reader_may_be_kept_by_nobody(client):
    response = client.get("/feedback/state/ACDEFHJKMNPRTWX/")
    assert "示例" in response.content.decode()
    assert response["Cache-Control"] == "no-store, private"


def test_spellings_of_an_address_never_share_an_answer(portal, client):
    page = "/guide/measures/example/"
    spellings = [
        *(
            page,
            "/guide//measures/example/",
            "/guide/./measures/example/",
            "/Guide/measures/example/",
        ),
        *(
            "/guide/measures/example/;a=1",
            "/guide/measures/example;/",
            "/guide/measures/%2e/example/",
        ),
        *("/guide/measures/EXAMPLE/", "/guide/measures/example%2f", "/guide%2fmeasures%2fexample/"),
        *(f"{page}?", f"{page}?&", f"{page}?%66rom=yantai", f"{page}?from=yantai&from="),
        *(f"{page}%20", f"{page}%3f", "/en//guide/measures/example/"),
    ]
    for address in [*spellings, *reversed(spellings)]:  # whichever comes first
        reply, django = ask(portal, address), client.get(address)
        assert (reply.status, reply.body) == (django.status_code, django.content), address
