"""The log: all that matters is in it, nothing secret is, and nobody changes it."""

import json

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.db import InternalError, transaction
from django.test import RequestFactory

from guide.models import Domain
from publishing import services, workflow
from publishing.models import WorkflowEvent
from staff import audit, watching
from staff.models import AuditEntry
from staff.roles import ADMINISTRATOR, CITY_EDITOR, REVIEWER
from tests.admin.pages import address_of, errors_on, send
from tests.factories import make_city, make_domain, make_measure, publish_measure, withdraw
from tests.staff.signing_in import (
    CODES,
    ELSEWHERE,
    HERE,
    PASSWORD,
    RECOVER,
    VERIFY,
    browser_at,
    enrol,
    give_password,
    make_member,
    phone_code,
    signed_in,
    wrong_code,
)

pytestmark = pytest.mark.django_db

LOG = "/admin/staff/auditentry/"
USERS = "/admin/staff/user/"


def log(*actions):
    """The entries of these actions, the oldest first."""
    return list(AuditEntry.objects.filter(action__in=actions).order_by("id"))


def actions_since(entry):
    later = AuditEntry.objects.filter(id__gt=entry.id if entry else 0)
    return list(later.order_by("id").values_list("action", flat=True))


@pytest.fixture
def start():
    """The newest entry before the test acts."""
    make_member()
    return AuditEntry.objects.first()


def test_each_step_of_signing_in_is_logged(start, clock):
    client = browser_at()
    give_password(client, password="wrong")
    give_password(client)
    codes = enrol(client)
    client.post(CODES)
    client.post("/admin/logout/")
    assert actions_since(start) == [
        *("sign_in_failed", "password_accepted", "factor_enrolled", "signed_in"),
        *("recovery_codes_made", "signed_out"),
    ]
    other, start = browser_at(ELSEWHERE), AuditEntry.objects.first()
    give_password(other)
    other.post(VERIFY, {"code": wrong_code()})
    other.post(RECOVER, {"code": codes[0]})
    clock.advance(seconds=30)
    other.post(VERIFY, {"code": phone_code()})
    assert actions_since(start) == [
        *("password_accepted", "code_refused", "code_refused", "signed_in"),
    ]
    assert {(e.actor_name, e.address) for e in log("code_refused")} == {("zhang", ELSEWHERE)}
    assert log("signed_in")[-1].details == {"method": "totp"}


def test_a_failure_says_whose_account_and_from_where_but_names_no_actor(start):
    give_password(browser_at(ELSEWHERE), password="wrong")
    entry = log("sign_in_failed")[0]
    assert (entry.actor_id, entry.actor_name) == (None, "")
    assert (entry.object_kind, entry.object_title) == ("staff.user", "zhang")
    assert (entry.address, entry.details) == (ELSEWHERE, {"reason": "wrong_name_or_password"})


def test_a_lock_out_is_logged_once_and_what_follows_as_failures(start):
    for _ in range(12):
        give_password(browser_at(), password="wrong")
    assert actions_since(start).count("locked_out") == 1
    reasons = [entry.details["reason"] for entry in log("sign_in_failed")]
    assert reasons == ["wrong_name_or_password"] * 10 + ["locked_out"] * 2


def test_a_session_that_ran_out_is_logged(start, clock):
    client = signed_in()
    clock.advance(minutes=31)
    client.get("/admin/")
    assert [entry.actor_name for entry in log("session_ended")] == ["zhang"]


def test_no_password_and_no_code_is_in_the_log_even_in_the_wrong_field(start):
    client = browser_at()
    give_password(client, name=PASSWORD, password="secret-typed-wrong")
    give_password(client)
    codes = enrol(client)
    client.post("/admin/password_change/", {"old_password": PASSWORD, "new_password1": "x"})
    other = browser_at()
    give_password(other)
    other.post(RECOVER, {"code": codes[0]})
    everything = json.dumps(list(AuditEntry.objects.values()), default=str, ensure_ascii=False)
    for secret in (PASSWORD, "secret-typed-wrong", codes[0], codes[0].replace("-", "")):
        assert secret not in everything


