"""Lists of staff: what is not counted to the end says so, and everything is in Chinese."""

import re

import pytest
from django.contrib import admin
from django.contrib.admin.utils import flatten_fieldsets, label_for_field
from django.urls import NoReverseMatch, reverse
from django_tasks_db.models import DBTaskResult

from guide.models import Measure
from publishing import workflow
from qingdao_portal.housekeeping import plan_daily
from tests.admin.conftest import client_of
from tests.admin.pages import address_of
from tests.editorial.cast import make_administrator, make_reviewer
from tests.factories import make_domain, make_measure

pytestmark = pytest.mark.django_db

# What the staff area says besides data; codes, names of files and of programs may be Latin.
ENGLISH = re.compile(r"\b[A-Za-z][a-z]+(?: [A-Za-z]+)+\b")
CHINESE = re.compile("[\u4e00-\u9fff]")


def test_a_list_that_is_cut_says_so_and_never_a_false_number(root, monkeypatch):
    domain = make_domain()
    for _ in range(5):
        make_measure(domain=domain)
    text = root.get(address_of(Measure), {"q": ""}).content.decode()
    assert re.search(r"5条举措\s", text)
    assert "以上" not in text
    monkeypatch.setattr("publishing.admin.rows.MOST_LISTED", 3)
    text = root.get(address_of(Measure), {"q": "示"}).content.decode()
    assert "3条以上举措,这里只能翻到第3条" in text
    assert re.search(r"3条以上\(<a", text)


def test_an_act_is_for_all_rows_only_where_all_are_counted(root, monkeypatch):
    domain = make_domain()
    for _ in range(5):
        make_measure(domain=domain)
    monkeypatch.setattr("guide.admin.MeasureAdmin.list_per_page", 2)
    assert "选中所有的 5 个 举措" in root.get(address_of(Measure)).content.decode()
    monkeypatch.setattr("publishing.admin.rows.MOST_LISTED", 3)
    assert "选中所有" not in root.get(address_of(Measure)).content.decode()


def test_a_number_of_the_to_do_that_is_cut_says_so(monkeypatch):
    reviewer, administrator = make_reviewer(), make_administrator()
    for _ in range(3):
        workflow.submit(entry=make_measure(), by=administrator)
    client = client_of(reviewer)
    assert '<span class="todo__count">3</span>' in client.get("/admin/").content.decode()
    monkeypatch.setattr("upkeep.entry_lines.MOST_COUNTED", 2)
    assert '<span class="todo__count">2以上</span>' in client.get("/admin/").content.decode()


def said_on(response):
    """What a page says to readers and to screen readers."""
    page = re.sub(r"<(script|style)\b.*?</\1>", "", response.content.decode(), flags=re.DOTALL)
    named = re.findall(r'\s(?:alt|title|aria-label|placeholder)="([^"]*)"', page)
    return re.sub(r"<[^>]+>", "\n", page) + "\n".join(named)


def test_the_staff_area_speaks_chinese(root):
    addresses = ["/admin/", "/admin/password_change/"]
    for model in admin.site._registry:
        addresses += [address_of(model), reverse("admin:app_list", args=[model._meta.app_label])]
        try:
            addresses.append(address_of(model, "add"))
        except NoReverseMatch:
            continue
    found = {}
    for address in dict.fromkeys(addresses):
        if english := ENGLISH.findall(said_on(root.get(address))):
            found[address] = english
    assert found == {}


def names_on(model_admin, request):
    """What columns of the list and fields of the form are called, and those of rows inside it."""
    row = model_admin.model()
    columns = [name for name in model_admin.get_list_display(request) if name != "__str__"]
    parts = [(model_admin, columns)]
    for owner in (model_admin, *model_admin.get_inline_instances(request, row)):
        parts.append((owner, flatten_fieldsets(owner.get_fieldsets(request, row))))
    for owner, fields in parts:
        for name in fields:
            field = owner.form.declared_fields.get(name)
            if not (field and field.widget.is_hidden):
                yield str(field.label if field else label_for_field(name, owner.model, owner))


def test_every_column_and_every_field_has_a_chinese_name(rf, admin_user):
    request = rf.get("/admin/")
    request.user = admin_user
    found = {}
    for model, model_admin in admin.site._registry.items():
        if foreign := [n for n in names_on(model_admin, request) if not CHINESE.search(n)]:
            found[model] = foreign
    assert found == {}


def test_a_background_task_is_called_by_its_name(root):
    plan_daily()
    task = DBTaskResult.objects.first()
    page = root.get(address_of(task, "change")).content.decode()
    assert f"<h2>{task.task_name}</h2>" in page
    assert "DBTaskResult object" not in page
