"""A portal whose every text tries to be markup: what staff and readers may write, anywhere."""

import uuid
from datetime import timedelta

from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.utils import timezone

from feedback.models import Usefulness
from finder import services as finder_services
from finder.models import Question, Rule
from guide.models import Guide, WorkCalendar
from partners.models import Partner
from projects.models import StatusChange
from publishing import services
from publishing.checks.models import CheckAnswer, CheckLink
from publishing.rows import Row
from qingdao_portal.dates import PartialDateField
from search.models import Synonym, WordCount
from staff.models import AuditEntry
from tests.factories import (
    make_cities,
    make_department,
    make_domain,
    make_hotline,
    make_message,
    make_office,
    make_partner,
    make_programme,
    make_question,
    make_scenario,
    make_source,
    publish,
    publish_measure,
    publish_project,
    publish_zone,
    withdraw,
)
from upkeep.models import LinkCheck

# Ends an attribute, an element, a script, a comment; is an element, an attribute, an expression.
BREAKOUT = "\"'></a></title></script>--><b id=evil onclick=evil()>{{7*7}}{%evil%}"
SHORT = "\"'><b id=evil>"
SHORTEST = '"><i '
MARKDOWN = f"""[x](javascript:evil()) ![x](x"onerror=evil()) <img src=x onerror=evil()> `{SHORT}`

{BREAKOUT}

<javascript:evil()> [x]: javascript:evil() [x](data:text/html,{SHORT}) <svg onload=evil()>
"""
ADDRESS = 'https://example.org/"\'><b%20id=evil%20onclick=evil()>?a=1&b="onclick="evil()'
LANGUAGES = ("en", "ko", "ja")
IN_MARKDOWN = {"body", "answer"}
KEPT = {"kind", "circle", "place"}  # codes without choices of their own, or none that is text


def make_site():
    """One of each kind with all that belongs to it, every text hostile; all of it public."""
    with services.batched_quotes():
        entries = _make_entries()
        _make_finder(entries[0])
        for model in apps.get_models():
            if issubclass(model, Row):
                for row in model._base_manager.all():
                    _poison(row)
    for entry in entries:
        entry.refresh_from_db()
        publish(entry, note=BREAKOUT)
    gone = publish_measure(slug="gone", title=BREAKOUT)
    withdraw(gone, reason=BREAKOUT, successor=entries[0])
    finder_services._release(by=None, note=BREAKOUT)
    _make_readers_words(entries[0])
    return entries[0]


def _make_entries():
    make_cities()
    source, department = make_source(url="https://example.org/", link="official"), make_department()
    guide = Guide.objects.create(name="示例", measures_total=28, published_on="2025-04-28")
    guide.citations.create(source=source, quote="示例")
    hotline, office = make_hotline(), make_office()
    office.hours.create(weekday=1, opens_at="09:00", closes_at="17:00")
    domain = make_domain(slug="medical")
    domain.hotlines.add(hotline)
    calendar = WorkCalendar.objects.create(year=2026, source=source)
    calendar.spans.create(name="示例", first_on="2026-01-01", last_on="2026-01-03")
    programme = make_programme(2024, total=10, announced_on="2024-01")
    programme.citations.create(source=source, quote="示例")
    measure = publish_measure(
        slug="example",
        domain=domain,
        scenarios=[make_scenario(slug="seeing-a-doctor")],
        cities=["qingdao"],
        hotlines=[hotline],
        promised_value=9,
        promised_unit="working_day",
    )
    measure.steps.create(text="示例", url="https://example.org/")
    measure.materials.create(name="示例")
    measure.questions.create(question="示例", answer="示例")
    measure.departments.create(department=department)
    measure.offices.add(office)
    provision = measure.provisions.get(city__slug="qingdao")
    provision.links.create(label="示例", url="https://example.org/")
    provision.offices.add(office)
    project = publish_project(slug="example", cities=["qingdao"], placement="listed", rank=1)
    project.departments.create(department=department)
    project.indicators.create(name="示例", value="237", unit="示例")
    project.milestones.create(text="示例", planned_on="2024-06")
    StatusChange.objects.create(project=project, status="in_progress", source=source, text="示例")
    zone = publish_zone(slug="example")
    zone.aims.create(text="示例")
    agreement = zone.agreements.create(slug="example", title="示例")
    agreement.parties.create(name="示例")
    zone.events.create(text="示例", date="2025-04")
    return measure, project, zone