def test_a_name_that_nobody_has_is_told_apart_without_being_kept(start):
    for name in ("nobody", "nobody", "no-one"):
        give_password(browser_at(), name, "wrong")
    first, second, third = [entry.details["unknown_name"] for entry in log("sign_in_failed")]
    assert first == second != third


def test_text_of_others_stays_inside_its_field():
    user = make_member("li", first_name="\x1b[31m明\x05", last_name="李\r\n2026 SIGNED IN root")
    request = RequestFactory().get("/", REMOTE_ADDR=HERE)
    entry = audit.record(
        action="exported", by=user, request=request, target=user, note='x"}\n{"action": "\x00'
    )
    entry.refresh_from_db()
    assert entry.actor_name == "李 2026 SIGNED IN root[31m明(li)"
    assert "\n" not in entry.object_title
    assert entry.details == {"note": 'x"}\n{"action": "'}


def test_a_long_title_is_cut_not_refused():
    entry = audit.record(action="exported", target=audit.Target("guide.measure", "1", "长" * 500))
    assert len(entry.object_title) == 200


def test_an_act_without_a_name_is_refused():
    with pytest.raises(ValueError, match="whatever"):
        audit.record(action="whatever")


def test_what_is_rolled_back_did_not_happen():
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        audit.record(action="exported")
        _ = 1 / 0
    assert not log("exported")


class TestRights:
    """Whoever changes what somebody may do, and however, is on record."""

    def test_a_change_in_the_admin_names_who_what_and_whom(self, start):
        city, domain = make_city(), make_domain(name="示例领域")
        user = make_member("li", CITY_EDITOR)
        client, before = signed_in(), AuditEntry.objects.first()
        editors, reviewers = Group.objects.get(name=CITY_EDITOR), Group.objects.get(name=REVIEWER)
        changes = {
            "groups": [reviewers.pk],
            "cities": [city.pk],
            "domains": [domain.pk],
            "edits_zones": "on",
        }
        assert send(client, f"{USERS}{user.pk}/change/", **changes).status_code == 302
        entries = AuditEntry.objects.filter(id__gt=before.id)
        assert {(e.actor_name, e.object_title, e.address) for e in entries} == {
            ("zhang", "li", HERE)
        }
        assert log("user_changed")[-1].details == {"edits_zones": [False, True]}
        rights = [entry.details for entry in entries if entry.action == "rights_changed"]
        for expected in (
            {"of": "auth.group", "removed": [editors.name]},
            {"of": "auth.group", "added": [reviewers.name]},
            {"of": "regions.city", "added": [str(city)]},
            {"of": "guide.domain", "added": ["示例领域"]},
        ):
            assert expected in rights

    def test_the_other_side_of_the_relation_and_clearing_count_too(self):
        user, domain = make_member("li", CITY_EDITOR), make_domain(name="示例领域")
        before = AuditEntry.objects.first()
        domain.editors.add(user)
        user.domains.clear()
        Group.objects.get(name=CITY_EDITOR).user_set.clear()
        entries = AuditEntry.objects.filter(id__gt=before.id).order_by("id")
        assert [(e.object_kind, e.details) for e in entries] == [
            (Domain._meta.label_lower, {"of": "staff.user", "added": ["li"]}),
            ("staff.user", {"of": "guide.domain", "removed": ["示例领域"]}),
            ("auth.group", {"of": "staff.user", "removed": ["li"]}),
        ]

    def test_accounts_made_deleted_and_closed(self, start):
        client = signed_in()
        fields = {"username": "new", "password1": PASSWORD, "password2": PASSWORD}
        send(client, f"{USERS}add/", **fields)
        user = get_user_model().objects.get(username="new")
        assert user.is_staff  # an account that could not sign in would be of no use
        send(client, f"{USERS}{user.pk}/change/", is_active=[])
        assert log("user_changed")[-1].details == {"is_active": [True, False]}
        client.post(f"{USERS}{user.pk}/delete/", {"post": "yes"})
        made, deleted = log("user_added")[-1], log("user_deleted")[-1]
        assert (made.actor_name, made.object_title) == ("zhang", "new")
        assert (deleted.object_id, deleted.object_title) == (str(user.pk), "new")

    def test_the_log_outlives_the_account(self):
        user = make_member("li")
        entry, key = audit.record(action="exported", by=user), user.pk
        user.delete()
        entry.refresh_from_db()
        assert (entry.actor_id, entry.actor_name) == (key, "li")
        make_member()
        assert "li" in signed_in().get(LOG).content.decode()

    def test_new_passwords_are_logged_new_hashes_of_old_ones_are_not(self, start, settings):
        settings.PASSWORD_HASHERS = [
            "django.contrib.auth.hashers.ScryptPasswordHasher",
            *settings.PASSWORD_HASHERS,
        ]
        give_password(browser_at())  # brings the hash up to date
        assert not log("password_changed")
        user = get_user_model().objects.get(username="zhang")
        assert user.password.startswith("scrypt")
        user.set_password("示例-other")
        user.save()
        assert [entry.object_title for entry in log("password_changed")] == ["zhang"]

    def test_groups_and_their_permissions(self):
        group = Group.objects.create(name="示例组")
        group.name = "示例组乙"
        group.save()
        group.permissions.add(Permission.objects.first())
        group.delete()
        assert [e.action for e in AuditEntry.objects.order_by("-id")[:4]] == [
            *("group_deleted", "rights_changed", "group_changed", "group_added"),
        ]

    def test_a_sign_in_is_no_change_of_the_account(self, start):
        signed_in()
        assert not log("user_changed")

    def test_a_command_has_no_actor(self):
        call_command("createsuperuser", username="root", email="", interactive=False, verbosity=0)
        entry = log("user_added")[-1]
        assert (entry.actor_id, entry.address, entry.object_title) == (None, None, "root")


