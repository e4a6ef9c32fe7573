"""Who may change what: role by object by act, other cities and domains included."""

import pytest

from contacts.models import Department, Hotline, Office
from cooperation.models import Agreement, Event, Zone
from guide.models import Domain, Measure, Provision, Question, Step
from projects.models import Milestone, Programme, Project, StatusChange
from staff import access
from tests.editorial.cast import (
    make_administrator,
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
    make_message,
    make_office,
    make_project,
    make_source,
    make_zone,
)

pytestmark = pytest.mark.django_db

ROLES = (
    *("nobody", "city", "domain", "projects", "zones", "reviewer", "administrator"),
    "resigned",
)
# Which roles may change which row; all others may not.
EDITORS = {
    "own provision": {"city", "domain", "administrator"},
    "own domain's provision of another city": {"domain", "administrator"},
    "other domain's provision of own city": {"city", "administrator"},
    "foreign provision": {"administrator"},
    "own office": {"city", "administrator"},
    "other city's office": {"administrator"},
    "own measure": {"domain", "administrator"},
    "other measure": {"administrator"},
    "own step": {"domain", "administrator"},
    "other step": {"administrator"},
    "project": {"projects", "administrator"},
    "milestone": {"projects", "administrator"},
    "status change": {"projects", "administrator"},
    "programme": {"administrator"},
    "zone": {"zones", "administrator"},
    "agreement of a zone": {"zones", "administrator"},
    "agreement of all": {"administrator"},
    "message about own city": {"city", "administrator"},
    "message about own domain": {"domain", "administrator"},
    "message about another city and domain": {"administrator"},
    "message about a project": {"projects", "administrator"},
    "message about a zone": {"zones", "administrator"},
    "message about the site": {"administrator"},
    "hotline": {"administrator"},
    "domain": {"administrator"},
    "department": {"administrator"},
}


@pytest.fixture
def rows():
    own, other = make_domain(), make_domain()
    mine, theirs = make_measure(domain=own), make_measure(domain=other)
    project, zone = make_project(), make_zone()

    def provision(measure, city):
        return measure.provisions.get(city__slug=city)

    return {
        "own provision": provision(mine, "qingdao"),
        "own domain's provision of another city": provision(mine, "yantai"),
        "other domain's provision of own city": provision(theirs, "qingdao"),
        "foreign provision": provision(theirs, "yantai"),
        "own office": make_office(city=make_city("qingdao")),
        "other city's office": make_office(city=make_city("yantai")),
        "own measure": mine,
        "other measure": theirs,
        "own step": mine.steps.create(channel="online", text="示例"),
        "other step": theirs.steps.create(channel="online", text="示例"),
        "project": project,
        "milestone": project.milestones.create(text="示例"),
        "status change": project.status_changes.create(status="completed", source=make_source()),
        "programme": project.programme,
        "zone": zone,
        "agreement of a zone": zone.agreements.create(slug="example-a", title="示例"),
        "agreement of all": Agreement.objects.create(slug="example-b", title="示例"),
        "message about own city": make_message(theirs, city="qingdao"),
        "message about own domain": make_message(mine, city="yantai"),
        "message about another city and domain": make_message(theirs, city="yantai"),
        "message about a project": make_message(entry_kind="project"),
        "message about a zone": make_message(entry_kind="zone"),
        "message about the site": make_message(),
        "hotline": make_hotline(),
        "domain": own,
        "department": make_department(),
    }


@pytest.fixture
def users(rows):
    own = rows["own measure"].domain
    resigned = make_administrator("示例离职")
    resigned.is_active = False
    resigned.save()
    return {
        "nobody": make_staff("示例无角色"),
        "city": make_city_editor(),
        "domain": make_domain_editor(domains=[own]),
        "projects": make_domain_editor("示例实事编辑", edits_projects=True),
        "zones": make_domain_editor("示例合作区编辑", edits_zones=True),
        "reviewer": make_reviewer(),
        "administrator": make_administrator(),
        "resigned": resigned,
    }


@pytest.mark.parametrize("role", ROLES)
def test_each_role_changes_its_own_rows_and_no_others(role, rows, users):
    may = {name for name, row in rows.items() if access.may_edit(users[role], row)}
    assert may == {name for name, roles in EDITORS.items() if role in roles}


@pytest.mark.parametrize("role", ROLES)
def test_a_list_narrowed_to_the_editable_is_the_same_rule(role, rows, users):
    for name, row in rows.items():
        found = access.editable(users[role], type(row).objects.filter(pk=row.pk))
        if role not in EDITORS[name]:
            assert not found.exists(), name
        else:
            assert found.get() == row, name


def test_who_may_make_new_rows(users):
    makers = {
        Measure: {"domain", "projects", "zones", "administrator"},
        Step: {"domain", "projects", "zones", "administrator"},
        Question: {"domain", "projects", "zones", "administrator"},
        Office: {"city", "administrator"},
        Project: {"projects", "administrator"},
        Milestone: {"projects", "administrator"},
        StatusChange: {"projects", "administrator"},
        Zone: {"zones", "administrator"},
        Event: {"zones", "administrator"},
        Programme: {"administrator"},
        Hotline: {"administrator"},
        Department: {"administrator"},
        Domain: {"administrator"},
    }
    for model, roles in makers.items():
        assert {role for role in ROLES if access.may_add(users[role], model)} == roles, model


def test_a_row_is_not_carried_to_a_place_of_others(users, rows):
    office, measure = rows["own office"], rows["own measure"]
    assert access.may_place(users["city"], office)
    office.city = make_city("yantai")
    assert not access.may_place(users["city"], office)
    assert access.may_place(users["domain"], measure)
    measure.domain = rows["other measure"].domain
    assert not access.may_place(users["domain"], measure)
    assert access.may_place(users["administrator"], measure)
    assert not access.may_place(users["zones"], Event(text="示例"))
    assert access.may_place(users["zones"], Event(text="示例", zone=rows["zone"]))


def test_only_reviewers_and_administrators_review(users, rows):
    for name in ("own measure", "project", "zone"):
        may = {role for role in ROLES if access.may_review(users[role], rows[name])}
        assert may == {"reviewer", "administrator"}


def test_who_may_submit_a_measure(users, rows):
    may = {role for role in ROLES if access.may_submit(users[role], rows["own measure"])}
    assert may == {"city", "domain", "administrator"}
    may = {role for role in ROLES if access.may_submit(users[role], rows["project"])}
    assert may == {"projects", "administrator"}


def test_a_city_editor_without_cities_changes_nothing(rows):
    user = make_city_editor("示例无城市", cities=())
    assert not [name for name, row in rows.items() if access.may_edit(user, row)]


def test_rights_are_asked_of_the_database_not_of_what_was_loaded(users):
    """A provision whose city was set in memory only is judged by its stored city."""
    provision = Provision.objects.filter(city__slug="yantai").first()
    provision.city = make_city("qingdao")
    assert not access.may_edit(users["city"], provision)
