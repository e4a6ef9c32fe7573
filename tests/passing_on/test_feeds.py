"""Atom: what changed, in order, with what never changes about it."""

import xml.etree.ElementTree as ET

import pytest

from publishing.models import Edition
from tests.factories import (
    make_domain,
    make_hotline,
    publish,
    publish_measure,
    publish_project,
    publish_zone,
    withdraw,
)

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"


def feed(client, address):
    response = client.get(address)
    assert response.status_code == 200
    assert not response.cookies
    return ET.fromstring(response.content)  # noqa: S314 - our own


def titles(tree):
    return [entry.findtext(f"{ATOM}title") for entry in tree.iter(f"{ATOM}entry")]


@pytest.fixture
def measure(settings):
    settings.PORTAL_URL = "https://portal.example"
    return publish_measure(
        slug="example", title="示例举措", domain=make_domain(slug="medical"), cities=["qingdao"]
    )


def test_every_announced_change_is_one_entry_newest_first(client, measure):
    measure.title = "示例改名"
    measure.save()
    publish(measure, note="示例修改<说明>")
    publish_project(slug="example", title="示例项目")
    tree = feed(client, "/feeds/changes.atom")
    assert titles(tree) == ["新收录:示例项目", "示例改名", "新收录:示例举措"]
    updated = [entry.findtext(f"{ATOM}updated") for entry in tree.iter(f"{ATOM}entry")]
    assert updated == sorted(updated, reverse=True)
    assert tree.findtext(f"{ATOM}updated") == updated[0]
    entry = tree.findall(f"{ATOM}entry")[1]
    assert entry.find(f"{ATOM}link").get("href") == (
        "https://portal.example/guide/measures/example/"
    )
    assert entry.findtext(f"{ATOM}summary") == "示例修改&lt;说明&gt;"  # readers take it as HTML


def test_a_minor_edition_is_not_announced(client, measure):
    measure.hotlines.set([make_hotline()])
    publish(measure, minor=True)
    assert titles(feed(client, "/feeds/changes.atom")) == ["新收录:示例举措"]


def test_an_entry_keeps_its_identity_wherever_it_stands(client, measure, settings):
    def ids(address):
        return [e.findtext(f"{ATOM}id") for e in feed(client, address).iter(f"{ATOM}entry")]

    first = ids("/feeds/changes.atom")
    settings.PORTAL_URL = "https://elsewhere.example"
    measure.slug = "example-2"
    measure.save()
    publish(measure)
    later = ids("/feeds/changes.atom")
    assert later[1:] == first
    assert len(set(later)) == 2
    assert ids("/feeds/domains/medical.atom") == later == ids("/feeds/measures/example-2.atom")
    assert all(identity.startswith("urn:uuid:") for identity in later)


def test_a_withdrawal_is_said_with_its_reason_and_stays(client, measure):
    withdraw(measure, reason="示例撤回原因")
    for address in (
        "/feeds/changes.atom",
        "/feeds/domains/medical.atom",
        "/feeds/cities/qingdao.atom",
        "/feeds/measures/example.atom",
    ):
        tree = feed(client, address)
        assert titles(tree)[0] == "已撤下:示例举措", address
        assert "示例撤回原因" in tree.find(f"{ATOM}entry").findtext(f"{ATOM}summary")


@pytest.mark.usefixtures("measure")
def test_each_feed_has_its_own_changes_and_no_others(client):
    publish_measure(title="示例别处举措", cities=["yantai"])
    publish_zone(title="示例合作区")
    publish_project(title="示例项目", cities=["qingdao"])
    assert titles(feed(client, "/feeds/domains/medical.atom")) == ["新收录:示例举措"]
    assert titles(feed(client, "/feeds/measures/example.atom")) == ["新收录:示例举措"]
    of_city = titles(feed(client, "/feeds/cities/qingdao.atom"))
    assert "新收录:示例项目" in of_city
    assert "新收录:示例举措" in of_city
    assert "新收录:示例别处举措" not in of_city


def test_an_old_address_of_a_measure_leads_to_its_feed(client, measure):
    measure.slug = "example-2"
    measure.save()
    publish(measure)
    response = client.get("/feeds/measures/example.atom")
    assert (response.status_code, response["Location"]) == (
        301,
        "/feeds/measures/example-2.atom",
    )


def test_control_characters_take_no_feed_down(client, measure):
    """Rows are cleaned when saved; what came around that must not silence everybody's feed."""
    document = measure.__class__.objects.get().title
    copy = Edition.objects.get()
    Edition.objects.create(
        **{
            field.attname: getattr(copy, field.attname)
            for field in Edition._meta.concrete_fields
            if not field.generated
        }
        | {
            "id": copy.id + 1,
            "number": 2,
            "is_current": False,
            "note": "示例\x05说明",
            "document": copy.document | {"title": f"{document}\x05\ud800"[:-1]},
        }
    )
    assert titles(feed(client, "/feeds/changes.atom"))[0] == "示例举措"


def test_an_empty_feed_is_a_feed(client):
    tree = feed(client, "/feeds/changes.atom")
    assert titles(tree) == []
    assert tree.findtext(f"{ATOM}updated")


def test_a_feed_is_304_until_something_is_published(client, measure):
    etag = client.get("/feeds/changes.atom")["ETag"]
    again = {"headers": {"If-None-Match": etag}}
    assert client.get("/feeds/changes.atom", **again).status_code == 304
    measure.summary = "示例新摘要"
    measure.save()
    publish(measure)
    assert client.get("/feeds/changes.atom", **again).status_code == 200


def test_pages_name_their_feeds(client, measure):
    for page, address in {
        "/": "/feeds/changes.atom",
        "/guide/domains/medical/": "/feeds/domains/medical.atom",
        "/cities/qingdao/": "/feeds/cities/qingdao.atom",
        "/guide/measures/example/": "/feeds/measures/example.atom",
    }.items():
        head = client.get(page).content.decode().split("</head>")[0]
        assert 'type="application/atom+xml"' in head
        assert f'href="{address}"' in head, page
