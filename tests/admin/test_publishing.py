"""Publishing and withdrawing in the staff area: by whom, with what words, and just once."""

import pytest
from django.contrib.admin.models import LogEntry

from cooperation.models import Zone
from guide.models import Measure
from projects.models import Project
from publishing.models import Edition
from publishing.states import State, with_state
from tests.admin.approval import approve_all
from tests.admin.pages import address_of, errors_on, form_on, messages_on
from tests.admin.pages import send as send_form
from tests.factories import (
    make_city,
    make_hotline,
    make_measure,
    make_project,
    make_zone,
    publish,
    publish_measure,
    publish_project,
    publish_zone,
    withdraw,
)

pytestmark = pytest.mark.django_db

EDITOR = ["guide.view_measure", "guide.change_measure", "guide.delete_measure"]
PUBLISHER = ["guide.view_measure", "guide.publish_measure"]


def send(client, address, **words):
    """Post a form as `pages.send` does, with everything approved."""
    approve_all()
    return send_form(client, address, **words)


def editions(entry):
    return Edition.objects.filter(entry_id=entry.pk).order_by("number")


def state(entry):
    return with_state(type(entry).objects.all()).get(pk=entry.pk).state


def edit(entry, **fields):
    for name, value in fields.items():
        setattr(entry, name, value)
    entry.save()
    return entry


@pytest.mark.parametrize("make", [make_measure, make_project, make_zone])
def test_a_draft_is_published_without_a_note(root, make):
    entry = make()
    response = send(root, address_of(entry, "publish"))
    assert response.headers["Location"] == address_of(entry, "change")
    assert [(e.number, e.event, e.note) for e in editions(entry)] == [(1, "published", "")]
    assert "已发布" in messages_on(root.get(response.headers["Location"]))[0]


def test_the_edition_says_who_published_it(staff):
    measure, client = make_measure(), staff(*PUBLISHER)
    send(client, address_of(measure, "publish"))
    user_id = int(client.session["_auth_user_id"])
    assert editions(measure).get().published_by_id == user_id
    assert LogEntry.objects.get(object_id=str(measure.pk)).user_id == user_id


def test_a_change_needs_a_note_and_keeps_it_for_readers(root):
    measure = edit(publish_measure(), title="示例新名称")
    response = send(root, address_of(measure, "publish"), note=" ")
    assert response.status_code == 200
    assert "修改说明" in errors_on(response)[0]
    assert editions(measure).count() == 1
    send(root, address_of(measure, "publish"), note="示例:改了名称")
    assert editions(measure).last().note == "示例:改了名称"


def test_a_note_holds_nothing_that_breaks_a_feed(root):
    measure = edit(publish_measure(), title="示例新名称")
    send(root, address_of(measure, "publish"), note="示例\x05说明")
    assert editions(measure).last().note == "示例说明"


def test_a_minor_change_needs_no_note_but_says_what_it_is(root):
    measure = edit(publish_measure(), title="示例新名称")
    send(root, address_of(measure, "publish"), minor="on")
    edition = editions(measure).last()
    assert (edition.event, edition.note) == ("minor", "改正错字或格式,内容含义不变。")
    assert state(measure) == State.PUBLISHED


def test_a_second_click_publishes_nothing(root):
    measure = edit(publish_measure(), title="示例新名称")
    for _ in range(2):
        response = send(root, address_of(measure, "publish"), note="示例说明")
    assert editions(measure).count() == 2
    assert "没有变化" in messages_on(root.get(response.headers["Location"]))[-1]


def test_the_page_names_what_would_be_published(root):
    measure = publish_measure(cities=["qingdao"])
    assert "没有改动" in root.get(address_of(measure, "publish")).content.decode()
    edit(measure, body="### 示例", fee="free").steps.create(channel="online", text="示例")
    page = root.get(address_of(measure, "publish")).content.decode()
    assert "改动了:正文、收费、步骤" in page
    assert address_of(measure, "preview") in page


def test_publishing_looks_at_the_rows_not_at_what_is_posted(root):
    measure = make_measure(title="示例名称")
    data = {"title": "示例伪造", "slug": "forged", "note": ""}
    approve_all()
    root.post(address_of(measure, "publish"), data)
    assert editions(measure).get().document["title"] == "示例名称"


@pytest.mark.parametrize("make", [publish_measure, publish_project, publish_zone])
def test_withdrawing_tells_readers_why_and_where_to_go(root, make):
    entry, successor = make(), make()
    send(root, address_of(entry, "withdraw"), reason="示例原因", successor=str(successor.pk))
    tombstone = editions(entry).last()
    assert (tombstone.event, tombstone.note) == ("withdrawn", "示例原因")
    assert tombstone.successor_id == successor.pk
    assert state(entry) == State.WITHDRAWN


def test_withdrawing_needs_a_reason(root):
    measure = publish_measure()
    for reason in ("", " ", "\x05"):
        response = send(root, address_of(measure, "withdraw"), reason=reason)
        assert response.status_code == 200
        assert errors_on(response)
    assert editions(measure).count() == 1


