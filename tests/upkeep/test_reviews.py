"""Staying true: due dates, and the stamp that changes nothing but the date."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from guide.models import Measure
from publishing import reviews, workflow
from publishing.models import Edition, WorkflowEvent
from publishing.services import PublishingError, newest_edition, patch_fields
from publishing.states import with_state
from tests.admin.conftest import client_of
from tests.admin.pages import address_of, messages_on
from tests.editorial.cast import (
    make_administrator,
    make_city_editor,
    make_domain_editor,
    make_reviewer,
)
from tests.factories import (
    make_measure,
    publish,
    publish_measure,
    publish_project,
    publish_zone,
    withdraw,
)

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 22)
INTERVAL = timedelta(days=180)


def overdue_on(today):
    return set(reviews.overdue(Measure.objects.all(), today))


def public(entry):
    return newest_edition(entry).document


def test_without_a_date_of_its_own_an_entry_is_due_after_the_interval(settings):
    settings.REVIEW_INTERVAL_DAYS = 30
    entry = publish_measure(last_verified_on=TODAY)
    assert reviews.due_on(entry) == date(2026, 12, 22)
    assert overdue_on(date(2026, 12, 21)) == set()
    assert overdue_on(date(2026, 12, 22)) == {entry}


def test_a_date_of_its_own_comes_first():
    sooner = publish_measure(last_verified_on=TODAY, review_due_on=TODAY + timedelta(days=1))
    later = publish_measure(last_verified_on=TODAY - 2 * INTERVAL, review_due_on=TODAY + INTERVAL)
    assert overdue_on(TODAY + timedelta(days=1)) == {sooner}
    assert reviews.due_on(later) == TODAY + INTERVAL


def test_what_was_never_verified_is_due_counted_from_its_making():
    entry = publish_measure(last_verified_on=None)
    Measure.objects.update(created_at=timezone.now() - timedelta(days=400))
    entry.refresh_from_db()
    due = reviews.due_on(entry)
    assert overdue_on(due - timedelta(days=1)) == set()
    assert overdue_on(due) == {entry}


def test_only_what_is_live_is_due():
    dates = {"last_verified_on": TODAY - 2 * INTERVAL}
    make_measure(**dates)
    withdraw(publish_measure(**dates))
    assert overdue_on(TODAY) == set()


@pytest.mark.parametrize("make", [publish_measure, publish_project, publish_zone])
def test_the_stamp_is_public_with_person_and_next_date(make):
    entry, reviewer = make(), make_reviewer()
    before = public(entry)
    edition = reviews.verify(entry=entry, by=reviewer, today=TODAY)
    assert (edition.event, edition.note, edition.published_by) == ("minor", "", reviewer)
    assert edition.document == before | {"last_verified_on": "2026-11-22"}
    entry.refresh_from_db()
    assert entry.last_verified_on == TODAY
    assert entry.last_verified_by == reviewer
    assert entry.review_due_on == TODAY + INTERVAL
    assert workflow.events_of(entry).get().action == WorkflowEvent.Action.VERIFIED


def test_a_draft_edited_meanwhile_stays_hidden():
    entry = publish_measure(title="示例公开名称", slug="example-public")
    entry.title, entry.summary, entry.slug = "示例未批准名称", "示例未批准摘要", "example-hidden"
    entry.save()
    entry.steps.create(channel="online", text="示例未批准步骤")
    before = public(entry)
    edition = reviews.verify(entry=entry, by=make_reviewer(), today=TODAY)
    assert edition.document == before | {"last_verified_on": "2026-11-22"}
    assert "未批准" not in str(edition.document)
    assert edition.slug == "example-public"
    assert with_state(Measure.objects.all()).get().state == "changed"


def test_neither_version_nor_way_to_the_public_moves():
    entry, reviewer = publish_measure(), make_reviewer()
    entry.save()
    workflow.submit(entry=entry, by=make_domain_editor(domains=[entry.domain]))
    workflow.approve(entry=entry, by=reviewer)
    before = Measure.objects.values("version", "workflow_state", "approved_version", "changed_at")
    as_it_was = before.get()
    reviews.verify(entry=entry, by=make_administrator(), today=TODAY)
    assert before.get() == as_it_was
    edition = workflow.publish(entry=entry, by=reviewer, note="示例说明")
    assert edition is None  # the rows say the same as the public text, the date included


def test_the_stamp_is_no_edit_that_four_eyes_count():
    entry, administrator = publish_measure(), make_administrator()
    reviews.verify(entry=entry, by=administrator, today=TODAY)
    assert not workflow.has_worked_on(administrator, entry)


def test_a_second_click_does_nothing():
    entry, reviewer = publish_measure(), make_reviewer()
    assert reviews.verify(entry=entry, by=reviewer, today=TODAY)
    assert reviews.verify(entry=entry, by=reviewer, today=TODAY) is None
    assert Edition.objects.count() == 2
    assert WorkflowEvent.objects.count() == 1


@pytest.mark.parametrize("make", [make_measure, lambda: withdraw(publish_measure())])
def test_what_is_not_live_cannot_be_verified(make):
    entry = make()
    with pytest.raises(PublishingError):
        reviews.verify(entry=entry, by=make_reviewer(), today=TODAY)
    entry.refresh_from_db()
    assert entry.last_verified_on is None
    assert not WorkflowEvent.objects.exists()


def test_only_editors_of_the_entry_and_reviewers_verify():
    entry = publish_measure()
    strangers = [make_city_editor(), make_domain_editor(name="示例别处编辑")]
    for user in strangers:
        with pytest.raises(PermissionDenied):
            reviews.verify(entry=entry, by=user, today=TODAY)
    assert Edition.objects.count() == 1
    own = make_domain_editor(domains=[entry.domain])
    assert reviews.verify(entry=entry, by=own, today=TODAY)


def test_a_patch_names_only_fields_of_the_document():
    entry = publish_measure()
    with pytest.raises(ValueError, match="workflow_state"):
        patch_fields(entry, None, workflow_state="draft")
    assert patch_fields(entry, None, title=entry.title) is None
    assert Edition.objects.count() == 1


def test_the_button_on_the_page_verifies_and_leads_back():
    entry, client = publish_measure(), client_of(make_reviewer())
    assert "核实无误" in client.get(address_of(entry, "change")).content.decode()
    response = client.post(address_of(entry, "verify"), follow=True)
    assert response.redirect_chain[0][0] == address_of(entry, "change")
    assert any("已核实1条" in text for text in messages_on(response))
    assert public(entry)["last_verified_on"] == timezone.localdate().isoformat()


def test_looking_at_the_address_verifies_nothing():
    entry = publish_measure()
    assert client_of(make_reviewer()).get(address_of(entry, "verify")).status_code == 405
    assert Edition.objects.count() == 1


def test_who_may_not_verify_sees_no_button_and_is_refused():
    entry, client = publish_measure(), client_of(make_city_editor())
    page = client.get(address_of(entry, "change"))
    assert address_of(entry, "verify") not in page.content.decode()
    assert client.post(address_of(entry, "verify")).status_code == 403
    assert Edition.objects.count() == 1


def test_several_are_verified_from_the_list_and_others_refused():
    own, other = publish_measure(), publish_measure()
    client = client_of(make_domain_editor(domains=[own.domain]))
    data = {"action": "verify_selected", "_selected_action": [str(own.pk), str(other.pk)]}
    response = client.post(address_of(Measure), data, follow=True)
    texts = "".join(messages_on(response))
    assert "已核实1条" in texts
    assert other.title in texts
    assert public(own)["last_verified_on"]
    assert public(other)["last_verified_on"] is None


def test_who_may_verify_nothing_is_not_offered_the_action():
    publish(make_measure())
    page = client_of(make_city_editor()).get(address_of(Measure)).content.decode()
    assert "verify_selected" not in page
