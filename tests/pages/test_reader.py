"""What the reader chose stays in the address, on every link and form that leads on."""

import re
from html import unescape

import pytest
from django.test import RequestFactory

from qingdao_portal.reader import Reader, reader_context
from qingdao_portal.reader_links import carry_along
from tests.factories import make_cities, make_domain, publish_measure

CHOSEN = "from=yantai&to=qingdao&view=elder"
READER = Reader("yantai", "qingdao", "elder")
LINK = re.compile(r'<a\s[^>]*?href="([^"]*)"')


def links_of(response):
    return [unescape(link) for link in LINK.findall(response.content.decode())]


@pytest.mark.parametrize(
    ("link", "carried"),
    [
        ("/guide/", f"/guide/?{CHOSEN}"),
        ("/guide/?page=2#medical", f"/guide/?page=2&{CHOSEN}#medical"),
        ("?page=2", f"?page=2&{CHOSEN}"),
        ("/search/?q=看病", f"/search/?q=%E7%9C%8B%E7%97%85&{CHOSEN}"),
        ("/guide/?from=rizhao", "/guide/?from=rizhao&to=qingdao&view=elder"),
        ("/guide/?view=", "/guide/?from=yantai&to=qingdao"),
        ("?from=&to=&view=", "?"),
    ],
)
def test_a_link_to_a_page_keeps_what_it_says_and_gets_the_rest(link, carried):
    assert READER.carry(link) == carried


@pytest.mark.parametrize(
    "link",
    [
        *("#content", "tel:12345", "mailto:post@example.com", "https://example.com/guide/"),
        *("//example.com/guide/", "//[", "/api/docs/", "/admin/", "/static/css/base.css"),
        *("/feeds/changes.atom", "/guide/compare.csv", "/sitemap.xml", "relative/", ""),
    ],
)
def test_what_is_no_page_of_this_site_is_left_alone(link):
    assert READER.carry(link) == link


@pytest.mark.parametrize("value", ["beijing", "", "ELDER", "烟台", "'\"><b>", "yantai\n"])
def test_an_unknown_value_counts_as_absent(value):
    assert Reader.of({"from": value, "to": value, "view": value}) == Reader()


def test_forms_that_ask_get_the_choices_and_forms_that_send_do_not():
    asking = '<form class="search"><input name="q"></form>'
    assert '<input type="hidden" name="view" value="elder">' in carry_along(asking, READER)
    here = '<form action="#calculator"><input name="start"></form>'
    assert '<input type="hidden" name="view" value="elder">' in carry_along(here, READER)
    own = '<form><select name="from"></select></form>'
    assert carry_along(own, READER).count('name="from"') == 1
    for other in (
        '<form method="post" action="/feedback/"><input name="text"></form>',
        '<form action="/admin/"><input name="q"></form>',
        '<form action="https://example.com/"><input name="q"></form>',
    ):
        assert carry_along(other, READER) == other


def test_too_many_parameters_are_refused_on_a_page_and_not_stumbled_over(client):
    request = RequestFactory().get("/?" + "a&" * 2040)
    assert reader_context(request)["reader"] == Reader()
    assert client.get("/?" + "a&" * 2040).status_code == 400


@pytest.mark.django_db
class TestPages:
    @pytest.fixture(autouse=True)
    def portal(self):
        make_cities()
        domain = make_domain(slug="medical")
        publish_measure(slug="example", domain=domain, cities=["qingdao"], body="[示例](/about/)")

    PAGES = (
        *("/", "/guide/", "/guide/domains/medical/", "/guide/measures/example/", "/about/"),
        *("/guide/measures/example/qingdao/", "/cities/qingdao/", "/sitemap/", "/nothing/"),
    )

    @pytest.mark.parametrize("address", PAGES)
    def test_every_link_to_a_page_carries_them(self, client, address):
        response = client.get(f"{address}?{CHOSEN}")
        inside = [link for link in links_of(response) if READER.carry(link) != link]
        resets = [link for link in inside if "from=" not in link and "view=elder" in link]
        switches = [link for link in inside if "from=yantai" in link and "view=" not in link]
        assert sorted(inside) == sorted(resets + switches)
        assert switches == [f"{address}?from=yantai&to=qingdao"]
        assert "elder.css" in response.content.decode()

    @pytest.mark.parametrize("address", PAGES)
    def test_without_choices_no_link_has_any(self, client, address):
        response = client.get(f"{address}?from=beijing&view=huge")
        mine = {"from", "to", "view"}
        named = [link for link in links_of(response) if mine & set(re.findall(r"(\w+)=", link))]
        assert named == [f"{address}?view=elder"]
        assert "elder.css" not in response.content.decode()

    def test_redirects_keep_them(self, client):
        response = client.get(f"/guide/measures/?{CHOSEN}")
        assert response["Location"] == f"/guide/?{CHOSEN}"
        assert client.get(f"/guide?{CHOSEN}")["Location"] == f"/guide/?{CHOSEN}"

    def test_the_canonical_address_has_none_of_them(self, client):
        text = client.get(f"/guide/?page=1&{CHOSEN}").content.decode()
        canonical = re.search(r'rel="canonical" href="([^"]*)"', text)[1]
        assert canonical.endswith("/guide/?page=1")
        assert "canonical" not in client.get("/nothing/").content.decode()

    def test_pages_with_choices_set_no_cookie_and_may_be_kept(self, client):
        plain, chosen = client.get("/guide/"), client.get(f"/guide/?{CHOSEN}")
        assert not chosen.cookies
        assert chosen["Cache-Control"] == plain["Cache-Control"]
        assert chosen["ETag"] != plain["ETag"]

    def test_the_measure_says_first_how_it_is_in_the_two_cities(self, client):
        text = client.get(f"/guide/measures/example/?{CHOSEN}").content.decode()
        pair = text.split('id="my-cities"')[1].split("</section>")[0]
        assert pair.index("烟台</a>") < pair.index("未核实") < pair.index("青岛</a>")
        assert pair.index("青岛</a>") < pair.index("已公布")

    def test_the_chooser_keeps_what_else_the_address_says(self, client):
        form = self.chooser(client.get(f"/guide/measures/example/?start=<b>&{CHOSEN}"))
        assert re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form) == [
            ("view", "elder"),
            ("start", "&lt;b&gt;"),
        ]
        assert '<option value="yantai" selected>' in form
        assert "/guide/measures/example/?start=%3Cb%3E&amp;view=elder" in form
        assert 'name="page"' not in self.chooser(client.get(f"/guide/?page=1&{CHOSEN}"))

    @staticmethod
    def chooser(response):
        return response.content.decode().split("data-city-chooser")[1].split("</form>")[0]

    def test_the_api_does_not_know_them(self, client):
        assert client.get(f"/api/v1/measures/?{CHOSEN}").status_code == 400