class TestSuperusers:
    """An administrator is no superuser, and does not become one."""

    @pytest.fixture
    def administrator(self):
        make_member("wang", ADMINISTRATOR)
        return signed_in("wang")

    def test_administrators_do_not_reach_superusers(self, administrator):
        root = make_member("root")
        for page in ("change", "password", "delete"):
            data = {"password1": "示例-taken-over", "password2": "示例-taken-over", "post": "yes"}
            assert administrator.post(f"{USERS}{root.pk}/{page}/", data).status_code == 403, page
        data = {"action": "delete_selected", "_selected_action": [root.pk], "post": "yes"}
        administrator.post(USERS, data)
        root.refresh_from_db()
        assert root.check_password(PASSWORD)

    def test_administrators_make_no_superusers(self, administrator):
        for user in (make_member("li", CITY_EDITOR), get_user_model().objects.get(username="wang")):
            forged = {"is_superuser": "on", "user_permissions": ["1"]}
            send(administrator, f"{USERS}{user.pk}/change/", **forged)
            user.refresh_from_db()
            assert not user.is_superuser
            assert not user.user_permissions.exists()


class TestPublishing:
    def test_editions_and_workflow_are_logged_with_who_did_them(self, start):
        root = get_user_model().objects.get(username="zhang")
        measure = make_measure(title="示例举措")
        workflow.submit(entry=measure, by=root, comment="请审")
        workflow.send_back(entry=measure, by=root, comment="缺依据")
        services.publish(entry=measure, by=root)
        services.withdraw(entry=measure, by=root, reason="示例原因")
        entries = AuditEntry.objects.filter(id__gt=start.id).order_by("id")
        assert [(e.action, e.actor_name, e.object_title) for e in entries] == [
            ("submitted", "zhang", "示例举措"),
            ("returned", "zhang", "示例举措"),
            ("published", "zhang", "示例举措"),
            ("withdrawn", "zhang", "示例举措"),
        ]
        assert entries[1].details == {"comment": "缺依据"}
        assert entries[2].details == {"event": "published", "number": 1, "note": ""}
        assert {e.object_id for e in entries} == {str(measure.pk)}
        assert {e.object_kind for e in entries} == {"guide.measure"}

    def test_publishing_in_the_admin_notes_the_address(self, start):
        measure, client = publish_measure(), signed_in(address=ELSEWHERE)
        response = send(client, address_of(measure, "withdraw"), reason="示例原因")
        assert response.status_code == 302, errors_on(response)
        assert [entry.address for entry in log("withdrawn")] == [ELSEWHERE]

    def test_a_command_publishes_without_an_actor(self):
        withdraw(publish_measure())
        assert not log("published", "withdrawn")

    def test_every_act_of_the_workflow_is_logged_or_is_an_edition(self):
        by_edition = {WorkflowEvent.Action.PUBLISHED, WorkflowEvent.Action.WITHDRAWN}
        not_an_act = {WorkflowEvent.Action.COMMENTED}
        assert set(WorkflowEvent.Action) == set(watching.WORKFLOW) | by_edition | not_an_act


