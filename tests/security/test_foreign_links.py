"""No address makes the portal lead readers to another site, by redirect or by link."""

import re
from html import unescape
from urllib.parse import urljoin, urlsplit

import pytest
from django.test import Client

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]

HOME = "http://testserver/"
# What browsers take for the beginning of another host, or strip on the way to one.
TRICKS = [
    *("//evil.example/", "/\\evil.example/", "\\\\evil.example/", "/\t/evil.example/"),
    *("/\n/evil.example/", "/\r\n/evil.example/", "///evil.example/", "/./\\/evil.example/"),
    *("https://evil.example/", "https:evil.example/", "http:/evil.example/"),
    *("javascript:alert(1)//", "data:text/html,x/", " https://evil.example/", "/%2fevil.example/"),
    *("//testserver@evil.example/", "https://testserver.evil.example/", "/..//evil.example/"),
    *("//evil.example/en/", "/en//evil.example/", "/\u3002evil.example/", "//evil\u3002example/"),
]
# Each place in the portal that takes an address or the name of a page from outside.
PARAMETERS = [
    *("/admin/login/?next={}", "/admin/second-factor/?next={}", "/feedback/?about={}"),
    *("/feedback/thanks/?about={}&useful=yes", "/embed/oembed.json?url={}", "/?from={}"),
    *("/guide/?to={}", "/search/?q={}", "/about/?next={}", "/guide/compare/?domain={}"),
    *("/guide/measures/example/?from=yantai&next={}", "/offline/?next={}", "/?view=elder&next={}"),
]
PATHS = ["{}", "/en{}", "/about{}", "/guide/measures{}", "/admin{}", "/api/v1{}"]
LINK = re.compile(r"""(?:href|src|action)=["']([^"']*)""")


def leads_elsewhere(link):
    """Whether a browser on a page of the portal would leave it by the link for the attacker."""
    target = urlsplit(urljoin(HOME, re.sub(r"[\t\r\n]", "", link).strip().replace("\\", "/")))
    return target.scheme not in ("http", "https", "tel") or "evil" in target.netloc


def foreign_links_in(response):
    if "Location" in response.headers:
        return [link for link in [response["Location"]] if leads_elsewhere(link)]
    if not response.headers.get("Content-Type", "").startswith("text/html"):
        return []
    page = response.content.decode()
    links = [unescape(link) for link in LINK.findall(page)]
    return [link for link in links if "evil" in link and leads_elsewhere(link)]


@pytest.mark.parametrize("pattern", PARAMETERS)
def test_no_parameter_leads_elsewhere(client, pattern):
    address, query = pattern.split("?")
    for trick in TRICKS:
        named = [pair.split("=") for pair in query.split("&")]
        fields = {name: value.replace("{}", trick) for name, value in named}
        response = client.get(address, fields, follow=False)
        assert response.status_code < 500
        assert not foreign_links_in(response), (address, trick)


@pytest.mark.parametrize("pattern", PATHS)
def test_no_path_leads_elsewhere(client, pattern):
    for trick in TRICKS:
        path = pattern.format(trick if trick.startswith("/") else f"/{trick}")
        # As WSGI servers hand paths over: unquoted, whatever the client wrote.
        environ = {"PATH_INFO": path.encode().decode("latin-1")}
        response = client.get("/?from=yantai&unknown=1", **environ)
        assert response.status_code < 500
        assert not foreign_links_in(response), path


def test_links_that_would_lead_elsewhere_are_seen():
    assert leads_elsewhere("//evil.example/")
    assert leads_elsewhere("/\t/evil.example/")
    assert leads_elsewhere("/\\evil.example/")
    assert leads_elsewhere("javascript:alert(1)")
    assert not leads_elsewhere("/en//evil.example/")
    assert not leads_elsewhere("/search/?q=//evil.example")


@pytest.mark.parametrize("trick", TRICKS)
def test_signing_in_leads_nowhere_else(trick, django_user_model):
    django_user_model.objects.create_user("example", password="示例-correct-horse", is_staff=True)
    data = {"username": "example", "password": "示例-correct-horse", "next": trick}
    response = Client().post("/admin/login/", data)
    assert response.status_code == 302
    assert not leads_elsewhere(response["Location"])


@pytest.mark.parametrize(
    "header",
    ["X-Forwarded-Host", "X-Original-URL", "X-Rewrite-URL", "Forwarded", "Referer", "Origin"],
)
def test_no_header_leads_elsewhere(client, header):
    for address in ("/", "/about", "/nothing/", "/api/v1/measures", "/admin/", "/robots.txt"):
        response = client.get(address, headers={header: "https://evil.example/"})
        assert "evil" not in response.headers.get("Location", "")
        assert b"evil" not in response.content
