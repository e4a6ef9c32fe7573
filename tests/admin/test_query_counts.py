"""What the staff area costs: the same number of queries whatever the number of rows."""

from datetime import timedelta

import pytest
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from contacts.models import Hotline, Office, OpeningHours
from cooperation.models import Agreement, Event, Zone
from feedback.models import Usefulness
from finder.models import Release, Rule
from guide.models import Guide, Measure, Provision, WorkCalendar
from partners.models import DailyUse, Delivery, Subscription
from projects.models import Programme, Project
from publishing.models import Edition, Schedule
from regions.models import StatisticalZone
from search.models import Synonym, WordCount
from staff import audit
from tests.admin.pages import address_of
from tests.factories import (
    make_city,
    make_county,
    make_department,
    make_hotline,
    make_key,
    make_measure,
    make_message,
    make_office,
    make_partner,
    make_question,
    make_scenario,
    make_source,
    publish,
    publish_measure,
    publish_project,
    publish_zone,
)
from upkeep.models import LinkCheck

pytestmark = pytest.mark.django_db

REGISTERED = list(admin.site._registry)
CITING = [Measure, Project, Zone, Agreement, Event, Hotline, Guide, Programme]


def add_rows(count):
    """Make `count` more rows of everything that has a list."""
    for n in range(count):
        key = f"{Edition.objects.count()}-{n}"
        measure = publish_measure(cities=["qingdao"], sources=[make_source()])
        measure.provisions.update(department=make_department(level="city", city=make_city()))
        publish_project(cities=["qingdao"])
        zone = publish_zone()
        office = make_office(county=make_county(), department=make_department())
        make_hotline(), make_scenario(), Guide.objects.create(name=key)
        code = f"{370_900 + StatisticalZone.objects.count()}"
        StatisticalZone.objects.create(code=code, name=key, city=office.city)
        Agreement.objects.create(zone=zone, slug=key, title=key)
        Event.objects.create(zone=zone, text=key)
        Programme.objects.create(year=2030 + Programme.objects.count(), title=key)
        user = get_user_model().objects.create(username=key)
        user.groups.add(Group.objects.create(name=key))
        add_upkeep(measure, key, user), add_outside(key), add_readers(measure, key)


def add_upkeep(measure, key, user):
    """What is planned, asked, checked and logged of an entry."""
    measure.summary = "示例改动"
    measure.save(), publish(measure)  # asks the cities whether what they do still applies
    due = timezone.now() + timedelta(days=1)
    plan = {"act": "withdraw", "due_at": due, "note": "示例原因", "made_by": user}
    Schedule.objects.create(kind="measure", entry_id=measure.pk, **plan)
    LinkCheck.objects.create(url=f"https://{key}.example/", entry_ids=[measure.pk])
    audit.record(action="exported", by=user, target=measure)
    Release.objects.create(document={}, published_by=user)


def add_outside(key):
    """A partner with what it has."""
    partner = make_partner(name=key)
    make_key(partner)
    DailyUse.objects.create(partner=partner, day="2030-01-01")
    subscription = Subscription.objects.create(partner=partner, url=f"https://{key}.example/")
    Delivery.objects.create(subscription=subscription, sequence=1, state="delivered")


def add_readers(measure, key):
    """What readers left behind, and what helps them to find."""
    make_message(measure, city="qingdao")
    Usefulness.objects.create(day="2030-01-01", path=f"/{key}/", yes=1)
    Synonym.objects.create(word=f"示例词{key}", means=["示例"])
    WordCount.objects.create(text=key, last_on="2030-01-01")
    answer = make_question().answers.first()
    Rule.objects.create(entry_id=measure.pk).conditions.create(answer=answer, why="示例理由")
    WorkCalendar.objects.create(year=2030 + WorkCalendar.objects.count(), source=make_source())


def add_children(rows, count):
    """Give the row of each kind with inlines in `rows` `count` more children of each sort."""
    measure, project, zone = (rows[model] for model in (Measure, Project, Zone))
    provision, office, agreement = rows[Provision], rows[Office], rows[Agreement]
    for _ in range(count):
        measure.steps.create(channel="online", text="示例步骤")
        measure.materials.create(name="示例材料")
        measure.questions.create(question="示例问题", answer="示例回答")
        measure.departments.create(department=make_department(), role="lead")
        measure.hotlines.add(make_hotline()), measure.offices.add(make_office())
        measure.related.add(publish_measure())
        provision.links.create(label="示例", url="https://example.org/")
        provision.offices.add(make_office())
        project.milestones.create(text="示例里程碑")
        project.status_changes.create(status="in_progress", source=make_source())
        project.indicators.create(name="示例指标", value=1)
        project.departments.create(department=make_department(), role="lead")
        zone.signatories.create(county=make_county())
        zone.aims.create(text="示例目标")
        agreement.parties.create(name="示例单位")
        day = office.hours.count()
        OpeningHours.objects.create(
            office=office, weekday=day % 7 + 1, opens_at=f"{day // 7:02}:00", closes_at="17:00"
        )
        for model in CITING:
            rows[model].citations.create(source=make_source(), quote="示例引文")


def queries(client, address, **parameters):
    ContentType.objects.clear_cache()  # kept by the process, so only the first request pays
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address, parameters).status_code == 200
    return len(captured)


@pytest.fixture
def lists(root):
    return {model: address_of(model) for model in REGISTERED}


def test_no_list_costs_more_with_more_rows(root, lists):
    add_rows(2)
    assert [m for m in REGISTERED if m is not DBTaskResult and m.objects.count() < 2] == []
    few = {model: queries(root, lists[model], q="") for model in REGISTERED}
    add_rows(4)
    many = {model: queries(root, lists[model], q="") for model in REGISTERED}
    assert many == few


def test_no_form_costs_more_with_more_children(root):
    add_rows(1)
    # Chosen once: rows that come later may sort before them.
    rows = {model: model.objects.first() for model in REGISTERED if model.objects.exists()}
    family = rows | {Provision: rows[Measure].provisions.first()}
    add_children(family, 1)
    few = {model: queries(root, address_of(row, "change")) for model, row in rows.items()}
    add_children(family, 4)
    many = {model: queries(root, address_of(row, "change")) for model, row in rows.items()}
    assert many == few


def test_no_autocomplete_costs_more_with_more_rows(root):
    fields = [
        (type(model_admin).__name__, inline.model if inline else model_admin.model, name)
        for model_admin in admin.site._registry.values()
        for inline in (None, *getattr(model_admin, "inlines", ()))
        for name in (inline or model_admin).autocomplete_fields
    ]
    addresses = {
        f"/admin/autocomplete/?app_label={model._meta.app_label}"
        f"&model_name={model._meta.model_name}&field_name={name}&term="
        for _name, model, name in fields
    }
    add_rows(1)
    few = {address: queries(root, address) for address in addresses}
    add_rows(3)
    many = {address: queries(root, address) for address in addresses}
    assert len(addresses) > 15
    assert many == few


@pytest.mark.parametrize(
    "page", ["publish", "withdraw", "preview", "versions", "delete", "history"]
)
def test_no_page_of_an_entry_costs_more_with_more_versions_and_rows(root, page):
    measure = make_measure() if page == "delete" else publish_measure()
    few = queries(root, address_of(measure, page))
    for n in range(4):
        measure.title = f"示例{n}"
        measure.save()
        if page != "delete":
            publish(measure)
        measure.steps.create(channel="online", text="示例步骤")
        publish_measure()
    assert queries(root, address_of(measure, page)) == few
