"""Pages of lists: by number near the beginning, by cursors to any depth, without loss."""

import itertools
import re

import pytest

from guide import load
from publishing.lists import reading
from publishing.lists.cursors import Cursor
from publishing.models import Edition
from publishing.pages import PAGE_SIZE
from tests.factories import make_cities, make_domain, publish_measure, publish_project

pytestmark = pytest.mark.django_db

LIST, API = "/guide/", "/api/v1/measures/"
CITY = "/cities/qingdao/"


@pytest.fixture(scope="module", autouse=True)
def rows(once_per_module):
    """76 measures, of which one has a domain and a city that the others have not."""
    make_cities()
    publish_measure(slug="example-other", domain=make_domain(slug="housing"), cities=["yantai"])
    copied = publish_measure(domain=make_domain(slug="medical"), cities=["qingdao"])
    originals = [Edition.objects.get(entry_id=copied.pk).pk]
    for _count in load.make(load.Load(74, 74), originals):
        pass


@pytest.fixture(autouse=True)
def few_numbers(monkeypatch):
    """Numbers for the first two pages only."""
    monkeypatch.setattr(reading, "MOST_NUMBERED", 40)
    monkeypatch.setattr("publishing.api.pagination.MOST_NUMBERED", 40)
    monkeypatch.setattr("publishing.pages.LAST_NUMBER", 2)


def titles(text):
    return re.findall(r"示例\d{7}", text)


def pages(client, address):
    """The texts of all pages, each found by the link of the one before."""
    path, seen = address.partition("?")[0], []
    while address:
        text = client.get(address).content.decode()
        seen.append(text)
        following = re.search(r'rel="next" href="([^"]+)"', text)
        address = following and path + following[1].replace("&amp;", "&")
    return seen


@pytest.mark.parametrize("address", [LIST, "/guide/domains/medical/", CITY, "/guide/compare/"])
def test_each_page_of_a_list_leads_to_the_next_and_back(client, address):
    texts = pages(client, address)
    found = [list(dict.fromkeys(titles(text))) for text in texts]
    assert len(texts) == 3
    assert max(map(len, found)) <= PAGE_SIZE
    assert sorted(itertools.chain(*found)) == [f"示例{n:07}" for n in range(74)]
    back = re.search(r'rel="prev" href="([^"]+)"', texts[2])[1].replace("&amp;", "&")
    assert back.startswith("?at=")
    assert titles(client.get(address + back).content.decode()) == titles(texts[1])


@pytest.mark.parametrize("at", ["1", "%00", "W10", "あ", "x" * 2000, "bnVsbA", "WzAsMSwyLDNd"])
def test_an_address_that_no_page_gave_is_not_found(client, at):
    assert client.get(LIST, {"at": at}).status_code in (400, 404)
    assert client.get(API, {"cursor": at}).status_code == 404


@pytest.mark.parametrize("key", [[2**63, "2025-04-28T00:00:00+00:00", 1], [1, "2025-04-28", 1]])
def test_a_cursor_holds_what_the_database_can_compare(client, key):
    assert client.get(API, {"cursor": str(Cursor(key))}).status_code == 404


def items(client, address):
    """All items of a list of the API, by the links of its pages."""
    found = []
    while address:
        answer = client.get(address).json()
        found.append([item["slug"] for item in answer["results"]])
        address = answer["next"]
    return found


@pytest.mark.parametrize(
    "query",
    [
        *("", "&domain=medical", "&domain=medical&city=qingdao", "&q=示例", "&ordering=-position"),
        *("&ordering=title", "&ordering=-updated_at", "&ordering=published_at&city=qingdao"),
    ],
)
def test_lists_of_the_api_can_be_read_to_the_end_by_either(client, query):
    whole = items(client, f"{API}?page_size=100{query}")
    by_pages = items(client, f"{API}?page_size=20{query}")
    by_cursors = items(client, f"{API}?cursor=*&page_size=20{query}")
    assert len(whole) == 1
    assert len(whole[0]) in (74, 75, 76)
    assert list(itertools.chain(*by_pages)) == list(itertools.chain(*by_cursors)) == whole[0]


def test_a_cursor_leads_back_too(client):
    first = client.get(f"{API}?cursor=*&page_size=20").json()
    second = client.get(first["next"]).json()
    assert first["previous"] is None
    back = client.get(second["previous"]).json()
    assert back["results"] == first["results"]
    assert client.get(back["next"]).json()["results"] == second["results"]


def test_deep_pages_have_no_number(client):
    answer = client.get(f"{API}?page_size=20&page=3")
    assert answer.status_code == 404
    assert "cursor=*" in answer.json()["detail"]
    assert client.get(f"{LIST}?page=3").status_code == 404


def test_a_page_and_a_cursor_exclude_each_other(client):
    assert client.get(f"{API}?cursor=*&page=1").status_code == 404


def test_what_is_published_meanwhile_takes_nothing_out_of_the_pages(client):
    first = client.get(f"{API}?cursor=*&page_size=20").json()
    publish_measure(slug="example-new", position=0)
    rest = items(client, first["next"])
    slugs = [item["slug"] for item in first["results"]] + list(itertools.chain(*rest))
    assert len(slugs) == len(set(slugs)) == 76


def test_counts_of_combined_facets_are_known(client):
    def count(query):
        return client.get(f"{API}?{query}").json()["count"]

    assert count("domain=medical&city=qingdao") == 75
    assert count("domain=housing&city=qingdao") == 0
    assert count("domain=housing&city=yantai&evidence=named_in_guide") in (0, 1)
    assert count("q=示例") == 76


def test_a_site_map_of_many_entries_is_an_index_of_parts(client, monkeypatch):
    monkeypatch.setattr("qingdao_portal.site_maps.PART", 40)
    publish_project()
    index = client.get("/sitemap.xml").content.decode()
    parts = re.findall(r"<loc>http://testserver(/sitemap-[^<]+)</loc>", index)
    assert parts == [
        f"/sitemap-{name}.xml"
        for name in ("pages", "measure-1", "measure-2", "project-1", "zone-1")
    ]
    texts = "".join(client.get(part).content.decode() for part in parts)
    assert texts.count("<loc>http://testserver/guide/measures/") == 76
    assert "<loc>http://testserver/en/guide/compare/</loc>" in texts
    assert client.get("/sitemap-measure-3.xml").status_code == 404
