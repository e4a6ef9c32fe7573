"""Every registered admin opens, searches, filters and adds; no address makes it fail."""

import uuid

import pytest
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType

from contacts.models import Department, Hotline, Office
from cooperation.models import Agreement, Event, Zone
from feedback.models import Message, Usefulness
from finder.models import Answer, Question, Release, Rule
from guide.models import Domain, Guide, Measure, Provision, ProvisionReview, Scenario, WorkCalendar
from partners.models import ApiKey, DailyUse, Delivery, Partner, Subscription
from projects.models import Programme, Project
from publishing.models import Edition, Schedule
from regions.models import City, County, StatisticalZone
from search.models import Synonym, WordCount
from sources.models import Source
from staff.models import AuditEntry
from tests.admin.pages import address_of, errors_on, send
from tests.factories import (
    make_city,
    make_domain,
    make_key,
    make_message,
    make_office,
    make_partner,
    make_programme,
    make_question,
    make_source,
    publish_measure,
    publish_project,
    publish_zone,
)
from upkeep.models import LinkCheck

pytestmark = pytest.mark.django_db

REGISTERED = list(admin.site._registry)
PASSWORD = "example-password-1"

# What an editor must fill in at least, field by field; a function where a row must exist first.
ADDED = {
    Synonym: {"word": "示例词", "means": "示例"},
    Source: {"key": "new", "title": "示例报道"},
    City: {"code": "379900", "name": "示例市", "short_name": "示例", "slug": "new"},
    County: {"code": "379901", "name": "示例区", "city": lambda: make_city().pk},
    StatisticalZone: {"code": "379902", "name": "示例开发区", "city": lambda: make_city().pk},
    Department: {"name": "示例部门", "level": "province"},
    Hotline: {"slug": "new", "number": "000-0000", "name": "示例热线"},
    Office: {"name": "示例窗口", "address": "示例路1号", "city": lambda: make_city().pk},
    WorkCalendar: {"year": "2030", "source": lambda: make_source().pk},
    Domain: {"slug": "new", "name": "示例领域"},
    Scenario: {"slug": "new", "name": "示例场景"},
    Guide: {"name": "示例指南"},
    Measure: {
        "slug": "new",
        "title": "示例举措",
        "scope": "city",
        "domain": lambda: make_domain().pk,
    },
    Programme: {"year": "2030", "title": "示例年度"},
    Project: {"slug": "new", "title": "示例项目", "programme": lambda: make_programme().pk},
    Zone: {"slug": "new", "title": "示例合作区", "theme": "示例主题"},
    Agreement: {"slug": "new", "title": "示例协议"},
    Event: {"text": "示例事件"},
    Question: {"slug": "new", "text": "示例问题", "role": "judge"},
    Answer: {"slug": "new", "label": "示例回答", "question": lambda: make_question().pk},
    Rule: {"place": "go", "entry_id": lambda: publish_measure().pk},
    get_user_model(): {"username": "new", "password1": PASSWORD, "password2": PASSWORD},
    Group: {"name": "示例组"},
    Partner: {"name": "示例合作方"},
    Subscription: {"partner": lambda: make_partner().pk, "url": "https://hook.example/"},
}
NEVER_ADDED = [
    *(AuditEntry, Edition, LinkCheck, Message, Provision, ProvisionReview, Release, Schedule),
    *(ApiKey, DailyUse, Delivery, Usefulness, WordCount),
]

HOSTILE = [
    *("p=abc", "p=-1", "p=99999999999999999999", "p=1e309", "o=abc", "o=99.99", "o=1.-2.x"),
    *("q=%F0%9F%98%80", "q=%25_%27%22%5C", "_facets=1", "_facets=x", "e=1", "all=", "_popup=1"),
    *("id__exact=abc", "nonsense=1", "title__regex=(", "published_at__year=abc"),
    *("published_at__year=0&published_at__month=99", "state=nonsense", "kind=nonsense"),
    *("_to_field=nonsense", "domain__id__exact=abc", "is_current__exact=abc"),
]


@pytest.fixture(scope="module", autouse=True)
def rows(once_per_module):
    """Something of most kinds, published."""
    measure = publish_measure(cities=["qingdao"], sources=[make_source()])
    answer = make_question().answers.first()
    Rule.objects.create(entry_id=measure.pk).conditions.create(answer=answer, why="示例理由")
    publish_project(cities=["qingdao"])
    publish_zone()
    make_office()
    make_message(measure, city="qingdao")
    partner = make_partner()
    make_key(partner)
    subscription = Subscription.objects.create(partner=partner, url="https://hook.example/")
    Delivery.objects.create(subscription=subscription, sequence=1, state="delivered")
    Usefulness.objects.create(day="2030-01-01", path="/about/", yes=1)