def test_only_a_live_entry_of_the_same_kind_can_be_the_successor(root):
    measure = publish_measure()
    draft, gone, project = make_measure(), withdraw(publish_measure()), publish_project()
    for other in (measure, draft, gone, project):
        data = {"reason": "示例原因", "successor": str(other.pk)}
        response = root.post(address_of(measure, "withdraw"), data)
        assert errors_on(response)
    assert editions(measure).count() == 1


def test_what_is_not_public_cannot_be_withdrawn_and_the_words_are_kept(root):
    measure = make_measure()
    response = send(root, address_of(measure, "withdraw"), reason="示例原因")
    assert "不能撤回" in messages_on(response)[0]
    assert form_on(response)["reason"] == ["示例原因"]


def test_a_withdrawn_entry_comes_back_with_a_note(root):
    measure = withdraw(publish_measure())
    assert errors_on(send(root, address_of(measure, "publish")))
    send(root, address_of(measure, "publish"), note="示例:恢复")
    assert [e.event for e in editions(measure)] == ["published", "withdrawn", "published"]


def act_on(client, action, entries, **data):
    """Choose the action in the list, then answer the page that asks; everything is approved."""
    approve_all()
    model = type(entries[0])
    chosen = {"action": action, "_selected_action": [str(entry.pk) for entry in entries]}
    asked = client.post(address_of(model), chosen)
    return client.post(address_of(model), form_on(asked) | data)


def test_several_are_published_from_the_list(root):
    drafts = [make_measure(), make_measure()]
    changed = edit(publish_measure(), title="示例新名称")
    act_on(root, "publish_selected", [*drafts, changed], note="示例说明")
    assert {state(entry) for entry in [*drafts, changed]} == {State.PUBLISHED}
    assert editions(drafts[0]).count() == 1
    assert editions(changed).last().note == "示例说明"


def test_choosing_the_action_publishes_nothing_yet(root):
    measure = make_measure()
    approve_all()
    chosen = {"action": "publish_selected", "_selected_action": [str(measure.pk)]}
    root.post(address_of(Measure), chosen)
    assert not editions(measure).exists()


def test_a_minor_change_of_several_leaves_first_publications_as_they_are(root):
    draft, changed = make_measure(), edit(publish_measure(), title="示例新名称")
    act_on(root, "publish_selected", [draft, changed], minor="on")
    assert (editions(draft).get().event, editions(draft).get().note) == ("published", "")
    assert editions(changed).last().event == "minor"


def test_one_that_fails_is_asked_again_and_the_others_are_done(root):
    live, draft = publish_measure(), make_measure()
    response = act_on(root, "withdraw_selected", [live, draft], reason="示例原因")
    assert state(live) == State.WITHDRAWN
    assert form_on(response)["_selected_action"] == [str(draft.pk)]
    assert form_on(response)["reason"] == ["示例原因"]


ACTS = ["publish", "withdraw"]


@pytest.mark.parametrize("act", ACTS)
def test_who_may_change_but_not_publish_is_refused(staff, act):
    client, measure = staff(*EDITOR), publish_measure()
    edit(measure, title="示例新名称")
    data = {"note": "示例", "reason": "示例"}
    assert client.get(address_of(measure, act)).status_code == 403
    assert client.post(address_of(measure, act), data).status_code == 403
    data |= {"action": f"{act}_selected", "confirmed": "yes", "_selected_action": [measure.pk]}
    client.post(address_of(Measure), data)
    assert editions(measure).count() == 1


def test_who_may_not_publish_sees_no_way_to(staff):
    client, measure = staff(*EDITOR), publish_measure()
    form = client.get(address_of(measure, "change")).content.decode()
    listing = client.get(address_of(Measure)).content.decode()
    for act in ACTS:
        assert address_of(measure, act) not in form
        assert f"_{act}" not in form
        assert f"{act}_selected" not in listing
    assert address_of(measure, "preview") in form


def test_who_may_publish_one_kind_may_not_publish_another(staff):
    client = staff(*PUBLISHER, "projects.view_project", "cooperation.view_zone")
    for entry in (make_project(), make_zone()):
        assert client.post(address_of(entry, "publish"), {}).status_code == 403
        assert not editions(entry).exists()


def test_who_may_publish_what_they_may_not_see_is_refused(staff):
    client = staff("guide.publish_measure")
    assert client.get(address_of(make_measure(), "publish")).status_code == 403


@pytest.mark.parametrize("page", ["publish", "withdraw", "preview", "versions", "change"])
def test_a_stranger_is_sent_to_the_login(client, page):
    response = client.get(address_of(publish_measure(), page))
    assert response.status_code == 302
    assert response.headers["Location"].startswith("/admin/login/")


FORGED = {
    "state": "published",
    "is_current": "on",
    "published_at": "2020-01-01",
    "first_published_at": "2020-01-01",
    "changed_at": "2020-01-01 00:00",
    "changed_at_0": "2020-01-01",
    "changed_at_1": "00:00",
    "created_at_0": "2020-01-01",
    "last_verified_by": "1",
    "id": "00000000-0000-0000-0000-000000000000",
    "_publish": "1",
}


