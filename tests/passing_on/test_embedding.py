"""Pages that other sites frame: only these, without scripts, in the looks that were asked for."""

import gzip
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import html5lib
import pytest

from tests.accessibility import violations_on
from tests.factories import (
    make_domain,
    make_measure,
    make_scenario,
    publish,
    publish_measure,
    withdraw,
)

CARD, LIST = "/embed/measures/example/", "/embed/domains/medical/"
OTHER_PAGE = """<!doctype html><title>示例</title><script src="PORTAL/embed/element.js"></script>
<qingdao-guide measure="example" label="示例"><a href="PORTAL/">示例</a></qingdao-guide>"""
pytestmark = pytest.mark.django_db


@pytest.fixture
def measure():
    return publish_measure(
        slug="example",
        title="示例举措",
        summary="示例摘要",
        caveat="示例提醒",
        cities=["qingdao"],
        domain=make_domain(
            slug="medical", name="示例领域", translations={"en": {"name": "Health"}}
        ),
        translations={"en": {"title": "Example"}},
    )


def text_of(client, address):
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.usefixtures("measure")
@pytest.mark.parametrize("address", [CARD, LIST])
def test_any_site_may_frame_them(client, address):
    response = client.get(address)
    assert response.status_code == 200
    assert "frame-ancestors *" in response["Content-Security-Policy"]
    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert "X-Frame-Options" not in response
    assert not response.cookies


@pytest.mark.usefixtures("measure")
@pytest.mark.parametrize(
    "address",
    ["/", "/guide/measures/example/", "/search/?q=示例", "/embed/measures/none/", "/embed/"],
)
def test_nothing_else_may_be_framed(client, address):
    response = client.get(address)
    assert "frame-ancestors 'none'" in response["Content-Security-Policy"]
    assert response["X-Frame-Options"] == "DENY"


@pytest.mark.usefixtures("measure")
@pytest.mark.parametrize("address", [CARD, LIST])
def test_they_are_valid_and_have_no_script_and_no_inline_style(client, address):
    page = text_of(client, address)
    html5lib.HTMLParser(strict=True).parse(page)
    assert not re.findall(r"<script|<style| style=| on\w+=", page)


@pytest.mark.usefixtures("measure")
def test_the_card_says_the_cities_the_ground_and_the_caveat(client):
    page = text_of(client, CARD)
    assert page.count("<li>") == 5
    for text in ("示例举措", "示例摘要", "示例提醒", "已公布", "/guide/measures/example/"):
        assert text in page


@pytest.mark.usefixtures("measure")
def test_the_list_names_the_measures_of_the_domain_only(client):
    publish_measure(title="示例别处")
    page = text_of(client, LIST)
    assert "示例举措" in page
    assert "示例别处" not in page


@pytest.mark.usefixtures("measure")
def test_language_and_looks_are_those_of_the_address(client):
    page = text_of(client, f"{CARD}?lang=en&theme=dark&color=tree")
    assert '<html lang="en" class="embed embed--dark embed--tree">' in page
    assert "Example" in page
    assert '<span lang="zh-Hans">示例摘要</span>' in page
    assert 'href="/en/guide/measures/example/"' in page
    assert "Health" in text_of(client, f"{LIST}?lang=en")


@pytest.mark.usefixtures("measure")
def test_what_is_not_listed_counts_as_absent(client):
    page = text_of(client, f'{CARD}?lang=xx&theme=x"&color=red;&y=1')
    assert '<html lang="zh-Hans" class="embed">' in page


def test_a_withdrawn_measure_says_so_in_the_frame_too(client, measure):
    withdraw(measure, reason="示例原因")
    response = client.get(CARD)
    assert response.status_code == 410
    assert "示例原因" in response.content.decode()
    assert "frame-ancestors *" in response["Content-Security-Policy"]


def test_an_old_address_leads_to_the_new_one_with_its_looks(client, measure):
    measure.slug = "newer"
    measure.save()
    publish(measure)
    response = client.get(f"{CARD}?theme=dark")
    assert (response.status_code, response["Location"]) == (
        301,
        "/embed/measures/newer/?theme=dark",
    )


