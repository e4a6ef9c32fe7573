"""The change feed: what a partner's copy is kept up to date with."""

import pytest

from publishing.models import Edition
from tests.factories import (
    make_source,
    publish,
    publish_measure,
    publish_project,
    publish_zone,
    withdraw,
)

pytestmark = pytest.mark.django_db

FEED = "/api/v1/changes/"


def changes(client, query=""):
    response = client.get(f"{FEED}{query}")
    assert response.status_code == 200, response.content.decode()
    return response.json()


@pytest.fixture
def history():
    """One of every event: published, moved, minor, withdrawn."""
    source = make_source(title="示例来源")
    measure = publish_measure(slug="older", sources=[source])
    measure.slug = "newer"
    measure.save()
    publish(measure, note="示例改址")
    source.title = "示例新来源"
    source.save()
    successor = publish_measure(slug="successor")
    withdraw(measure, reason="示例原因", successor=successor)
    return measure


def test_every_edition_and_withdrawal_is_there_in_order(client, history):
    results = changes(client)["results"]
    assert [(c["sequence"], c["event"], c["slug"], c["edition"], c["note"]) for c in results] == [
        (1, "published", "older", 1, "示例修改说明"),
        (2, "moved", "newer", 2, "示例改址"),
        (3, "minor", "newer", 3, ""),
        (4, "published", "successor", 1, "示例修改说明"),
        (5, "withdrawn", "newer", 4, "示例原因"),
    ]


def test_a_change_has_the_whole_document_and_a_withdrawal_none(client, history):
    results = changes(client)["results"]
    editions = Edition.objects.order_by("id")
    assert [c["document"] for c in results[:4]] == [e.document for e in editions[:4]]
    assert results[4]["document"] is None


def test_a_change_has_exactly_these_fields(client, history):
    change = changes(client, "?after=4")["results"][0]
    tombstone = Edition.objects.get(pk=5)
    successor = Edition.objects.get(pk=4)
    assert change == {
        "sequence": 5,
        "kind": "measure",
        "id": str(history.pk),
        "slug": "newer",
        "edition": 4,
        "event": "withdrawn",
        "note": "示例原因",
        "published_at": change["published_at"],
        "url": "http://testserver/guide/measures/newer/",
        "successor": {
            "id": str(successor.entry_id),
            "slug": "successor",
            "url": "http://testserver/guide/measures/successor/",
        },
        "document": None,
    }
    assert change["published_at"].endswith("+08:00")
    assert tombstone.published_at.isoformat()[14:] == change["published_at"][14:-6] + "+00:00"


def test_minimal_leaves_the_documents_out(client, history):
    full = changes(client)["results"]
    minimal = changes(client, "?minimal=true")["results"]
    assert minimal == [{k: v for k, v in change.items() if k != "document"} for change in full]
    assert changes(client, "?minimal=false")["results"] == full


def test_following_next_after_misses_nothing_and_repeats_nothing(client, history):
    seen, after = [], 0
    while True:
        answer = changes(client, f"?after={after}&limit=2")
        seen += [change["sequence"] for change in answer["results"]]
        after = answer["next_after"]
        if answer["next"] is None:
            break
        assert answer["next"] == f"http://testserver{FEED}?limit=2&after={after}"
    assert (seen, after) == ([1, 2, 3, 4, 5], 5)
    assert changes(client, "?after=5") == {"next_after": 5, "next": None, "results": []}
    publish_zone()
    assert [c["sequence"] for c in changes(client, "?after=5")["results"]] == [6]


def test_a_full_last_stretch_has_nothing_after_it(client, history):
    assert changes(client, "?limit=5")["next"] is None
    assert changes(client, "?limit=4")["next"] is not None


def test_a_cursor_ahead_of_the_site_stays_where_it_is(client, history):
    assert changes(client, "?after=99") == {"next_after": 99, "next": None, "results": []}


def test_kinds_are_picked_and_the_cursor_passes_the_others_by(client, history):
    publish_project()
    publish_zone()
    publish_measure()
    answer = changes(client, "?kinds=zone,project")
    assert [change["kind"] for change in answer["results"]] == ["project", "zone"]
    assert answer["next_after"] == 8
    first = changes(client, "?kinds=zone,project&limit=1")
    assert first["next_after"] == 6
    assert [
        c["kind"] for c in changes(client, f"?kinds=zone&after={first['next_after']}")["results"]
    ]


def test_an_empty_site_has_an_empty_feed(client):
    assert changes(client) == {"next_after": 0, "next": None, "results": []}