@pytest.mark.parametrize("make", [make_measure, make_project, make_zone])
def test_no_posted_field_publishes_or_forges_what_the_portal_notes(root, make):
    make_city()
    entry = make()
    send(root, address_of(entry, "change"), title="示例新名称", **FORGED)
    saved = type(entry).objects.get(pk=entry.pk)
    assert saved.title == "示例新名称"
    assert saved.changed_at > entry.changed_at
    assert saved.created_at == entry.created_at
    assert saved.last_verified_by is None
    assert not editions(entry).exists()


def test_saving_leads_on_to_review_or_the_preview(root):
    measure = make_measure()
    for page in ("submit", "preview"):
        response = send(root, address_of(measure, "change"), **{f"_{page}": "1"})
        assert response.headers["Location"] == address_of(measure, page)
    assert not editions(measure).exists()


def test_the_states_of_entries():
    draft, live, changed = make_measure(), publish_measure(), publish_measure()
    changed.steps.create(channel="online", text="示例步骤")
    gone = withdraw(publish_measure())
    states = [state(entry) for entry in (draft, live, changed, gone)]
    assert states == [State.DRAFT, State.PUBLISHED, State.CHANGED, State.WITHDRAWN]


def test_a_minor_edition_of_a_quoted_row_does_not_hide_an_unpublished_change():
    hotline = make_hotline()
    measure = edit(publish_measure(hotlines=[hotline]), title="示例新名称")
    hotline.name = "示例新热线"
    hotline.save()
    assert editions(measure).count() == 2
    assert state(measure) == State.CHANGED


def test_an_unchanged_document_leaves_nothing_to_publish(root):
    measure = edit(publish_measure(), note="示例:只有工作人员看到")
    assert state(measure) == State.CHANGED
    send(root, address_of(measure, "publish"), note="示例说明")
    assert state(measure) == State.PUBLISHED
    assert editions(measure).count() == 1


def test_a_form_sent_unchanged_leaves_nothing_to_publish(root):
    measure = publish_measure(cities=["qingdao"])
    assert send(root, address_of(measure, "change")).status_code == 302
    assert state(measure) == State.PUBLISHED


@pytest.mark.parametrize("make", [make_measure, make_project, make_zone])
def test_the_list_shows_states_and_filters_by_them(root, make):
    model = type(make(title="示例草稿"))
    publish(make(title="示例公开"))
    edit(publish(make(title="示例公开")), title="示例修改")
    withdraw(publish(make(title="示例撤回")))
    for value, title in zip(State.values, ["草稿", "公开", "修改", "撤回"], strict=True):
        page = root.get(address_of(model), {"state": value})
        assert [row.title for row in page.context["cl"].result_list] == [f"示例{title}"]
        assert f"state--{value}" in page.content.decode()
        assert ("第1版" in page.content.decode()) == (value in (State.PUBLISHED, State.CHANGED))


def test_the_list_links_the_address_that_is_public_now(root):
    project = edit(publish_project(slug="old"), slug="new")
    page = root.get(address_of(Project)).content.decode()
    assert 'href="/projects/2024/old/"' in page
    assert "/projects/2024/new/" not in page
    withdraw(project)
    assert "/projects/2024/" not in root.get(address_of(Project)).content.decode()


@pytest.mark.parametrize("make", [publish_measure, publish_project, publish_zone])
def test_what_was_public_once_cannot_be_deleted(root, make):
    for entry in (make(), withdraw(make())):
        model = type(entry)
        assert root.get(address_of(entry, "delete")).status_code == 403
        assert root.post(address_of(entry, "delete"), {"post": "yes"}).status_code == 403
        data = {"action": "delete_selected", "_selected_action": [entry.pk], "post": "yes"}
        response = root.post(address_of(model), data)
        assert "公开过,不能删除" in response.content.decode()
        assert model.objects.filter(pk=entry.pk).exists()


@pytest.mark.parametrize("make", [make_measure, make_project, make_zone])
def test_a_draft_can_be_deleted_with_what_belongs_to_it(root, make):
    one, other = make(), make()
    assert root.post(address_of(one, "delete"), {"post": "yes"}).status_code == 302
    data = {"action": "delete_selected", "_selected_action": [other.pk], "post": "yes"}
    root.post(address_of(type(one)), data)
    assert not type(one).objects.exists()


def test_nobody_changes_an_edition(root):
    edition = editions(publish_zone()).get()
    assert root.get(address_of(edition, "change")).status_code == 200
    for page in ("change", "delete"):
        assert root.post(address_of(edition, page), {"post": "yes"}).status_code == 403
    data = {"action": "delete_selected", "_selected_action": [edition.pk], "post": "yes"}
    root.post(address_of(Edition), data)
    assert Edition.objects.filter(pk=edition.pk).exists()
    assert Zone.objects.count() == 1


def test_editions_are_found_by_the_title_they_had(root):
    measure = edit(publish_measure(title="示例旧名"), title="示例新名")
    publish(measure)
    page = root.get(address_of(Edition), {"q": "示例旧名"})
    assert [edition.number for edition in page.context["cl"].result_list] == [1]
