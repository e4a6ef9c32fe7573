"""Rules that must always hold are the database's: no form, import or shell gets around them."""

import datetime

import pytest
from django.db import IntegrityError, transaction

from contacts.models import OpeningHours
from publishing.models import Catalogue, Edition
from tests.factories import (
    make_county,
    make_department,
    make_measure,
    make_office,
    make_programme,
    make_project,
    make_source,
    make_zone,
    publish_measure,
)

pytestmark = pytest.mark.django_db
TODAY = datetime.date(2026, 11, 22)


def refused(make, *args, **fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        make(*args, **fields)


@pytest.mark.parametrize(
    "fields",
    [
        {"official_number": 0},
        {"official_number": 29},
        {"promised_value": 9},
        {"promised_unit": "day"},
        {"promised_value": 0, "promised_unit": "day"},
        {"promised_value": 1, "promised_unit": "immediate"},
        {"statutory_value": 9},
    ],
)
def test_a_measure_that_cannot_be(fields):
    refused(make_measure, **fields)


@pytest.mark.parametrize(
    "fields",
    [
        {"official_number": 28},
        {"promised_value": 9, "promised_unit": "working_day"},
        {"statutory_unit": "immediate"},
    ],
)
def test_a_measure_that_can_be(fields):
    assert make_measure(**fields).pk


def test_an_official_number_and_an_address_are_given_once():
    make_measure(official_number=1, slug="example-once")
    refused(make_measure, official_number=1)
    refused(make_measure, slug="example-once")


def test_a_city_has_one_provision_per_measure():
    provision = make_measure().provisions.first()
    refused(provision.measure.provisions.create, city=provision.city)


def test_implemented_means_confirmed_by_the_city():
    provision = make_measure().provisions.first()
    provision.status = "implemented"
    refused(provision.save)
    provision.confirmed_on = TODAY
    provision.save()


@pytest.mark.parametrize(
    "fields",
    [
        {"placement": "concurrent", "rank": 1},
        {"placement": "listed", "rank": 0},
        {"progress": 101},
        {"revised_finish": "2025", "revision_reason": ""},
        {"actual_finish": "2025", "status": "in_progress"},
    ],
)
def test_a_project_that_cannot_be(fields):
    refused(make_project, **fields)


def test_a_rank_is_given_once_a_year():
    make_project(placement="listed", rank=1)
    refused(make_project, placement="listed", rank=1)
    make_project(placement="listed", rank=1, programme=make_programme(2025))


def test_a_milestone_with_a_date_was_met():
    refused(make_project().milestones.create, text="示例", met_on="2024-02", is_met=False)


def test_a_county_signs_a_zone_once():
    county = make_county()
    refused(make_zone(counties=[county]).signatories.create, county=county)


@pytest.mark.parametrize(
    "fields",
    [
        {"link": "repost", "url": "https://example.org/"},
        {"date": "2024", "date_kind": "unknown"},
        {"date": "", "date_kind": "published"},
    ],
)
def test_a_source_that_cannot_be(fields):
    refused(make_source, **fields)


@pytest.mark.parametrize("level", ["city", "county"])
def test_a_local_department_has_a_city(level):
    refused(make_department, level=level)


@pytest.mark.parametrize(
    ("weekday", "opens", "closes"), [(0, 9, 17), (8, 9, 17), (1, 17, 9), (1, 9, 9)]
)
def test_opening_hours_that_cannot_be(weekday, opens, closes):
    refused(
        OpeningHours.objects.create,
        office=make_office(),
        weekday=weekday,
        opens_at=datetime.time(opens),
        closes_at=datetime.time(closes),
    )


def test_an_edition_that_cannot_be():
    edition = Edition.objects.get(entry_id=publish_measure().pk)
    copy = {f.attname: getattr(edition, f.attname) for f in Edition._meta.concrete_fields}
    for wrong in (
        {"number": 2},  # a second current edition of the entry
        {"is_current": False},  # the same number twice
        {"is_current": False, "number": 2, "event": "withdrawn", "note": ""},
        {"is_current": False, "number": 2, "successor_id": edition.entry_id},
        {"is_current": False, "number": 2, "id": 0},
    ):
        refused(Edition.objects.create, **copy | {"id": 2} | wrong)


def test_there_is_one_catalogue():
    refused(Catalogue.objects.create, pk=2)
