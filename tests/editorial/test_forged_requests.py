"""Hundreds of forged posts by staff at rows that are not theirs: none changes anything.

The posts are those that a superuser's browser would send, so that only the rights stop them.
"""

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core import serializers
from django.test import Client
from django.urls import reverse

from publishing.models import Edition, Schedule, WorkflowEvent
from publishing.rows import Row
from tests.admin.pages import address_of, form_on
from tests.editorial.cast import (
    make_city_editor,
    make_domain_editor,
    make_reviewer,
    make_staff,
)
from tests.factories import (
    make_city,
    make_department,
    make_domain,
    make_hotline,
    make_measure,
    make_office,
    make_programme,
    make_scenario,
    make_source,
    publish_measure,
    publish_project,
    publish_zone,
)

pytestmark = pytest.mark.django_db

# What these roles may do with any entry, by `staff.access`.
ALLOWED = {
    "city": {"submit", "comment"},
    "reviewer": {"approve", "send-back", "publish", "withdraw", "unschedule", "comment", "verify"},
}
NOT_CONTENT = {"presence", "exchangefile"}  # written by whoever opens a page


def client_of(user):
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client


@pytest.fixture
def foreign_rows():
    """Rows that none of the attackers keeps: 青岛's, and of a domain of nobody."""
    domain = make_domain()
    live, draft = publish_measure(domain=domain, cities=["qingdao"]), make_measure(domain=domain)
    project, zone = publish_project(), publish_zone()
    return [
        *(live, draft, project, zone, domain, make_scenario(), make_hotline(), make_source()),
        *(live.provisions.get(city__slug="qingdao"), draft.provisions.get(city__slug="weihai")),
        *(make_office(city=make_city("qingdao")), make_department(), make_programme()),
        *(make_city("qingdao"), zone.signatories.first().county),
        zone.agreements.create(slug="example-agreement", title="示例协议"),
        get_user_model().objects.create_user("示例同事", is_staff=True),
        Group.objects.first(),
    ]


@pytest.fixture
def attackers(foreign_rows):
    return {
        "city": make_city_editor(cities=["yantai"]),
        "domain": make_domain_editor(domains=[make_domain()]),
        "reviewer": make_reviewer(),
        "nobody": make_staff("示例无角色"),
    }


def everything():
    """All content, accounts and editions as text."""
    models = [
        model
        for model in apps.get_models()
        if issubclass(model, (Row, Edition, Schedule, WorkflowEvent, Group))
        and model._meta.model_name not in NOT_CONTENT
    ]
    users = get_user_model().objects.order_by("pk").values("pk", "username", "is_superuser")
    content = {
        model._meta.label: serializers.serialize("json", model._base_manager.order_by("pk"))
        for model in models
    }
    return content | {"users": str(list(users))}


def form_of(root, row):
    """What the change page of the row would send for somebody who may do everything."""
    return form_on(root.get(address_of(row, "change")))


def forged_posts(data, row, allowed):
    """`(address, data)` of everything that a page of the row would let its keeper do.

    `data` is what its form would send untouched.
    """
    change = address_of(row, "change")
    forged = {"workflow_state": "published", "state": "published", "version": "1"}
    for name, values in data.items():
        if name.endswith(("title", "name", "reason", "text", "note", "summary", "first_name")):
            forged[name] = f"伪造{values[0]}"
    yield change, data | forged
    yield change, data | forged | {"_save": "1", "status": "implemented", "is_superuser": "on"}
    yield address_of(row, "delete"), {"post": "yes"}
    chosen = {"_selected_action": [str(row.pk)], "post": "yes", "confirmed": "yes", "note": "伪造"}
    model_admin = admin.site._registry[type(row)]
    names = {name if isinstance(name, str) else name.__name__ for name in model_admin.actions or ()}
    for name in names | {"delete_selected"}:
        if name.removesuffix("_selected") not in allowed and not name.startswith("export"):
            yield address_of(type(row)), chosen | {"action": name, "reason": "伪造"}
    for page in own_pages(model_admin):
        if page not in allowed:
            words = {"note": "伪造", "reason": "伪造", "comment": "伪造", "confirmed": "yes"}
            yield f"/admin/{row._meta.app_label}/{row._meta.model_name}/{row.pk}/{page}/", words
    add = address_of(type(row), "add")
    yield add, data | forged


def own_pages(model_admin):
    """The names in `<pk>/<name>/` of the pages that a model's admin adds to Django's."""
    for pattern in model_admin.get_urls():
        parts = str(pattern.pattern).strip("/").split("/")
        is_own = len(parts) == 2 and parts[1] not in ("change", "delete", "history")
        if is_own and parts[0].startswith("<") and "<" not in parts[1]:
            yield parts[1]


def api_posts(row):
    if getattr(row, "kind", "") in ("measure", "project", "zone"):
        for method in ("post", "put", "patch", "delete"):
            yield method, f"/api/v1/{row.kind}s/{row.slug}/"


def test_of_hundreds_of_forged_posts_none_changes_anything(foreign_rows, attackers):
    root = client_of(get_user_model().objects.create_superuser("root"))
    forms = {row: form_of(root, row) for row in foreign_rows}
    before = everything()
    sent = 0
    for role, user in attackers.items():
        client = client_of(user)
        for row, form in forms.items():
            for address, data in list(forged_posts(form, row, ALLOWED.get(role, set()))):
                response = client.post(address, data)
                assert response.status_code < 500, (role, address)
                sent += 1
            for method, address in api_posts(row):
                assert getattr(client, method)(address).status_code == 405
                sent += 1
        assert everything() == before, role
    assert sent >= 500


def test_the_same_posts_by_who_may_do_change_something(foreign_rows):
    """Else the forged posts would prove nothing."""
    root = client_of(get_user_model().objects.create_superuser("root"))
    unchanged = []
    for row in foreign_rows[:3]:
        before = everything()
        address, data = next(iter(forged_posts(form_of(root, row), row, set())))
        root.post(address, data)
        if everything() == before:
            unchanged.append(row)
    assert not unchanged


def test_nobody_reads_the_staff_area_without_an_account(foreign_rows):
    for row in foreign_rows:
        response = Client().get(address_of(row, "change"))
        assert response.status_code == 302
        assert response["Location"].startswith(reverse("admin:login"))
