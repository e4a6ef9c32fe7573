"""The index says what is public, in the transaction that makes it so."""

import io

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from contacts.models import Hotline
from publishing import services
from search.models import Document, Posting, Suggestion
from search.suggesting import suggest
from tests.factories import (
    make_hotline,
    make_office,
    publish,
    publish_measure,
    publish_project,
    publish_zone,
    withdraw,
)

pytestmark = pytest.mark.django_db


def rows():
    """All of the index but the numbers of its rows."""
    documents = Document.objects.order_by("key")
    fields = [f.name for f in Document._meta.fields if f.name != "id"]
    of_document = ("document__key", "key", "text", "weight")
    return (
        list(documents.values_list(*fields)),
        list(
            Posting.objects.order_by("document__key", "term").values_list(
                "document__key", "term", "weight"
            )
        ),
        list(Suggestion.objects.order_by(*of_document).values_list(*of_document)),
    )


def titles(text=None):
    documents = Document.objects.order_by("title")
    if text:
        documents = documents.filter(postings__term=text)
    return list(documents.values_list("title", flat=True))


@pytest.fixture
def portal():
    measure = publish_measure(title="示例公积金", keywords=["住房"])
    measure.questions.create(question="示例问题", answer="示例回答")
    publish(measure)
    publish_project()
    publish_zone()
    make_office()
    return measure


@pytest.mark.usefixtures("portal")
def test_a_rebuild_gives_the_identical_index():
    make_hotline()
    before = rows()
    assert all(before)
    call_command("rebuild_search", stdout=io.StringIO())
    assert rows() == before
    call_command("rebuild_search", "--from-scratch", stdout=io.StringIO())
    assert rows() == before


@pytest.mark.usefixtures("portal")
def test_a_rebuild_mends_what_is_wrong_and_drops_what_is_not_public():
    before = rows()
    Document.objects.filter(kind="measure").update(digest="")
    Posting.objects.filter(document__kind="measure").delete()
    Document.objects.create(
        key="measure:gone", owner="measure:gone", digest="", kind="measure", item_id="", slug="",
        title="", title_key="", url="", text="", domain="", cities=[], facets=[], words=[],
    )  # fmt: skip
    out = io.StringIO()
    call_command("rebuild_search", stdout=out)
    assert rows() == before
    assert "1 were dropped" in out.getvalue()


def test_an_edit_is_found_only_once_it_is_published(portal):
    portal.title = "示例欠薪"
    portal.save()
    assert titles("欠薪") == []
    publish(portal)
    assert titles("欠薪") == ["示例欠薪", "示例问题"]  # the question names its measure
    assert "示例公积金" not in titles()


def test_a_withdrawn_entry_and_its_questions_are_not_found(portal):
    assert {"示例公积金", "示例问题"} <= set(titles())
    withdraw(portal)
    assert not {"示例公积金", "示例问题"} & set(titles())


def test_a_publish_that_fails_leaves_the_index_as_it_was(portal):
    before = rows()
    portal.title = "示例欠薪"
    portal.save()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        services.publish(entry=portal, by=None, note="示例")
        raise ZeroDivisionError
    assert rows() == before


def test_reference_rows_are_found_as_they_are_now():
    hotline = make_hotline(name="示例养老热线")
    assert titles("养老") == [f"{hotline.number} 示例养老热线"]
    hotline.name = "示例医保热线"
    hotline.save()
    assert titles("养老") == []
    Hotline.objects.all()[0].delete()
    assert titles("医保") == []


def test_what_did_not_change_is_not_written_again(portal):
    numbers = dict(Document.objects.values_list("key", "id"))
    portal.summary = "示例摘要改了"
    portal.save()
    publish(portal)
    after = dict(Document.objects.values_list("key", "id"))
    changed = {key for key in after if after[key] != numbers[key]}
    assert {key.partition(":")[0] for key in changed} == {"measure"}


def test_the_title_counts_more_than_the_text(portal):
    weights = dict(Posting.objects.filter(document__kind="measure").values_list("term", "weight"))
    assert weights["公积金"] > weights["摘要"]


def plan_of(sql, parameters):
    with connection.cursor() as cursor:
        # So small a table is read whole otherwise, or its few rows by a bitmap.
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
        cursor.execute(f"EXPLAIN {sql}", parameters)
        return "\n".join(row[0] for row in cursor.fetchall())


def test_searching_and_suggesting_use_their_indexes(portal):
    from search.finding import FIND, parameters_of
    from search.reading import read
    from search.suggesting import BEGINNING
    from search.vocabulary import Vocabulary

    query = read("公积金", Vocabulary({}, []))
    plan = plan_of(FIND, parameters_of(query, [], 1, 10))
    assert "search_posting_by_weight" in plan
    plan = plan_of(BEGINNING, {"pattern": "gjj%", "most": 10})
    assert "search_suggestion_by_start" in plan
    assert "Sort" not in plan  # it would read all that begin so, and at worst the whole table


def test_of_very_many_that_begin_so_the_first_by_their_keys_are_read(monkeypatch):
    for name in ("示例乙", "示例甲", "示例丙"):  # yi, jia, bing
        publish_measure(title=name)
    assert set(suggest("shili")) == {"示例丙", "示例甲", "示例乙"}
    monkeypatch.setattr("search.suggesting.MOST_READ", 1)
    with connection.cursor() as cursor:  # the table, in which the first is another
        cursor.execute("SET LOCAL enable_indexscan = off; SET LOCAL enable_bitmapscan = off")
    assert suggest("shili") == ["示例丙"]