@pytest.mark.parametrize("model", REGISTERED, ids=lambda model: model._meta.label)
def test_the_list_opens_and_searches(root, model):
    for text in ("", "x", "示例 x", "370200"):
        assert root.get(address_of(model), {"q": text}).status_code == 200


@pytest.mark.parametrize("model", REGISTERED, ids=lambda model: model._meta.label)
def test_the_list_filters_by_everything_it_offers(root, model):
    changelist = root.get(address_of(model)).context["cl"]
    for spec in changelist.filter_specs:
        for choice in spec.choices(changelist):
            response = root.get(address_of(model) + choice["query_string"])
            assert response.status_code == 200, choice


@pytest.mark.parametrize("query", HOSTILE)
@pytest.mark.parametrize("model", [Measure, Zone, Hotline, Edition])
def test_no_query_string_makes_a_list_fail(root, model, query):
    response = root.get(f"{address_of(model)}?{query}")
    assert response.status_code in (200, 302, 400)


@pytest.mark.parametrize("model", REGISTERED, ids=lambda model: model._meta.label)
def test_a_nul_character_is_refused(root, model):
    assert root.get(address_of(model) + "?q=%00").status_code == 400


@pytest.mark.parametrize("model", ADDED, ids=lambda model: model._meta.label)
def test_a_row_is_added_with_the_least_that_is_needed(root, model):
    fields = {name: value() if callable(value) else value for name, value in ADDED[model].items()}
    before = model.objects.count()
    response = send(root, address_of(model, "add"), **fields)
    assert response.status_code == 302, errors_on(response)
    assert model.objects.count() == before + 1


def test_every_registered_model_is_added_or_never_is():
    own = {model for model in REGISTERED if model._meta.app_label != "django_tasks_database"}
    assert own == {*ADDED, *NEVER_ADDED}


@pytest.mark.parametrize("model", NEVER_ADDED, ids=lambda model: model._meta.label)
def test_what_is_made_elsewhere_cannot_be_added(root, model):
    assert root.get(address_of(model, "add")).status_code == 403


@pytest.mark.parametrize("model", REGISTERED, ids=lambda model: model._meta.label)
def test_the_first_row_opens(root, model):
    row = model.objects.first()
    if row is not None:
        assert root.get(address_of(row, "change")).status_code == 200


@pytest.mark.parametrize(
    "page", ["change", "delete", "history", "publish", "withdraw", "preview", "versions"]
)
def test_a_row_that_does_not_exist_is_no_error(root, page):
    for key in (uuid.uuid4(), "abc", "_00"):
        response = root.get(f"/admin/guide/measure/{key}/{page}/")
        assert response.status_code in (302, 404)


def test_a_selection_of_something_that_is_no_id_is_no_error(root):
    for model in (Measure, Hotline):
        data = {"action": "delete_selected", "_selected_action": ["abc", str(uuid.uuid4())]}
        assert root.post(address_of(model), data).status_code == 302


def test_an_autocomplete_for_anything_but_a_known_field_is_refused(root):
    for query in ("", "?app_label=guide&model_name=measure&field_name=nonsense"):
        assert root.get(f"/admin/autocomplete/{query}").status_code == 403


def test_the_address_of_an_object_by_its_type_leads_nowhere(root):
    measures = ContentType.objects.get_for_model(Measure).pk
    for kind, key in [(measures, "abc"), (measures, uuid.uuid4()), ("abc", 1), (10**20, 1)]:
        assert root.get(f"/admin/r/{kind}/{key}/").status_code == 404


def test_the_index_begins_with_what_staff_work_on_every_day(root):
    apps = root.get("/admin/").context["app_list"]
    assert [app["app_label"] for app in apps][:3] == ["guide", "projects", "cooperation"]
    assert [row["object_name"] for row in apps[0]["models"]][:2] == ["Measure", "Provision"]


def test_the_staff_area_is_in_chinese(root):
    index = root.get("/admin/").content.decode()
    assert '<html lang="zh-hans"' in index
    assert "青岛都市圈同城生活指南" in index
    assert "Django" not in index.replace("Django Tasks", "")