def test_a_draft_is_nowhere(client):
    make_measure(slug="draft")
    assert client.get("/embed/measures/draft/").status_code == 404


@pytest.mark.parametrize(("address", "queries"), [(CARD, 2), (LIST, 3)])
def test_the_cost_does_not_grow(client, measure, address, queries, django_assert_num_queries):
    for number in (1, 4):
        for _ in range(number):
            publish_measure(domain=measure.domain, scenarios=[make_scenario()])
        with django_assert_num_queries(queries):
            client.get(address)


def test_the_element_is_small_and_open_to_all_sites(client):
    response = client.get("/embed/element.js")
    assert response["Content-Type"].startswith("text/javascript")
    assert response["Access-Control-Allow-Origin"] == "*"
    assert len(response.content) < 3_000
    assert len(gzip.compress(response.content)) < 3_000


@pytest.mark.usefixtures("measure")
@pytest.mark.parametrize("path", ["/guide/measures/example/", "/en/guide/domains/medical/"])
def test_a_page_is_discovered_and_its_frame_is_there(client, settings, path):
    settings.PORTAL_URL = "http://testserver"
    page = text_of(client, path)
    (address,) = re.findall(r'type="application/json\+oembed" href="([^"]+)"', page)
    response = client.get(address)
    answer = response.json()
    assert (answer["version"], answer["type"]) == ("1.0", "rich")
    assert response["Access-Control-Allow-Origin"] == "*"
    (frame,) = re.findall(r'<iframe src="([^"]+)"', answer["html"])
    assert f'title="{answer["title"]}"' in answer["html"]
    assert ("lang=en" in frame) == path.startswith("/en/")
    assert client.get(frame).status_code == 200


@pytest.mark.usefixtures("measure")
def test_the_frame_fits_into_what_there_is(client, settings):
    settings.PORTAL_URL = "http://testserver"
    address = "/embed/oembed.json?url=http://testserver/guide/measures/example/"
    answer = client.get(f"{address}&maxwidth=300&maxheight=9000").json()
    assert (answer["width"], answer["height"]) == (300, 420)


@pytest.mark.usefixtures("measure")
@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 400),
        ("?url=https://elsewhere.example/guide/measures/example/", 400),
        ("?url=http://testserver/about/", 400),
        ("?url=http://[", 400),
        ("?url=http://testserver/nothing/", 400),
        ("?url=http://testserver/guide/measures/none/", 404),
        ("?url=http://testserver/guide/domains/none/", 404),
        ("?url=http://testserver/guide/measures/example/&maxwidth=1", 400),
        ("?url=http://testserver/guide/measures/example/&maxheight=1e9", 400),
        ("?url=http://testserver/guide/measures/example/&format=xml", 501),
    ],
)
def test_what_cannot_be_framed_is_refused(client, settings, query, status):
    settings.PORTAL_URL = "http://testserver"
    assert client.get(f"/embed/oembed.json{query}").status_code == status


@pytest.fixture
def other_site(portal_address):
    """The address of a page elsewhere that uses the element."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(OTHER_PAGE.replace("PORTAL", portal_address).encode())

        def log_message(self, *arguments):
            pass

    with ThreadingHTTPServer(("localhost", 0), Page) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://localhost:{server.server_port}/"
        server.shutdown()


@pytest.mark.django_db(transaction=True)
def test_a_site_that_uses_the_element_shows_the_card_clean_for_all_readers(
    measure, context, portal_address, other_site
):
    page = context.new_page()
    page.goto(other_site)
    card = page.frame_locator("iframe")
    card.get_by_role("heading", name="示例举措").wait_for()
    assert page.locator("iframe").get_attribute("title") == "示例"
    page.keyboard.press("Tab")  # into the frame
    card.locator("a:focus").wait_for()
    for width, scheme in ((320, "light"), (480, "dark")):
        page.set_viewport_size({"width": width, "height": 700})
        page.emulate_media(color_scheme=scheme)
        page.goto(f"{portal_address}{CARD}")
        assert violations_on(page) == []
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        page.goto(f"{portal_address}{LIST}?color=tile")
        assert violations_on(page) == []
