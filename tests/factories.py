"""Makers of rows with plain defaults. Names are examples (示例), never facts.

`make_…` saves working rows, `publish_…` publishes them too; all return the row. Names count up, so
that two rows made alike differ. What one maker saves renews the catalogue once, not row by row.
"""

import uuid
from datetime import timedelta
from itertools import count

from django.utils import timezone

from contacts.models import Department, Hotline, Office
from cooperation.models import Zone
from feedback.models import Message
from finder.models import Question
from guide.models import Domain, Measure, Provision, Scenario
from partners import keys
from partners.models import Partner
from projects.models import Programme, Project
from publishing import services
from regions.models import City, County
from sources.models import Source

CITIES = {
    "qingdao": ("370200", "青岛"),
    "yantai": ("370600", "烟台"),
    "weifang": ("370700", "潍坊"),
    "weihai": ("371000", "威海"),
    "rizhao": ("371100", "日照"),
}
_numbers = count(1)


def make_city(slug="qingdao"):
    """The city of that address, made if it is not there yet."""
    city = City.objects.filter(slug=slug).first()
    if city:
        return city
    code, short_name = CITIES[slug]
    return City.objects.create(slug=slug, code=code, name=f"{short_name}市", short_name=short_name)


@services.batched_quotes()
def make_cities():
    """All five cities, as every measure needs them, in the order of their codes."""
    return [make_city(slug) for slug in CITIES]


@services.batched_quotes()
def make_county(*, city=None, **fields):
    n = next(_numbers)
    fields.setdefault("code", str(370_200 + n % 100 + 1000 * (n // 100)))
    fields.setdefault("name", f"示例区{n}")
    fields.setdefault("kind", "市辖区")
    return County.objects.create(city=city or make_city(), **fields)


def make_domain(**fields):
    n = next(_numbers)
    defaults = {"slug": f"example-domain-{n}", "name": f"示例领域{n}"}
    return Domain.objects.create(**defaults | fields)


def make_scenario(**fields):
    n = next(_numbers)
    defaults = {"slug": f"example-scenario-{n}", "name": f"示例场景{n}"}
    return Scenario.objects.create(**defaults | fields)


def make_source(**fields):
    n = next(_numbers)
    defaults = {"key": f"example-source-{n}", "title": f"示例报道{n}", "publisher": "示例发布者"}
    return Source.objects.create(**defaults | fields)


def make_department(**fields):
    n = next(_numbers)
    return Department.objects.create(
        **{"name": f"示例部门{n}", "level": Department.Level.PROVINCE} | fields
    )


def make_hotline(**fields):
    n = next(_numbers)
    defaults = {"slug": f"example-hotline-{n}", "number": f"000-{n:04}", "name": f"示例热线{n}"}
    return Hotline.objects.create(**defaults | fields)


@services.batched_quotes()
def make_office(*, city=None, **fields):
    n = next(_numbers)
    defaults = {"name": f"示例窗口{n}", "address": f"示例路{n}号"}
    return Office.objects.create(city=city or make_city(), **defaults | fields)


@services.batched_quotes()
def make_measure(*, domain=None, cities=(), scenarios=(), hotlines=(), sources=None, **fields):
    """A measure with its five provisions; those of `cities` (slugs) are “announced”."""
    make_cities()
    n = next(_numbers)
    defaults = {
        "slug": f"example-measure-{n}",
        "title": f"示例举措{n}",
        "summary": f"示例举措{n}的摘要。",
        "audience": "示例对象",
        "scope": Measure.Scope.JIAODONG,
        "evidence": "published_policy",
    }
    measure = Measure.objects.create(domain=domain or make_domain(), **defaults | fields)
    measure.provisions.filter(city__slug__in=cities).update(status=Provision.Status.ANNOUNCED)
    measure.scenarios.set(scenarios)
    measure.hotlines.set(hotlines)
    _cite(measure, sources)
    return measure


def make_programme(year=2024, **fields):
    """The list of a year, made if it is not there yet."""
    programme = Programme.objects.filter(year=year).first()
    return programme or Programme.objects.create(
        year=year, **{"title": f"示例{year}年度十大实事"} | fields
    )


@services.batched_quotes()
def make_project(*, programme=None, cities=(), sources=None, **fields):
    """A project of 2024 unless told otherwise; `cities` are slugs."""
    n = next(_numbers)
    defaults = {
        "slug": f"example-project-{n}",
        "title": f"示例项目{n}",
        "summary": f"示例项目{n}的摘要。",
        "evidence": "named_in_announcement",
    }
    project = Project.objects.create(programme=programme or make_programme(), **defaults | fields)
    project.cities.set([make_city(slug) for slug in cities])
    _cite(project, sources)
    return project


@services.batched_quotes()
def make_zone(*, counties=(), sources=None, **fields):
    """A zone that joins `counties`, two new ones of two cities unless told otherwise."""
    n = next(_numbers)
    defaults = {
        "slug": f"example-zone-{n}",
        "title": f"示例合作区{n}",
        "theme": "示例主题",
        "evidence": "named_in_announcement",
    }
    zone = Zone.objects.create(**defaults | fields)
    for county in counties or [make_county(), make_county(city=make_city("yantai"))]:
        zone.signatories.create(county=county)
    _cite(zone, sources)
    return zone


def make_message(measure=None, *, city="", is_overdue=False, **fields):
    """A question of a reader, about the measure if one is named; `city` is a slug."""
    n = next(_numbers)
    about = {}
    if measure:
        about = {
            "about": f"/guide/measures/{measure.slug}/",
            "about_title": measure.title,
            "entry_kind": measure.kind,
            "entry_id": measure.pk,
            "domain": measure.domain,
        }
    defaults = {
        "id": uuid.uuid4(),
        "kind": Message.Kind.QUESTION,
        "text": f"示例问题{n}",
        "city": make_city(city) if city else None,
        "due_on": timezone.localdate() - timedelta(days=is_overdue),
    }
    return Message.objects.create(**defaults | about | fields)


def make_partner(**fields):
    return Partner.objects.create(**{"name": f"示例合作方{next(_numbers)}"} | fields)


def make_key(partner, *, days=30, by=None):
    """A key that is good for so many days. Return its row and the key itself."""
    expires_on = timezone.localdate() + timedelta(days=days)
    return keys.make_key(partner=partner, label="示例用途", expires_on=expires_on, by=by)


def make_question(**fields):
    """A question of the finder with one answer that leads to the result."""
    n = next(_numbers)
    defaults = {"slug": f"example-{n}", "text": f"示例问题{n}", "position": n}
    question = Question.objects.create(**defaults | fields)
    question.answers.create(slug="example", label="示例回答")
    return question


def publish(entry, *, note="示例修改说明", by=None, **options):
    """Publish the entry as its rows are now. Return the entry."""
    services.publish(entry=entry, by=by, note=note, **options)
    return entry


def withdraw(entry, *, reason="示例撤回原因", by=None, successor=None):
    """Take the entry off the public side. Return the entry."""
    services.withdraw(entry=entry, by=by, reason=reason, successor=successor)
    return entry


def publish_measure(**fields):
    return publish(make_measure(**fields))


def publish_project(**fields):
    return publish(make_project(**fields))


def publish_zone(**fields):
    return publish(make_zone(**fields))


def _cite(entry, sources):
    """Quote these sources, a new one where None are named: nothing goes public without."""
    sources = [make_source()] if sources is None else sources
    model = entry.citations.model
    model.objects.bulk_create(  # around save(): no edit of the entry, whose version stays 1
        model(**{model.parent_field: entry}, source=source, quote="示例引文") for source in sources
    )
