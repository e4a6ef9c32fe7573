"""Every public address answers, and what is not public is nowhere.

Addresses are written out: they are a promise.
"""

import pytest

from guide.models import Guide, Measure
from publishing.models import Edition
from tests.factories import (
    make_cities,
    make_domain,
    make_hotline,
    make_measure,
    make_programme,
    make_scenario,
    make_source,
    publish,
    publish_measure,
    publish_project,
    publish_zone,
    withdraw,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def published(once_per_module):
    """One of everything, published. Returns the measure."""
    make_cities()
    Guide.objects.create(name="示例指南", measures_total=28, published_on="2025-04-28")
    make_programme(2024, total=10)
    make_programme(2025, note="示例说明")
    domain, scenario = make_domain(slug="medical"), make_scenario(slug="seeing-a-doctor")
    measure = publish_measure(
        slug="example",
        domain=domain,
        scenarios=[scenario],
        cities=["qingdao"],
        hotlines=[make_hotline()],
        sources=[make_source(date="2024-02", date_kind="event")],
    )
    publish_project(slug="example", cities=["qingdao"], placement="listed")
    publish_zone(slug="example")
    return measure


@pytest.fixture
def portal(published):
    """The published measure, for a test that changes it."""
    return Measure.objects.get(pk=published.pk)


PAGES = [
    "/",
    "/about/",
    "/accessibility/",
    "/privacy/",
    "/sitemap/",
    "/guide/",
    "/guide/compare/",
    "/guide/compare/example/",
    "/guide/handbook/",
    "/search/",
    "/guide/domains/medical/",
    "/guide/scenarios/seeing-a-doctor/",
    "/guide/measures/example/",
    "/guide/measures/example/qingdao/",
    "/guide/measures/example/rizhao/",
    "/guide/measures/example/history/",
    "/guide/measures/example/editions/1/",
    "/projects/",
    "/projects/2024/",
    "/projects/2025/",
    "/projects/2024/example/",
    "/cooperation/",
    "/cooperation/example/",
    "/cities/qingdao/",
    "/cities/rizhao/",
]
MACHINE_FILES = {
    "/sitemap.xml": "application/xml",
    "/robots.txt": "text/plain; charset=utf-8",
    "/manifest.webmanifest": "application/manifest+json",
    "/feeds/changes.atom": "application/atom+xml; charset=utf-8",
    "/feeds/domains/medical.atom": "application/atom+xml; charset=utf-8",
    "/feeds/cities/rizhao.atom": "application/atom+xml; charset=utf-8",
    "/feeds/measures/example.atom": "application/atom+xml; charset=utf-8",
    "/projects/2024.ics": "text/calendar; charset=utf-8",
    "/healthz": "text/plain; charset=utf-8",
    "/readyz": "application/json",
}


@pytest.mark.parametrize("address", PAGES)
def test_each_page_answers_in_simplified_chinese_without_a_cookie(client, address):
    response = client.get(address)
    assert response.status_code == 200
    assert '<html lang="zh-Hans"' in response.content.decode()
    assert not response.cookies
    assert client.head(address).status_code == 200


@pytest.mark.parametrize(("address", "content_type"), MACHINE_FILES.items())
def test_each_machine_file_answers(client, address, content_type):
    response = client.get(address)
    assert response.status_code == 200
    assert response.headers["Content-Type"] == content_type


@pytest.mark.parametrize("address", PAGES)
def test_pages_are_read_only(client, address):
    assert client.post(address).status_code == 405
    assert client.delete(address).status_code == 405


@pytest.mark.parametrize(
    "address",
    [
        "/nothing/",
        "/guide/domains/nothing/",
        "/guide/scenarios/nothing/",
        "/guide/measures/nothing/",
        "/guide/measures/nothing/qingdao/",
        "/guide/measures/nothing/history/",
        "/guide/measures/nothing/editions/1/",
        "/guide/measures/example/beijing/",
        "/guide/measures/example/editions/2/",
        "/guide/measures/example/editions/0/",
        "/guide/measures/example/editions/99999999999999999999/",
        "/guide/compare/?domain=nothing",
        "/guide/compare/?page=2",
        "/guide/handbook/?domain=nothing",
        "/guide/handbook/?city=beijing",
        "/guide/compare/nothing/",
        "/guide/compare.csv?domain=nothing",
        "/guide/?page=2",
        "/guide/?page=",
        "/guide/?page=1e309",
        "/guide/?page=-1",
        "/projects/1999/",
        "/projects/20244/",
        "/projects/2024/nothing/",
        "/cooperation/nothing/",
        "/cities/beijing/",
        "/feeds/domains/nothing.atom",
        "/feeds/cities/beijing.atom",
        "/feeds/measures/nothing.atom",
        "/projects/1999.ics",
        "/guide/measures/nothing/deadline.ics?start=2026-03-02",
        "/guide/measures/example/deadline.ics?start=2026-03-02",
        "/metrics",
        "/.well-known/security.txt",
    ],
)
def test_what_is_not_there_is_404(client, address):
    assert client.get(address).status_code == 404


def test_a_draft_is_nowhere(client):
    make_measure(slug="example-draft", title="示例草稿不可见")
    for address in [*PAGES, *MACHINE_FILES, "/api/v1/measures/", "/api/v1/changes/"]:
        assert "示例草稿不可见" not in client.get(address).content.decode(), address
    assert client.get("/guide/measures/example-draft/").status_code == 404
    assert "example-draft" not in client.get("/sitemap.xml").content.decode()


def test_an_edited_entry_shows_the_published_text(client, portal):
    portal.title = "示例未发布的改动"
    portal.save()
    for address in PAGES:
        assert "示例未发布的改动" not in client.get(address).content.decode(), address


def test_a_withdrawn_measure_says_why_and_where_to_go(client, portal):
    successor = publish_measure(slug="example-successor", title="示例替代举措")
    withdraw(portal, reason="示例撤回原因", successor=successor)
    for suffix in ("", "qingdao/", "history/"):
        response = client.get(f"/guide/measures/example/{suffix}")
        assert response.status_code == 410
        text = response.content.decode()
        assert "示例撤回原因" in text
        assert "/guide/measures/example-successor/" in text
    assert client.get("/guide/measures/example/editions/1/").status_code == 404
    assert "/guide/measures/example/" not in client.get("/guide/").content.decode()


def test_an_old_address_leads_to_the_new_one_however_often_it_changed(client, portal):
    for slug in ("example-2", "example-3"):
        portal.slug = slug
        portal.save()
        publish(portal)
    for old in ("example", "example-2"):
        response = client.get(f"/guide/measures/{old}/")
        assert (response.status_code, response["Location"]) == (301, "/guide/measures/example-3/")
        response = client.get(f"/guide/measures/{old}/qingdao/")
        assert response["Location"] == "/guide/measures/example-3/qingdao/"


def test_a_project_under_the_wrong_year_leads_to_its_year(client):
    response = client.get("/projects/2025/example/")
    assert (response.status_code, response["Location"]) == (301, "/projects/2024/example/")


def test_history_and_old_editions_show_what_was(client, portal):
    portal.title = "示例改过的名称"
    portal.save()
    publish(portal, note="示例修改说明甲")
    history = client.get("/guide/measures/example/history/").content.decode()
    assert "示例修改说明甲" in history
    old = client.get("/guide/measures/example/editions/1/").content.decode()
    assert Edition.objects.get(number=1, slug="example", kind="measure").document["title"] in old
    assert "示例改过的名称" in client.get("/guide/measures/example/editions/2/").content.decode()


def test_minor_editions_are_not_announced_on_the_home_page(client):
    hotline = publish_measure(hotlines=[make_hotline()]).hotlines.get()
    before = client.get("/").content.decode().count("example-measure")
    hotline.name = "示例新热线"
    hotline.save()
    assert client.get("/").content.decode().count("example-measure") == before


def test_the_sitemap_lists_every_live_page_once(client):
    text = client.get("/sitemap.xml").content.decode()
    for address in PAGES:
        if (
            "history" not in address
            and "editions" not in address
            and "measures/example/q" not in (address)
        ):
            expected = 0 if address.endswith(("example/rizhao/", "compare/example/")) else 1
            assert text.count(f"<loc>http://testserver{address}</loc>") == expected, address


def test_the_list_of_measures_is_the_guide(client):
    assert client.get("/guide/measures/")["Location"] == "/guide/"
