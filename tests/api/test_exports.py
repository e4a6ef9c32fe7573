"""Whole sets in one file: complete, checkable, harmless, and written with little memory."""

import base64
import csv
import hashlib
import io
import json
import tracemalloc

import pytest
from openpyxl import load_workbook

from publishing.api import exports
from publishing.api.items import item_of
from publishing.models import Edition
from tests.factories import make_measure, publish_measure, publish_project, publish_zone, withdraw

pytestmark = pytest.mark.django_db

FILES = [
    f"{kind}.{extension}"
    for kind in ("measure", "project", "zone")
    for extension in exports.FORMATS
]


def content_of(client, name, **headers):
    response = client.get(f"/api/v1/export/{name}", headers=headers)
    assert response.status_code == 200
    return b"".join(response)


@pytest.fixture
def entries():
    for number in range(3):
        publish_measure(slug=f"measure-{number}", title="=1+1")
    publish_project(slug="project")
    publish_zone(slug="zone")
    withdraw(publish_measure(slug="gone"))
    make_measure(slug="draft")


def test_json_and_lines_hold_the_items_of_the_list(client, entries):
    listed = client.get("/api/v1/measures/").json()["results"]
    assert json.loads(content_of(client, "measure.json")) == listed
    lines = content_of(client, "measure.ndjson").splitlines()
    assert [json.loads(line) for line in lines] == listed
    assert [item["slug"] for item in listed] == ["measure-0", "measure-1", "measure-2"]


def test_the_table_is_the_list_as_csv(client, entries):
    assert content_of(client, "measure.csv") == client.get("/api/v1/measures/?format=csv").content


def test_the_workbook_has_the_rows_of_the_table_and_no_formula(client, entries):
    book = load_workbook(io.BytesIO(content_of(client, "measure.xlsx")))
    rows = list(book["data"].iter_rows())
    table = csv.reader(io.StringIO(content_of(client, "measure.csv").decode("utf-8-sig")))
    assert [cell.value for cell in rows[0]] == next(table)
    assert [row[1].value for row in rows[1:]] == ["=1+1"] * 3
    assert not [cell for row in rows for cell in row if cell.data_type == "f"]


@pytest.mark.parametrize("name", FILES)
def test_every_file_comes_with_its_checksum_its_length_and_its_tag(client, entries, name):
    response = client.get(f"/api/v1/export/{name}", headers={"Accept-Encoding": "gzip"})
    content = b"".join(response)
    digest = base64.b64encode(hashlib.sha256(content).digest()).decode()
    assert response.headers["Repr-Digest"] == f"sha-256=:{digest}:"
    assert response.headers["Content-Length"] == str(len(content))
    assert "Content-Encoding" not in response.headers
    again = {"If-None-Match": response.headers["ETag"]}
    assert client.get(f"/api/v1/export/{name}", headers=again).status_code == 304


@pytest.mark.parametrize("name", FILES)
def test_an_empty_set_is_a_file_too(client, name):
    assert (content_of(client, name) == b"") == name.endswith("ndjson")


def test_the_head_tells_the_same_of_the_file(client, entries):
    head, response = (method("/api/v1/export/zone.json") for method in (client.head, client.get))
    assert (head.content, len(b"".join(response))) == (b"", int(head.headers["Content-Length"]))
    for name in ("Repr-Digest", "Content-Length", "Content-Type", "ETag"):
        assert head.headers[name] == response.headers[name]


def test_a_file_takes_nothing_in(client):
    response = client.post("/api/v1/export/zone.json", {"a": "b"})
    assert (response.status_code, response.headers["Allow"]) == (405, "GET, HEAD, OPTIONS")
    assert client.get("/api/v1/export/zone.json?format=csv").status_code == 400


@pytest.mark.parametrize("name", ["measure.xml", "none.json", "measures.json", "measure.jsonx"])
def test_what_is_no_file_is_not_found(client, name):
    assert client.get(f"/api/v1/export/{name}").status_code == 404


@pytest.mark.parametrize("extension", exports.FORMATS)
def test_memory_does_not_grow_with_the_number_of_entries(rf, monkeypatch, extension):
    publish_measure(body="示例" * 20_000)
    edition = Edition.objects.get()
    peaks = []
    for number in (20, 200):

        def items(*_arguments, number=number, **_options):
            return (edition for _ in range(number))

        monkeypatch.setattr(exports, "live_editions", items)
        tracemalloc.start()
        columns = {"slug": lambda item: item["slug"], "body": lambda item: item["body"]}
        exports.write_export("measure", extension, columns, rf.get("/")).close()
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] + len(json.dumps(item_of(edition, rf.get("/")), default=str)) * 5