def _make_finder(measure):
    live = Question.objects.create(slug="live", text="示例", role="live", position=1)
    need = Question.objects.create(slug="need", text="示例", role="select", position=2)
    live.answers.create(slug="qingdao", label="示例", next_question=need)
    answer = need.answers.create(slug="example", label="示例")
    rule = Rule.objects.create(entry_id=measure.pk)
    rule.conditions.create(answer=answer, verdict="applies", why="示例")
    Synonym.objects.create(word="示例词", means=["示例"])


def _make_readers_words(measure):
    """What people without an account can leave behind, and what staff see of machines."""
    message = make_message(
        measure, reference="ACDEFHJKMNPRTWX", text=BREAKOUT, contact=SHORT, about_title=BREAKOUT
    )
    message.answer, message.answered_at = BREAKOUT, timezone.now()
    message.save()
    make_message(measure, text=BREAKOUT, contact=SHORT, about=f"/guide/{SHORT}/")
    make_question(slug="example-evil", text=SHORT)
    Usefulness.objects.create(path="/guide/", title=BREAKOUT, day=timezone.localdate(), yes=1)
    WordCount.objects.create(text=SHORT, last_on=timezone.localdate(), searches=3)
    user = get_user_model().objects.create_user("evil", is_staff=True, first_name=BREAKOUT)
    link = CheckLink.objects.create(
        kind="measure",
        entry_id=measure.pk,
        version=1,
        token_hash="0" * 64,
        recipient=SHORT,
        created_by=user,
        expires_at=timezone.now() + timedelta(days=1),
    )
    CheckAnswer.objects.create(
        id=uuid.uuid4(), link=link, verdict="wrong", remark=BREAKOUT, name=SHORT, version=1
    )
    LinkCheck.objects.create(url=ADDRESS, entry_ids=[measure.pk])
    Partner.objects.filter(pk=make_partner(name=BREAKOUT[:100]).pk).update(note=BREAKOUT)
    AuditEntry.objects.create(
        action="user_changed",
        actor_name=BREAKOUT,
        object_kind=SHORT,
        object_title=BREAKOUT,
        details={"note": BREAKOUT, SHORT: [BREAKOUT]},
    )


def _poison(row):
    """Write markup into every text of the row that takes any text."""
    for field in row._meta.concrete_fields:
        if isinstance(field, ArrayField):
            if isinstance(field.base_field, models.CharField) and not field.base_field.choices:
                setattr(row, field.attname, [text_for(field.base_field, row)])
        elif takes_any_text(field):
            setattr(row, field.attname, text_for(field, row))
        elif isinstance(field, models.URLField) and field.value_from_object(row):
            setattr(row, field.attname, ADDRESS)
    row.translations = {
        language: {name: text_for(row._meta.get_field(name), row) for name in row.translatable}
        for language in LANGUAGES
    }
    row.save()


def takes_any_text(field):
    is_text = isinstance(field, models.CharField | models.TextField)
    is_special = isinstance(field, models.SlugField | models.URLField | PartialDateField)
    is_code = field.choices or field.name in KEPT or not field.editable
    patterns = [check for check in field.validators if isinstance(check, RegexValidator)]
    return is_text and not (is_special or is_code or patterns)


def text_for(field, row):
    if field.name in IN_MARKDOWN and isinstance(field, models.TextField):
        return MARKDOWN
    unique = str(row.pk)[:8] if field.unique else ""
    texts = (BREAKOUT, SHORT, SHORTEST, "<")
    room = (field.max_length or 10_000) - len(unique)
    return next(text for text in texts if len(text) <= room) + unique
