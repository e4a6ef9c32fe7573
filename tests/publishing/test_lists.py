"""Lists, feeds and counts that are kept beside the editions say what the editions say."""

from collections import Counter

import pytest

from publishing import services
from publishing.lists.models import Announcement, FacetCount, Listing
from publishing.lists.naming import combination, combinations_of
from publishing.lists.writing import adopt
from publishing.models import Catalogue, Edition
from tests.factories import make_domain, publish_measure, publish_project, publish_zone

pytestmark = pytest.mark.django_db


def listings():
    return sorted(Listing.objects.values_list("name", "position", "edition_id"))


def announcements():
    return sorted(Announcement.objects.values_list("facet", "edition_id"))


def combined():
    counts = FacetCount.objects.exclude(number=0)
    return dict(counts.values_list("name", "number"))


def edit(entry, **fields):
    for name, value in fields.items():
        setattr(entry, name, value)
    entry.save()
    return entry


@pytest.fixture
def history():
    """Everything that can happen to an entry, on two measures, a project and a zone."""
    medical, housing = make_domain(slug="medical"), make_domain(slug="housing")
    first = publish_measure(domain=medical, cities=["qingdao", "yantai"], position=1)
    second = publish_measure(domain=medical, cities=["qingdao"], position=2)
    publish_project(cities=["yantai"])
    zone = publish_zone()
    services.publish(entry=edit(first, domain=housing, position=7), by=None, note="示例")
    services.publish(entry=edit(second, title="示例改名"), by=None, minor=True)
    services.withdraw(entry=second, by=None, reason="示例")
    services.publish(entry=edit(second, title="示例又来"), by=None, note="示例")
    services.withdraw(entry=zone, by=None, reason="示例")


def test_lists_hold_what_is_live_where_it_stands(history):
    expected = []
    for edition in Edition.objects.current():
        names = [edition.kind, *(f"{edition.kind} {facet}" for facet in edition.facets)]
        expected += [(name, edition.position, edition.pk) for name in names]
    assert listings() == sorted(expected)


def test_feeds_hold_what_was_announced_of_a_domain_or_city_withdrawals_too(history):
    expected = [
        (facet, edition.pk)
        for edition in Edition.objects.exclude(event="minor")
        for facet in edition.facets
        if facet.startswith(("domain:", "city:"))
    ]
    assert announcements() == sorted(expected)


def test_counts_say_how_many_live_entries_carry_all_of_some_facets(history):
    expected, single = Counter(), {kind: Counter() for kind in ("measure", "project", "zone")}
    for edition in Edition.objects.current():
        expected.update(combinations_of(edition.kind, edition.facets))
        single[edition.kind].update(["total", *edition.facets])
    assert combined() == expected
    assert combined()[combination("measure", ["domain:housing", "city:yantai"])] == 1
    counts = Catalogue.objects.get().content["counts"]
    assert {kind: {"total": 0} | single[kind] for kind in single} == counts


def test_what_is_taken_in_at_once_is_what_was_followed_one_by_one(history):
    followed = listings(), announcements(), combined()
    for model in (Listing, Announcement, FacetCount):
        model.objects.all().delete()
    adopt(0)
    assert (listings(), announcements(), combined()) == followed


def test_combinations_hold_one_facet_of_each_name():
    found = combinations_of("measure", ["city:b", "domain:x", "city:a"])
    assert found == ["measure city:a domain:x", "measure city:b domain:x"]
