"""What publishing and withdrawing do, one transaction at a time."""

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth import get_user_model
from django.db import Error, connection, transaction
from django.test.utils import CaptureQueriesContext

from publishing import services
from publishing.models import Catalogue, Edition
from publishing.services import PublishingError, publish, withdraw
from tests.factories import make_hotline, make_measure, make_zone, publish_measure

pytestmark = pytest.mark.django_db


def editions_of(entry):
    return list(Edition.objects.filter(entry_id=entry.pk).order_by("number"))


def counts():
    return Catalogue.objects.get().content["counts"]


def test_the_first_edition_has_number_one_and_needs_no_note():
    edition = publish(entry=make_measure(), by=None)
    assert (edition.id, edition.number, edition.event, edition.is_current) == (
        1,
        1,
        "published",
        True,
    )


def test_the_sequence_runs_through_all_kinds_without_a_gap():
    for entry in (make_measure(), make_zone(), make_measure()):
        publish(entry=entry, by=None)
    assert list(Edition.objects.order_by("id").values_list("id", "kind")) == [
        (1, "measure"),
        (2, "zone"),
        (3, "measure"),
    ]


def test_a_publish_that_is_rolled_back_leaves_no_gap():
    measure = make_measure()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        publish(entry=measure, by=None)
        raise ZeroDivisionError
    assert publish(entry=measure, by=None).id == 1
    assert Catalogue.objects.get().sequence == 1


def test_editing_changes_nothing_public_until_it_is_published_again():
    measure = publish_measure(title="示例旧名")
    version = Catalogue.objects.get()
    measure.title = "示例新名"
    measure.save()
    measure.steps.create(channel="window", text="示例步骤")
    assert [e.document["title"] for e in editions_of(measure)] == ["示例旧名"]
    assert Catalogue.objects.get().revision == version.revision

    publish(entry=measure, by=None, note="改名")
    first, second = editions_of(measure)
    assert first.document["title"] == "示例旧名"
    assert second.document["title"] == "示例新名"
    assert [step["text"] for step in second.document["steps"]] == ["示例步骤"]
    assert (first.is_current, second.is_current) == (False, True)


def test_publishing_twice_publishes_once():
    user = get_user_model().objects.create_user("editor")
    measure = make_measure()
    assert publish(entry=measure, by=user) is not None
    assert publish(entry=measure, by=user, note="又一次") is None
    assert len(editions_of(measure)) == 1
    assert LogEntry.objects.count() == 1


def test_a_second_edition_needs_a_note_unless_it_is_minor():
    measure = publish_measure()
    measure.summary = "示例摘要改过。"
    measure.save()
    with pytest.raises(PublishingError, match="修改说明"):
        publish(entry=measure, by=None, note="  ")
    assert len(editions_of(measure)) == 1
    assert publish(entry=measure, by=None, minor=True).event == "minor"


def test_the_first_publication_stays_known():
    measure = publish_measure()
    first = editions_of(measure)[0]
    measure.summary = "示例摘要改过。"
    measure.save()
    second = publish(entry=measure, by=None, note="改摘要")
    assert second.first_published_at == first.published_at
    assert second.published_at > first.published_at


def test_a_changed_slug_is_an_event_of_its_own():
    measure = publish_measure(slug="example-old")
    measure.slug = "example-new"
    measure.save()
    edition = publish(entry=measure, by=None, note="改网址")
    assert (edition.event, edition.slug) == ("moved", "example-new")


def test_withdrawing_leaves_a_tombstone_with_reason_and_successor():
    old, new = publish_measure(), publish_measure()
    tombstone = withdraw(entry=old, by=None, reason="已由新举措替代", successor=new)
    assert tombstone.is_withdrawn
    assert tombstone.note == "已由新举措替代"
    assert tombstone.successor_id == new.pk
    assert [e.entry_id for e in Edition.objects.current()] == [new.pk]
    assert counts()["measure"]["total"] == 1


def test_what_was_withdrawn_can_be_published_again_with_a_note():
    measure = publish_measure()
    withdraw(entry=measure, by=None, reason="核实中")
    with pytest.raises(PublishingError):
        publish(entry=measure, by=None)
    assert publish(entry=measure, by=None, note="已核实,恢复公开").event == "published"
    assert counts()["measure"]["total"] == 1


