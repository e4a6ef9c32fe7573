"""The contract with partners: no change breaks a client of what was given out."""

import copy
import json

import pytest

from qingdao_portal.api_changelog import UPDATES
from qingdao_portal.api_contract import breaks
from tests.api.conftest import OPENAPI_FILE

RELEASED = sorted((OPENAPI_FILE.parent / "released").glob("*.json"))


@pytest.mark.parametrize("released", RELEASED, ids=lambda path: path.stem)
def test_what_was_given_out_still_holds(openapi, released):
    assert breaks(json.loads(released.read_text("utf-8")), openapi) == [], (
        "Clients rely on this. Add instead of changing, or make /api/v2/ (docs/api.md)."
    )


def test_a_document_was_given_out():
    assert [path.stem for path in RELEASED] == ["v1"]


@pytest.mark.parametrize("released", RELEASED, ids=lambda path: path.stem)
def test_partners_are_told_of_each_address_that_came_since(openapi, released):
    new = openapi["paths"].keys() - json.loads(released.read_text("utf-8"))["paths"].keys()
    told = "".join(str(change) for update in UPDATES for change in update.changes)
    missing = [path for path in sorted(new) if path.split("{")[0].rstrip("/") not in told]
    assert missing == [], "Tell partners in qingdao_portal/api_changelog.py."


BOOK = {"$ref": "#/components/schemas/Book"}


def named(field):
    return {"type": "object", "properties": {field: {"type": "string"}}, "required": [field]}


def small():
    """A document with one operation, one component and one webhook."""
    page = {"type": "integer", "minimum": 1, "maximum": 100, "default": 1}
    book = {
        "type": "object",
        "properties": {
            "title": {"type": "string", "maxLength": 100},
            "kind": {"enum": ["novel", "poem"], "type": "string"},
            "on": {"type": "string", "format": "date"},
            "of": {"oneOf": [BOOK, {"type": "null"}]},
            "by": {"allOf": [{"$ref": "#/components/schemas/Named"}, named("born")]},
            "tags": {"type": "array", "items": {"type": "string"}},
        },
        "required": ["title", "kind"],
    }
    content = {"application/json": {"schema": BOOK}, "text/csv": {"schema": {"type": "string"}}}
    return {
        "paths": {
            "/books/": {
                "get": {
                    "operationId": "listBooks",
                    "tags": ["books"],
                    "parameters": [
                        {"in": "query", "name": "page", "schema": page},
                        {"in": "query", "name": "kind", "schema": {"enum": ["novel", "poem"]}},
                        {"in": "query", "name": "tags", "explode": False, "schema": {}},
                    ],
                    "security": [{}, {"key": []}],
                    "responses": {
                        "200": {"headers": {"ETag": {}}, "content": content},
                        "404": {"content": {}},
                    },
                }
            }
        },
        "webhooks": {"changed": {"post": {"requestBody": {"content": content}}}},
        "servers": [{"url": "/"}],
        "components": {
            "schemas": {"Book": book, "Named": named("name")},
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
        },
    }


def operation(document):
    return document["paths"]["/books/"]["get"]


def parameter(document, number=0):
    return operation(document)["parameters"][number]


def book(document):
    return document["components"]["schemas"]["Book"]


def fields(document):
    return book(document)["properties"]


