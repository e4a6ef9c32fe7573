"""An old edition restored gives its document again, changes nothing public, invents nothing."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cooperation.models import Agreement, Event
from guide.models import Measure
from publishing import registry
from publishing.models import Catalogue, Edition
from publishing.previews import draft_document
from publishing.restore import RestoreError, restore
from tests.factories import (
    make_department,
    make_hotline,
    make_measure,
    make_office,
    make_programme,
    make_project,
    make_scenario,
    make_source,
    make_zone,
    publish,
    publish_measure,
    publish_project,
    withdraw,
)

pytestmark = pytest.mark.django_db


def fresh(entry):
    return type(entry).objects.get(pk=entry.pk)


def restored(entry, document):
    """Restore over whatever is there now. Return what was missing."""
    entry = fresh(entry)
    return restore(entry=entry, document=document, version=entry.version)


def make_rich_measure():
    measure = make_measure(
        body="### 示例",
        promised_value=9,
        promised_unit="working_day",
        keywords=["示例", "例子"],
        scenarios=[make_scenario()],
        hotlines=[make_hotline(), make_hotline()],
        sources=[make_source(), make_source()],
        cities=["qingdao"],
        translations={"en": {"title": "Example"}},
        last_verified_on="2025-01-02",
    )
    measure.offices.add(make_office())
    measure.related.add(publish_measure())
    for n in range(3):
        measure.steps.create(channel="online", text=f"示例步骤{n}", position=n)
        measure.materials.create(name=f"示例材料{n}", position=n)
        measure.questions.create(question=f"示例问题{n}", answer="示例**回答**", position=n)
        measure.departments.create(department=make_department(), role="joint", position=n)
    provision = measure.provisions.get(city__slug="qingdao")
    provision.department, provision.mode = make_department(), "online"
    provision.save()
    provision.links.create(label="示例平台", url="https://example.org/", translations={"en": {}})
    provision.offices.add(make_office())
    return measure


def make_rich_project():
    project = make_project(
        cities=["qingdao", "weihai"],
        sources=[make_source()],
        placement="listed",
        continues=publish_project(programme=make_programme(2023)),
        rank=3,
        planned_finish="2024-02",
    )
    for n in range(3):
        project.milestones.create(text=f"示例{n}", planned_on="2024", position=n)
        project.status_changes.create(
            status="in_progress", changed_on="2024-01", source=make_source(), text=f"示例{n}"
        )
        project.indicators.create(name=f"示例{n}", value=f"{n}.5", as_of="2024-01", position=n)
        project.departments.create(department=make_department(), role="lead", position=n)
    return project


def make_rich_zone():
    zone = make_zone(sources=[make_source()], signed_on="2025-04-28")
    for n in range(3):
        zone.aims.create(text=f"示例{n}", position=n)
        event = zone.events.create(text=f"示例{n}", date="2024", position=n)
        event.citations.create(source=make_source(), quote="示例")
        agreement = zone.agreements.create(slug=f"example-{zone.slug}-{n}", title=f"示例{n}")
        agreement.parties.create(name="示例公司")
        agreement.citations.create(source=make_source())
    return zone


def drop_children(entry):
    for relation in entry._meta.related_objects:
        if relation.one_to_many and relation.name != "provisions":
            for row in getattr(entry, relation.get_accessor_name()).all():
                row.delete()


def reverse_children(entry):
    for relation in entry._meta.related_objects:
        if relation.one_to_many and hasattr(relation.related_model, "position"):
            rows = list(getattr(entry, relation.get_accessor_name()).all())
            for position, row in enumerate(reversed(rows), 1):
                row.position = position
                row.save()


def empty_relations(entry):
    for field in entry._meta.many_to_many:
        getattr(entry, field.name).clear()


def add_children(entry):
    entry.citations.create(source=make_source(), quote="示例新引文")
    if hasattr(entry, "departments"):
        entry.departments.create(department=make_department(), role="lead")
    if hasattr(entry, "steps"):
        entry.steps.create(channel="phone", text="示例新步骤")


def blank_texts(entry):
    entry = fresh(entry)
    for name in ("summary", "body", "audience", "caveat"):
        if hasattr(entry, name):
            setattr(entry, name, "示例")
    entry.title, entry.translations, entry.last_verified_on = "示例另一个", {}, None
    entry.save()


def spoil_provisions(entry):
    for provision in getattr(entry, "provisions", entry.citations).all():
        if hasattr(provision, "city"):
            provision.links.create(label="示例", url="https://example.org/other")
            provision.status, provision.reason, provision.department = "unavailable", "示例", None
            provision.save()
            provision.offices.clear()


EDITS = [
    *(drop_children, reverse_children, empty_relations, add_children, blank_texts),
    spoil_provisions,
]


def test_every_real_entry_comes_back_whatever_was_done_to_it(real_data):
    for edition in Edition.objects.current():
        entry = registry.kinds[edition.kind].model.objects.get(pk=edition.entry_id)
        for change in EDITS:
            change(entry)
        assert draft_document(entry) != edition.document
        assert restored(entry, edition.document) == []
        assert draft_document(entry) == edition.document


@pytest.mark.parametrize("make", [make_rich_measure, make_rich_project, make_rich_zone])
def test_a_generated_entry_comes_back_whatever_was_done_to_it(make):
    entry = make()
    document = draft_document(entry)
    few = settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))

    @few
    @given(st.lists(st.sampled_from(EDITS), min_size=1, max_size=5))
    def check(changes):
        for change in changes:
            change(entry)
        assert restored(entry, document) == []
        assert draft_document(entry) == document

    check()


@pytest.mark.parametrize("make", [make_rich_measure, make_rich_project, make_rich_zone])
def test_rows_that_are_there_are_kept_and_those_gone_come_back_under_their_ids(make):
    entry = make()
    document = draft_document(entry)
    before = set(entry.citations.values_list("pk", flat=True))
    add_children(entry)
    restored(entry, document)
    assert set(entry.citations.values_list("pk", flat=True)) == before


def test_what_a_document_does_not_hold_is_kept():
    measure = make_rich_measure()
    document = draft_document(measure)
    draft = make_measure()
    measure.related.add(draft)
    link = measure.provisions.get(city__slug="qingdao").links.get()
    Measure.objects.filter(pk=measure.pk).update(note="示例备注", domain_note="示例")
    restored(measure, document)
    assert draft in measure.related.all()
    assert measure.provisions.get(city__slug="qingdao").links.get() == link
    assert (fresh(measure).note, fresh(measure).domain_note) == ("示例备注", "示例")


@pytest.mark.parametrize("make", [make_rich_measure, make_rich_project, make_rich_zone])
def test_nothing_becomes_public_and_the_entry_is_a_draft_again(make):
    entry = publish(make())
    document = draft_document(entry)
    blank_texts(entry)
    before = Catalogue.objects.get()
    restored(entry, document)
    after = Catalogue.objects.get()
    assert (after.sequence, after.content) == (before.sequence, before.content)
    assert fresh(entry).workflow_state == "draft"


def test_the_document_of_a_withdrawn_entry_is_restored():
    measure = withdraw(publish(make_rich_measure()))
    tombstone = Edition.objects.newest().get(entry_id=measure.pk)
    drop_children(measure)
    assert restored(measure, tombstone.document) == []
    assert draft_document(measure) == tombstone.document


def test_quoted_rows_that_are_gone_are_named_not_invented():
    measure = make_rich_measure()
    hotline, department = measure.hotlines.first(), measure.departments.first().department
    source = measure.citations.first().source
    document = draft_document(measure)
    drop_children(measure), measure.hotlines.clear()
    for row in (hotline, department, source):
        row.delete()
    missing = restored(measure, document)
    assert missing == [
        f"热线“{hotline.number} {hotline.name}”已经不在了,没有恢复。",
        f"部门“{department.name}”已经不在了,没有恢复。",
        f"来源“{source.publisher} {source.title}”已经不在了,没有恢复。",
    ]
    assert (measure.hotlines.count(), measure.departments.count()) == (1, 2)
    assert measure.citations.count() == 1


def test_a_domain_or_year_that_is_gone_leaves_the_entry_where_it_is():
    project = make_project(programme=make_programme(2023))
    document = draft_document(project)
    old, project.programme = project.programme, make_programme(2024)
    project.save()
    old.delete()
    assert len(restored(project, document)) == 1
    assert fresh(project).programme.year == 2024


def test_an_address_that_leads_elsewhere_by_now_is_not_taken_back():
    measure = make_measure(slug="old")
    document = draft_document(measure)
    measure.slug = "new"
    measure.save()
    other = publish_measure(slug="old")
    assert restored(measure, document) == ["网址名“old”现在属于另一个条目,没有恢复。"]
    other.slug = "moved"
    other.save()
    assert restored(measure, document) == ["网址名“old”现在属于另一个条目,没有恢复。"]
    assert fresh(measure).slug == "new"


def test_an_official_number_is_not_given_twice():
    measure = make_measure(official_number=7)
    document = draft_document(measure)
    measure.official_number = None
    measure.save()
    make_measure(official_number=7)
    assert restored(measure, document) == ["官方编号“7”现在属于另一个条目,没有恢复。"]


def test_an_event_that_is_another_zones_now_stays_there():
    zone, other = make_rich_zone(), make_zone()
    event, agreement = zone.events.first(), zone.agreements.first()
    document = draft_document(zone)
    event.zone, agreement.zone = other, None
    event.save(), agreement.save()
    assert len(restored(zone, document)) == 2
    assert Event.objects.get(pk=event.pk).zone == other
    assert Agreement.objects.get(pk=agreement.pk).zone is None


def test_somebody_elses_save_in_between_is_not_overwritten():
    measure = make_rich_measure()
    document, version = draft_document(measure), fresh(measure).version
    measure.steps.create(channel="phone", text="示例同事的步骤")
    with pytest.raises(RestoreError, match="同事"):
        restore(entry=measure, document=document, version=version)
    assert measure.steps.filter(text="示例同事的步骤").exists()


def test_a_document_against_todays_rules_is_refused_whole():
    measure = make_rich_measure()
    document = draft_document(measure) | {"title": "示例新名称"}
    document["provisions"][4] |= {"status": "implemented", "confirmed_on": None}
    before = draft_document(measure)
    with pytest.raises(RestoreError, match="规则"):
        restored(measure, document)
    assert draft_document(measure) == before