@pytest.mark.parametrize("reason", ["", " \n"])
def test_withdrawing_needs_a_reason(reason):
    measure = publish_measure()
    with pytest.raises(PublishingError, match="撤回原因"):
        withdraw(entry=measure, by=None, reason=reason)
    assert Edition.objects.current().count() == 1


def test_only_what_is_live_can_be_withdrawn():
    with pytest.raises(PublishingError):
        withdraw(entry=make_measure(), by=None, reason="示例原因")


def test_a_successor_is_another_live_entry_of_the_same_kind():
    measure, draft, zone = publish_measure(), make_measure(), make_zone()
    for successor in (measure, draft, zone):
        with pytest.raises(PublishingError, match="替代条目"):
            withdraw(entry=measure, by=None, reason="示例原因", successor=successor)
    assert Edition.objects.current().count() == 1


@pytest.mark.parametrize(
    "change",
    [
        {"note": "改写历史"},
        {"document": {}},
        {"slug": "other"},
        {"number": 7},
        {"event": "minor"},
        {"id": 99},
    ],
)
def test_the_database_refuses_to_change_an_edition(change):
    publish_measure()
    with pytest.raises(Error, match="immutable"), transaction.atomic():
        Edition.objects.update(**change)


def test_the_database_refuses_to_delete_an_edition():
    publish_measure()
    with pytest.raises(Error, match="immutable"), transaction.atomic():
        Edition.objects.all().delete()


def test_the_database_refuses_to_make_an_old_edition_current_again():
    measure = publish_measure()
    measure.summary = "示例摘要改过。"
    measure.save()
    publish(entry=measure, by=None, note="改摘要")
    with pytest.raises(Error, match="immutable"), transaction.atomic():
        Edition.objects.filter(number=1).update(is_current=True)


def test_counts_follow_each_publication():
    publish_measure(cities=["qingdao", "yantai"], evidence="named_in_guide")
    publish_measure(cities=["qingdao"])
    assert counts()["measure"]["total"] == 2
    assert counts()["measure"]["city:qingdao"] == 2
    assert counts()["measure"]["city:yantai"] == 1
    assert counts()["measure"]["evidence:named_in_guide"] == 1
    assert counts()["zone"] == {"total": 0}


def test_a_measure_gets_one_unverified_provision_per_city():
    statuses = make_measure().provisions.values_list("city__slug", "status")
    assert dict(statuses) == dict.fromkeys(
        ["qingdao", "yantai", "weifang", "weihai", "rizhao"], "unverified"
    )


def test_markdown_in_a_document_is_safe_html():
    body = "- 一\n- [链接](javascript:alert(1))\n\n<script>alert(1)</script>"
    html = publish(entry=make_measure(body=body), by=None).document["body_html"]
    assert "<li>一</li>" in html
    assert "<script" not in html
    assert "href" not in html


def test_control_characters_never_reach_a_document():
    measure = make_measure(title="示\x00例\x05名\ud800", keywords=["看\x07病"])
    document = publish(entry=measure, by=None).document
    assert document["title"] == "示例名"
    assert document["keywords"] == ["看病"]


def test_control_characters_never_reach_a_note():
    measure = publish_measure()
    tombstone = withdraw(entry=measure, by=None, reason="示例\x05原因\x00")
    assert tombstone.note == "示例原因"


def test_the_version_moves_with_every_publication():
    measure = publish_measure()
    before = Catalogue.objects.get()
    services.withdraw(entry=measure, by=None, reason="示例原因")
    after = Catalogue.objects.get()
    assert after.sequence == before.sequence + 1
    assert after.revision > before.revision


def test_an_edition_moves_the_counts_and_leaves_the_lists_unread_and_unsent():
    make_hotline(name="示例热线")
    services.refresh_catalogue()
    lists = Catalogue.objects.get().content["hotlines"]
    with CaptureQueriesContext(connection) as queries:
        publish_measure()
    catalogue = Catalogue.objects.get()
    assert catalogue.content["hotlines"] == lists != []
    assert catalogue.content["counts"]["measure"]["total"] == 1
    assert catalogue.sequence == Edition.objects.get().id
    sent = [query["sql"] for query in queries if 'UPDATE "publishing_catalogue"' in query["sql"]]
    assert sent
    assert not any("示例热线" in sql for sql in sent)


def test_a_catalogue_without_counts_gets_them_with_the_next_edition():
    Catalogue.objects.create(content={"cities": []})
    publish_measure()
    content = Catalogue.objects.get().content
    assert content["counts"]["measure"]["total"] == 1
    assert content["changed_at"]
