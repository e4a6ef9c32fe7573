"""A changed reference row renews what quotes it, and lets no draft through."""

import datetime

import pytest
from django.db.models import ProtectedError

from contacts.models import OpeningHours
from guide.models import Domain
from publishing.models import Catalogue, Edition
from publishing.services import batched_quotes, publish, withdraw
from tests.factories import (
    make_domain,
    make_hotline,
    make_measure,
    make_office,
    make_source,
    publish_measure,
    publish_project,
    publish_zone,
)

pytestmark = pytest.mark.django_db


def newest(entry):
    return Edition.objects.newest().get(entry_id=entry.pk)


def test_a_renamed_hotline_makes_a_minor_edition_of_what_quotes_it():
    hotline = make_hotline(name="示例旧热线")
    quoting, other = publish_measure(hotlines=[hotline]), publish_measure()
    hotline.name = "示例新热线"
    hotline.save()
    edition = newest(quoting)
    assert (edition.number, edition.event) == (2, "minor")
    assert edition.document["hotlines"][0]["name"] == "示例新热线"
    assert newest(other).number == 1


def test_a_minor_edition_changes_only_the_quoted_part():
    hotline = make_hotline()
    measure = publish_measure(hotlines=[hotline], cities=["qingdao"])
    before = newest(measure).document
    hotline.purpose = "示例用途"
    hotline.save()
    after = newest(measure).document
    assert {key for key in before if before[key] != after[key]} == {"hotlines"}


def test_a_minor_edition_never_lets_an_unapproved_draft_through():
    hotline = make_hotline(name="示例旧热线")
    measure = publish_measure(hotlines=[hotline], title="示例已批准")
    measure.title = "示例未批准的草稿"
    measure.save()
    measure.steps.create(channel="online", text="示例未批准的步骤")
    measure.hotlines.add(make_hotline(name="示例未批准的热线"))
    hotline.name = "示例新热线"
    hotline.save()
    document = newest(measure).document
    assert document["title"] == "示例已批准"
    assert document["steps"] == []
    assert [part["name"] for part in document["hotlines"]] == ["示例新热线"]


def test_what_the_draft_no_longer_quotes_is_still_renewed_in_public():
    hotline = make_hotline(name="示例旧热线")
    measure = publish_measure(hotlines=[hotline])
    measure.hotlines.clear()
    hotline.name = "示例新热线"
    hotline.save()
    assert newest(measure).document["hotlines"][0]["name"] == "示例新热线"


def test_saving_a_reference_row_unchanged_publishes_nothing():
    hotline = make_hotline()
    publish_measure(hotlines=[hotline])
    version = str(Catalogue.objects.get())
    hotline.save()
    assert Edition.objects.count() == 1
    assert str(Catalogue.objects.get()) == version


def test_a_field_that_no_document_shows_publishes_nothing():
    hotline = make_hotline()
    publish_measure(hotlines=[hotline])
    hotline.note = "示例编辑备注"
    hotline.save()
    assert Edition.objects.count() == 1


def test_a_withdrawn_entry_gets_no_minor_edition():
    hotline = make_hotline()
    measure = publish_measure(hotlines=[hotline])
    withdraw(entry=measure, by=None, reason="示例原因")
    hotline.name = "示例新热线"
    hotline.save()
    assert newest(measure).is_withdrawn


def test_a_renamed_city_reaches_every_kind_of_document():
    measure = publish_measure(cities=["qingdao"])
    city = measure.provisions.get(city__slug="qingdao").city
    project, zone = publish_project(cities=["qingdao"]), publish_zone()
    city.short_name = "示例市"
    city.save()
    for entry in (measure, project, zone):
        document = newest(entry).document
        assert "示例市" in {part["short_name"] for part in document["cities"]}, entry
    provisions = newest(measure).document["provisions"]
    assert "示例市" in {provision["city"]["short_name"] for provision in provisions}
    counties = newest(zone).document["signatories"]
    assert "示例市" in {county["city"]["short_name"] for county in counties}


