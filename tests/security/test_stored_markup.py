"""Whatever staff or readers write stays text, on every page and in every file made of it.

A small parser that follows browsers looks at each answer: nothing but the markup of templates may
be there, so no element, attribute or address of the attacker.
"""

import json
import re
from html.parser import HTMLParser
from xml.etree import ElementTree

import icalendar
import pytest
from django.contrib import admin

from tests.admin.pages import address_of
from tests.pages.crawl import crawl, shape
from tests.security.hostile import make_site
from tests.security.routes import all_routes

pytestmark = pytest.mark.django_db

FILES = [
    *("/feeds/changes.atom", "/feeds/domains/medical.atom", "/feeds/cities/qingdao.atom"),
    *("/feeds/measures/example.atom", "/sitemap.xml"),
]
CALENDARS = [
    *("/projects/2024.ics", "/guide/measures/example/deadline.ics?start=2026-01-05&city=qingdao"),
]
FRAMES = ["/embed/measures/example/", "/embed/domains/medical/", "/embed/measures/gone/"]
READERS = ["/feedback/?about=/guide/measures/example/", "/feedback/state/ACDEFHJKMNPRTWX/"]
API = [
    *("/api/v1/measures/", "/api/v1/measures/example/editions/", "/api/v1/changes/"),
    *("/api/v1/search/?q=evil", "/api/v1/offices/", "/api/v1/catalog.jsonld"),
    *("/api/v1/hsds/services", "/search/suggest/?q=b", "/embed/oembed.json?url={site}/guide/"),
]


@pytest.fixture(scope="module")
def hostile(once_per_module):
    return make_site()


class Markup(HTMLParser):
    """What of a page is not text: collects whatever an attacker could have made of it."""

    def __init__(self, page):
        super().__init__(convert_charrefs=True)
        self.evil, self.data, self._script = [], [], None
        self.text = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        named = dict(attrs)
        self._script = named if tag == "script" else None
        if named.get("id") == "evil" or tag in ("base", "object", "iframe"):
            self.evil.append((tag, named))
        for name, value in attrs:
            address = re.sub(r"[\s\x00-\x1f]", "", value or "").lower()
            is_address = name in ("href", "src", "action", "formaction", "xlink:href")
            if name.startswith("on") or name == "style" or not re.fullmatch(r"[a-z][\w:-]*", name):
                self.evil.append((tag, name, value))
            if is_address and address.startswith(("javascript:", "data:text", "vbscript:")):
                self.evil.append((tag, name, value))

    def handle_endtag(self, tag):
        self._script = None

    def handle_data(self, data):
        if self._script is None:
            self.text += data
        elif self._script.get("type") == "application/ld+json":
            self.data.append(json.loads(data))
        elif "src" not in self._script and self._script.get("type") != "application/json":
            self.evil.append(("script", data))

    def handle_comment(self, data):
        if "evil" in data:
            self.evil.append(("comment", data))


def markup_of(response):
    return Markup(response.content.decode())


def test_no_text_becomes_markup_on_any_page(client, hostile):
    shown, structured, seen = 0, 0, set()
    for address, response in list(crawl(client)):
        if not response.get("Content-Type", "").startswith("text/html"):
            continue
        pages = [markup_of(response)]
        if shape(address) not in seen:  # one of each kind in another language
            seen.add(shape(address))
            pages.append(markup_of(client.get(f"/en{address}")))
        for page in pages:
            assert not page.evil, (address, page.evil)
            shown += "evil" in page.text
            structured += len(page.data)
    assert shown > 40  # the texts are there
    assert structured > 40


@pytest.mark.parametrize("address", [*FRAMES, *READERS, "/guide/measures/gone/"])
def test_no_text_becomes_markup_where_no_link_leads(client, hostile, address):
    page = markup_of(client.get(address))
    assert "evil" in page.text
    assert not page.evil


@pytest.mark.parametrize("address", FILES)
def test_feeds_and_the_site_map_hold_texts_as_text(client, hostile, address):
    document = ElementTree.fromstring(client.get(address).content)  # noqa: S314 - our own
    names = {node.tag.rpartition("}")[2] for node in document.iter()}
    assert not names & {"b", "script", "img", "svg", "i"}
    for node in document.iter():
        if node.get("type") == "html":
            assert not Markup(node.text or "").evil
        assert not (node.get("href") or node.get("url") or "").startswith("javascript:")


@pytest.mark.parametrize("address", CALENDARS)
def test_calendars_hold_texts_as_text(client, hostile, address):
    calendar = icalendar.Calendar.from_ical(client.get(address).content)
    events = calendar.walk("VEVENT")
    assert any("evil" in str(event["SUMMARY"]) for event in events)
    for event in events:
        assert set(event) <= {
            *("UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "DESCRIPTION", "URL", "SEQUENCE"),
            *("TRANSP", "LAST-MODIFIED", "STATUS", "CATEGORIES"),
        }


@pytest.mark.parametrize("address", API)
def test_data_is_never_taken_for_a_page(client, hostile, address, settings):
    response = client.get(address.format(site=settings.PORTAL_URL))
    assert "json" in response["Content-Type"]
    assert response["X-Content-Type-Options"] == "nosniff"
    response.json()


def test_what_is_embedded_elsewhere_is_one_frame_and_nothing_else(client, hostile, settings):
    address = f"{settings.PORTAL_URL}/guide/measures/example/"
    answer = client.get("/embed/oembed.json", {"url": address}).json()
    assert re.fullmatch(r'<iframe( [a-z]+="[^"<>]*")+></iframe>', answer["html"])


def test_no_text_becomes_markup_on_pages_of_staff(root, hostile):
    """What readers write is looked at here by somebody who may do everything."""
    shown = 0
    for address in staff_addresses(hostile):
        response = root.get(address)
        if response.status_code == 200 and response["Content-Type"].startswith("text/html"):
            page = markup_of(response)
            assert not page.evil, (address, page.evil)
            shown += "evil" in page.text
    assert shown > 30


def staff_addresses(measure):
    """List and form of each model, and every page of a measure; each with the first row."""
    for model in admin.site._registry:
        base, row = address_of(model), model._base_manager.first()
        yield base
        if row:
            yield f"{base}{row.pk}/change/"
    for route in all_routes():
        if route.path.startswith("admin/guide/measure/<"):
            yield route.address(pk=measure.pk, object_id=measure.pk)
