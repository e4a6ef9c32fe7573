"""How PostgreSQL reads lists, feeds and changes where there are many entries: along an index."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from guide import load
from guide.models import Measure
from publishing.lists.cursors import Cursor
from publishing.models import Edition
from publishing.queues import queues
from tests.admin.conftest import client_of
from tests.editorial.cast import make_reviewer
from tests.factories import make_cities, make_domain, make_scenario, publish_measure

pytestmark = pytest.mark.django_db

GROWING = ("publishing_edition", "publishing_listing", "publishing_announcement")
LISTS, FEEDS = "publishing_listing_in_order", "publishing_announcement_of_facet"
INDEXES = {
    "/": "publishing_edition_announced",
    "/guide/": LISTS,
    "/guide/?page=9": LISTS,
    "/guide/?at={middle}": LISTS,
    "/guide/domains/medical/": LISTS,
    "/guide/scenarios/moving/": LISTS,
    "/guide/compare/?domain=medical": LISTS,
    "/guide/measures/{slug}/": "slug",
    "/guide/measures/{slug}/history/": "publishing_edition_number",
    "/cities/qingdao/": LISTS,
    "/sitemap/": LISTS,
    "/feeds/changes.atom": "publishing_edition_announced",
    "/feeds/domains/medical.atom": FEEDS,
    "/feeds/cities/qingdao.atom": FEEDS,
    "/feeds/measures/{slug}.atom": "publishing_edition_number",
    "/api/v1/measures/": LISTS,
    "/api/v1/measures/?cursor={middle}&page_size=100": LISTS,
    "/api/v1/measures/?domain=medical&city=qingdao": LISTS,
    "/api/v1/measures/?domain=housing&city=qingdao&evidence=unsourced": "publishing_edition_facets",
    "/api/v1/measures/?ordering=-title": "publishing_edition_by_title",
    "/api/v1/measures/?ordering=-updated_at": "publishing_edition_by_update",
    "/api/v1/measures/?ordering=published_at": "publishing_edition_by_first",
    "/api/v1/measures/?modified_after=2999-01-01T00:00:00Z": "publishing_edition_by_update",
    "/api/v1/measures/{slug}/": "slug",
    "/api/v1/measures/{slug}/editions/": "publishing_edition_number",
    "/api/v1/changes/?after=1400&limit=5": "publishing_edition_pkey",
    "/api/v1/hsds/services?page=20": LISTS,
}


@pytest.fixture(scope="module", autouse=True)
def rows(once_per_module):
    """1,000 measures with three editions each, of which few are about housing."""
    make_cities()
    medical, scenario = make_domain(slug="medical"), make_scenario(slug="moving")
    for domain in (medical, medical, medical, make_domain(slug="housing")):
        publish_measure(
            domain=domain, scenarios=[scenario], cities=["qingdao"], evidence="unsourced"
        )
    originals = load.templates()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(load, "index_editions", lambda editions: None)
        for _count in load.make(load.Load(1000, 3000, changes=True), originals[:3]):
            pass
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL random_page_cost = 1.1")  # as where tables are in memory
        cursor.execute("ANALYZE")


@pytest.fixture(scope="module")
def place(rows):
    """What stands for the braces in addresses."""
    middle = Edition.objects.current().of_kind("measure").in_order()[500]
    cursor = Cursor([middle.position, middle.first_published_at, middle.pk])
    return {"middle": cursor, "slug": middle.slug}


def nodes(plan):
    yield plan
    for part in plan.get("Plans", []):
        yield from nodes(part)


def plan_of(sql, how="FORMAT JSON"):
    """All nodes of the plan of a statement."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN ({how}) {sql}".replace("%", "%%"), ())
        answer = cursor.fetchone()[0]
    plans = json.loads(answer) if isinstance(answer, str) else answer
    return nodes(plans[0]["Plan"])


def ways_to_read(client, address):
    """`(node type, table or None, index or None)` of what an address asks of growing tables."""
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    found = []
    for query in queries.captured_queries:
        if query["sql"].startswith("SELECT") and any(name in query["sql"] for name in GROWING):
            found += plan_of(query["sql"])
    return [(n["Node Type"], n.get("Relation Name"), n.get("Index Name")) for n in found]


@pytest.mark.parametrize("address", INDEXES)
def test_an_address_is_answered_along_its_index(client, place, address):
    found = ways_to_read(client, address.format(**place))
    assert any(INDEXES[address] in (index or "") for _type, _table, index in found)
    read_whole = {table for kind, table, _index in found if kind == "Seq Scan"}
    assert read_whole.isdisjoint(GROWING)


def test_without_its_index_a_list_would_be_read_whole(client):
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE publishing_listing DROP CONSTRAINT {LISTS}")
    found = ways_to_read(client, "/guide/")
    assert ("Seq Scan", "publishing_listing", None) in found


def test_what_waits_is_looked_at_until_there_are_enough(monkeypatch):
    monkeypatch.setattr("upkeep.entry_lines.MOST_COUNTED", 5)
    with CaptureQueriesContext(connection) as queries:
        page = client_of(make_reviewer()).get("/admin/").content.decode()
    assert "5以上" in page
    counted = [q["sql"] for q in queries.captured_queries if "LIMIT 6" in q["sql"]]
    found = [node for sql in counted for node in plan_of(sql, "ANALYZE, FORMAT JSON")]
    read = [n["Actual Rows"] for n in found if n.get("Relation Name") == "guide_measure"]
    assert max(read) == 6


def test_what_is_due_is_found_along_its_index(client):
    due = queues["overdue"].narrow(make_reviewer(), Measure.objects.order_by(), timezone.now())
    with CaptureQueriesContext(connection) as queries:
        assert not due.exists()
    assert "guide_measure_due" in {n.get("Index Name") for n in plan_of(queries[0]["sql"])}