def test_a_source_is_renewed_without_losing_the_quote():
    source = make_source(publisher="示例旧报")
    measure = publish_measure(sources=[source])
    source.publisher = "示例新报"
    source.save()
    citation = newest(measure).document["citations"][0]
    assert citation["source"]["publisher"] == "示例新报"
    assert citation["quote"] == "示例引文"


def test_a_moved_domain_moves_the_facets_too():
    domain = make_domain(slug="example-before")
    measure = publish_measure(domain=domain)
    domain.slug = "example-after"
    domain.save()
    assert "domain:example-after" in newest(measure).facets
    assert Catalogue.objects.get().content["counts"]["measure"]["domain:example-after"] == 1


def test_opening_hours_of_one_form_make_one_minor_edition():
    office = make_office()
    measure = make_measure()
    measure.offices.add(office)
    publish(entry=measure, by=None)
    with batched_quotes():
        office.note = "示例说明"
        office.save()
        for weekday in (1, 2, 3):
            OpeningHours.objects.create(
                office=office,
                weekday=weekday,
                opens_at=datetime.time(9),
                closes_at=datetime.time(17),
            )
    edition = newest(measure)
    assert edition.number == 2
    assert [span["opens_at"] for span in edition.document["offices"][0]["hours"]] == ["09:00"] * 3
    assert edition.document["offices"][0]["note"] == "示例说明"


def test_a_failed_batch_leaves_nothing():
    hotline = make_hotline(name="示例旧热线")
    publish_measure(hotlines=[hotline])
    with pytest.raises(ZeroDivisionError), batched_quotes():
        hotline.name = "示例新热线"
        hotline.save()
        raise ZeroDivisionError
    hotline.refresh_from_db()
    assert hotline.name == "示例旧热线"
    assert Edition.objects.count() == 1


def test_a_quoted_reference_row_cannot_be_deleted_even_if_the_draft_dropped_it():
    hotline = make_hotline()
    measure = publish_measure(hotlines=[hotline])
    measure.hotlines.clear()
    with pytest.raises(ProtectedError, match="正在引用"):
        hotline.delete()


def test_an_unquoted_reference_row_leaves_the_catalogue_when_deleted():
    hotline = make_hotline(name="示例热线")
    assert "示例热线" in str(Catalogue.objects.get().content["hotlines"])
    hotline.delete()
    assert "示例热线" not in str(Catalogue.objects.get().content["hotlines"])


def test_a_reference_row_that_nothing_quotes_still_moves_the_version():
    publish_measure()
    before = Catalogue.objects.get()
    Domain.objects.create(slug="example-new", name="示例新领域")
    after = Catalogue.objects.get()
    assert after.sequence == before.sequence
    assert after.revision == before.revision + 1


def test_a_related_measure_is_renamed_and_taken_out_with_its_own_editions():
    measure, related, draft = make_measure(), publish_measure(), make_measure(title="示例草稿")
    measure.related.add(related, draft)
    publish(entry=measure, by=None)
    assert [part["slug"] for part in newest(measure).document["related"]] == [related.slug]

    related.title = "示例改名"
    related.save()
    assert newest(measure).number == 1
    publish(entry=related, by=None, note="改名")
    assert [part["title"] for part in newest(measure).document["related"]] == ["示例改名"]

    withdraw(entry=related, by=None, reason="示例原因")
    assert newest(measure).document["related"] == []
    assert newest(measure).event == "minor"


def test_a_translated_title_of_a_related_measure_arrives_with_its_own_edition():
    related = publish_measure(translations={"en": {"title": "Example"}})
    measure = make_measure()
    measure.related.add(related)
    publish(entry=measure, by=None)

    def quoted():
        return [part["translations"] for part in newest(measure).document["related"]]

    related.translations = {"en": {"title": "Renamed", "summary": "Example"}, "ko": {"title": ""}}
    related.save()
    assert quoted() == [{"en": {"title": "Example"}}]
    publish(entry=related, by=None, note="译文")
    assert quoted() == [{"en": {"title": "Renamed"}}]
    assert (newest(measure).number, newest(measure).event) == (2, "minor")

    related.translations["en"]["summary"] = "Another summary, which nobody quotes"
    related.save()
    publish(entry=related, by=None, note="译文")
    assert newest(measure).number == 2