BREAKING = {
    "a path": lambda d: d["paths"].clear(),
    "a webhook": lambda d: d["webhooks"].clear(),
    "the name of an operation": lambda d: operation(d).update(operationId="books"),
    "the name of a group": lambda d: operation(d).update(tags=["novels"]),
    "the address of all": lambda d: d.update(servers=[{"url": "/new/"}]),
    "the way a key is sent": lambda d: d["components"]["securitySchemes"]["key"].update(
        scheme="basic"
    ),
    "a parameter that is gone": lambda d: operation(d)["parameters"].pop(),
    "the way a list is written": lambda d: parameter(d, 2).update(explode=True),
    "a parameter that is required": lambda d: parameter(d).update(required=True),
    "a new parameter that is required": lambda d: operation(d)["parameters"].append(
        {"in": "query", "name": "q", "required": True, "schema": {}}
    ),
    "a choice that is not taken": lambda d: parameter(d, 1)["schema"]["enum"].pop(),
    "a lower maximum": lambda d: parameter(d)["schema"].update(maximum=50),
    "a new pattern": lambda d: parameter(d)["schema"].update(pattern="^1$"),
    "another type of a parameter": lambda d: parameter(d)["schema"].update(type="string"),
    "another default": lambda d: parameter(d)["schema"].update(default=2),
    "a key for all": lambda d: operation(d).update(security=[{"key": []}]),
    "an answer": lambda d: operation(d)["responses"].pop("200"),
    "a header": lambda d: operation(d)["responses"]["200"]["headers"].clear(),
    "a media type": lambda d: operation(d)["responses"]["200"]["content"].pop("text/csv"),
    "a field": lambda d: fields(d).pop("title"),
    "an optional field": lambda d: fields(d).pop("on"),
    "a field that may be absent": lambda d: book(d)["required"].remove("title"),
    "a field that may be null": lambda d: fields(d)["title"].update(type=["string", "null"]),
    "another type of a field": lambda d: fields(d)["title"].update(type="integer"),
    "a field of any type": lambda d: fields(d)["title"].pop("type"),
    "a longer text": lambda d: fields(d)["title"].update(maxLength=101),
    "a text without end": lambda d: fields(d)["title"].pop("maxLength"),
    "another format": lambda d: fields(d)["on"].update(format="date-time"),
    "a choice that clients do not know": lambda d: fields(d)["kind"]["enum"].append("play"),
    "any text instead of choices": lambda d: fields(d)["kind"].pop("enum"),
    "other items": lambda d: fields(d)["tags"].update(items={"type": "integer"}),
    "items of any kind": lambda d: fields(d)["tags"].pop("items"),
    "the first of several parts": lambda d: d["components"]["schemas"]["Named"].update(required=[]),
    "the last of several parts": lambda d: fields(d)["by"]["allOf"].pop(),
    "another alternative": lambda d: fields(d)["of"]["oneOf"].append({"type": "string"}),
}
HARMLESS = {
    "nothing": lambda d: None,
    "a path": lambda d: d["paths"].update({"/new/": {"get": {"operationId": "new"}}}),
    "a parameter": lambda d: operation(d)["parameters"].append(
        {"in": "query", "name": "q", "schema": {"type": "string"}}
    ),
    "a choice that is taken too": lambda d: parameter(d, 1)["schema"]["enum"].append("play"),
    "a higher maximum": lambda d: parameter(d)["schema"].update(maximum=500),
    "a media type": lambda d: operation(d)["responses"]["200"]["content"].update(
        {"text/plain": {"schema": {"type": "string"}}}
    ),
    "an error": lambda d: operation(d)["responses"].update({"503": {"content": {}}}),
    "an error that no longer happens": lambda d: operation(d)["responses"].pop("404"),
    "a field": lambda d: fields(d).update(author={"type": "string"}),
    "a field that is always there": lambda d: book(d)["required"].append("on"),
    "a field that is never null": lambda d: fields(d).update(of=BOOK),
    "a shorter text": lambda d: fields(d)["title"].update(maxLength=99),
    "a choice that is not given": lambda d: fields(d)["kind"]["enum"].pop(),
    "words": lambda d: fields(d)["title"].update(description="示例"),
    "a component by another name": lambda d: (
        d["components"]["schemas"].update(Novel=book(d)),
        fields(d).update(of={"oneOf": [{"$ref": "#/components/schemas/Novel"}, {"type": "null"}]}),
    ),
}


@pytest.mark.parametrize("what", BREAKING)
def test_what_breaks_a_client_is_found(what):
    new = copy.deepcopy(small())
    BREAKING[what](new)
    assert breaks(small(), new)


@pytest.mark.parametrize("what", HARMLESS)
def test_what_only_adds_passes(what):
    new = copy.deepcopy(small())
    HARMLESS[what](new)
    assert breaks(small(), new) == []
