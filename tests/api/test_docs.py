"""The documentation of the API for people: docs/api.md and /api/docs/."""

import re
from pathlib import Path

import html5lib
import pytest

from tests.api.test_openapi import routes

GUIDE = Path(__file__).parent.parent.parent / "docs" / "api.md"


def test_the_guide_lists_every_route_with_its_parameters(openapi):
    text = GUIDE.read_text("utf-8")
    listed = set(re.findall(r"`(/api/[^`?]*)`", text.split("## Items")[0]))
    assert listed == routes()
    for path, item in openapi["paths"].items():
        row = next(line for line in text.splitlines() if f"`{path}`" in line)
        for parameter in item["get"].get("parameters", []):
            if parameter["in"] == "query" and parameter["name"] not in OF_ALL_ENTRIES:
                assert f"`{parameter['name']}`" in row, (path, parameter["name"])


OF_ALL_ENTRIES = {
    *("evidence", "q", "modified_after", "ordering", "page", "page_size", "cursor", "format"),
}


@pytest.fixture
def page(client, db):
    response = client.get("/api/docs/")
    assert response.status_code == 200
    return response.content.decode("utf-8")


def test_the_page_shows_every_operation_parameter_and_component(page, openapi):
    for path, item in openapi["paths"].items():
        assert f"GET {path}" in page
        assert f'id="{item["get"]["operationId"]}"' in page
        for parameter in item["get"].get("parameters", []):
            assert f"<code>{parameter['name']}</code>" in page
    for name, schema in openapi["components"]["schemas"].items():
        assert f'<details id="{name}">' in page
        for field in schema.get("properties", {}):
            assert f"<code>{field}</code>" in page


def test_every_link_inside_the_page_leads_somewhere(page):
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(ids)


def test_the_page_is_valid_html_without_inline_scripts_styles_or_other_hosts(page):
    html5lib.HTMLParser(strict=True).parse(page)
    module = r' type="module" src="/static/[^">]+"></script>'
    assert not re.findall(rf'<script(?!{module}| type="application/ld\+json">)', page)
    assert "<style" not in page
    assert " style=" not in page
    own = r'<link rel="(?:canonical|alternate)"[^>]* href="[^"]+">'
    without_canonical = re.sub(own, "", page)
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', without_canonical)


def test_the_page_is_light(page):
    import gzip

    assert len(gzip.compress(page.encode())) < 25_000