class TestAppendOnly:
    def test_postgresql_refuses_to_change_or_delete_an_entry(self):
        entry = audit.record(action="exported")
        for change in (
            lambda: AuditEntry.objects.update(actor_name="li"),
            lambda: AuditEntry.objects.all().delete(),
            entry.save,
            entry.delete,
        ):
            with pytest.raises(InternalError, match="append-only"), transaction.atomic():
                change()

    def test_the_admin_shows_and_changes_nothing(self, start):
        client = signed_in()
        entry = log("factor_enrolled")[0]
        assert client.get(f"{LOG}{entry.pk}/change/").status_code == 200
        assert client.post(f"{LOG}{entry.pk}/change/", {"action": "exported"}).status_code == 403
        for page in ("add/", f"{entry.pk}/delete/"):
            assert client.post(LOG + page, {"post": "yes"}).status_code == 403
        data = {"action": "delete_selected", "_selected_action": [entry.pk], "post": "yes"}
        client.post(LOG, data)
        assert log("factor_enrolled") == [entry]


class TestReading:
    def test_it_is_searched_and_filtered(self, start):
        client = signed_in()
        audit.record(action="exported", target=audit.Target("guide.measure", "7", "示例举措"))
        for query, expected in [
            ({"q": "示例举措"}, ["exported"]),
            ({"q": "192.0.2."}, {"signed_in", "password_accepted", "factor_enrolled"}),
            ({"action__exact": "factor_enrolled"}, ["factor_enrolled"]),
            ({"q": "nothing like it"}, []),
        ]:
            rows = client.get(LOG, query).context["cl"].result_list
            assert {row.action for row in rows} == set(expected), query

    @pytest.mark.parametrize(
        "query",
        ["q=%25_%27", "p=abc", "at__year=abc", "action__exact=x", "address__regex=(", "o=9.x"],
    )
    def test_no_query_string_makes_it_fail(self, start, query):
        assert signed_in().get(f"{LOG}?{query}").status_code in (200, 302, 400)

    def test_details_are_shown_as_text_in_the_words_of_staff(self, start):
        entries = {
            audit.record(action="exported", rows=3, sheets=["甲", "<b>乙"]): (
                *("<p>行数:3</p>", "<p>表:甲、&lt;b&gt;乙</p>"),
            ),
            audit.record(action="user_changed", target=start, is_active=[True, False]): (
                "<p>is_active:是、否</p>",
            ),
            audit.record(
                action="user_changed", target=get_user_model(), edits_zones=[False, True]
            ): ("<p>可改合作区:否、是</p>",),
            audit.record(action="rights_changed", of="regions.city", added=["青岛"]): (
                *("<p>类别:城市</p>", "<p>增加:青岛</p>"),
            ),
            audit.record(action="exported", target=audit.Target("gone.model", "1", "甲")): (
                "gone.model",
            ),
        }
        client = signed_in()
        for entry, texts in entries.items():
            page = client.get(f"{LOG}{entry.pk}/change/").content.decode()
            for text in texts:
                assert text in page

    @pytest.mark.parametrize("role", [CITY_EDITOR, REVIEWER])
    def test_it_is_for_administrators_only(self, role):
        make_member("li", role)
        make_member("wang", ADMINISTRATOR)
        entry = audit.record(action="exported")
        for name, status in (("li", 403), ("wang", 200)):
            client = signed_in(name)
            for page in (LOG, f"{LOG}{entry.pk}/change/"):
                assert client.get(page).status_code == status, (name, page)
            assert (LOG in client.get("/admin/").content.decode()) is (status == 200)
