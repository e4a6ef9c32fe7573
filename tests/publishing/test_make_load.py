"""Test data by the thousand: as sound as what staff publish, and never on a portal in service."""

import pytest
from django.core.management import CommandError, call_command

from guide.models import Measure
from publishing import services
from publishing.catalogue import current_version
from publishing.lists.models import Announcement, Listing
from publishing.models import Catalogue, Edition, WorkflowEvent
from search.models import Document, Posting
from tests.factories import make_cities, publish_measure

pytestmark = pytest.mark.django_db


@pytest.fixture
def settings(settings):
    settings.DEBUG = True
    return settings


def make_load(measures, editions, **options):
    call_command("make_load", measures=measures, editions=editions, verbosity=0, **options)


@pytest.fixture
def original(settings, monkeypatch):
    monkeypatch.setattr("guide.load.tidy", lambda: None)  # VACUUM refuses a test's transaction
    make_cities()
    return publish_measure(cities=["qingdao"])


def test_the_sequence_stays_contiguous_and_each_entry_has_one_current_edition(original):
    make_load(41, 123, changes=True)
    sequences = list(Edition.objects.order_by("id").values_list("id", flat=True))
    assert sequences == list(range(1, 1 + 1 + 41 * 3))
    current = Edition.objects.newest().exclude(entry_id=original.pk)
    assert sorted(current.values_list("number", flat=True)) == [3] * 41
    assert set(current.values_list("event", flat=True)) == {"minor", "withdrawn"}
    assert current_version().sequence == sequences[-1]


def test_the_catalogue_counts_what_is_live(original):
    make_load(20, 40, changes=True)
    counts = Catalogue.objects.get().content["counts"]["measure"]
    live = Edition.objects.current().of_kind("measure")
    assert counts["total"] == live.count() == 20
    assert counts["city:qingdao"] == live.with_facets("city:qingdao").count()


def test_what_was_made_can_be_edited_and_published(original):
    make_load(1, 2)
    measure = Measure.objects.get(slug="example-load-0000000")
    assert measure.provisions.count() == 5
    edition = services.publish(entry=measure, by=None, note="示例")
    assert (edition.number, edition.title) == (3, measure.title)


def test_a_second_run_adds_only_what_is_missing(original):
    make_load(2, 4)
    make_load(3, 6)
    make_load(3, 6)
    assert Measure.objects.count() == 4
    assert Edition.objects.count() == 1 + 3 * 2


def test_what_was_made_is_found_by_search_as_a_rebuild_would_have_it(original):
    make_load(2, 2)
    made = list(Document.objects.order_by("key").values_list("key", "digest"))
    assert len(made) == 3
    assert Posting.objects.filter(term="0000001").count() == 1
    call_command("rebuild_search", from_scratch=True, verbosity=0)
    assert list(Document.objects.order_by("key").values_list("key", "digest")) == made


def test_all_of_it_can_be_removed(original):
    def everything():
        models = Measure, Edition, Listing, Announcement, WorkflowEvent, Document, Posting
        return [model.objects.count() for model in models], Catalogue.objects.get().content

    before = everything()
    make_load(3, 6, changes=True)
    call_command("make_load", remove=True, verbosity=0)
    assert everything() == before
    assert current_version().sequence == 1


def test_it_is_not_removed_from_below_what_was_published_later(original):
    make_load(1, 1)
    publish_measure()
    with pytest.raises(CommandError, match="drop the database"):
        call_command("make_load", remove=True, verbosity=0)


def test_it_is_refused_in_service(original, settings):
    settings.DEBUG = False
    with pytest.raises(CommandError, match="DEBUG=1"):
        make_load(1, 1)
    assert Measure.objects.count() == 1


@pytest.mark.parametrize(("measures", "editions"), [(0, 10), (10, 9), (-1, -1)])
def test_sizes_that_make_no_sense_are_refused(original, measures, editions):
    with pytest.raises(CommandError, match="at least one"):
        make_load(measures, editions)


def test_without_an_entry_to_copy_it_says_what_to_do(settings, db):
    with pytest.raises(CommandError, match="load_fixtures"):
        make_load(1, 1)
