"""Who answers for a city, and to which text."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, connections, transaction

from guide import provision_reviews
from guide.models import ProvisionReview
from tests.admin.conftest import client_of
from tests.admin.pages import address_of, form_on, messages_on, send
from tests.editorial.cast import (
    make_administrator,
    make_city_editor,
    make_domain_editor,
    make_reviewer,
)
from tests.editorial.city_variants.conftest import MINE, change, confirm, numbers, pending
from tests.factories import publish_measure

pytestmark = pytest.mark.django_db


class TestAnswering:
    def test_still_valid_is_recorded_with_person_and_time(self, asked, editor):
        response = send_button(client_of(editor), asked)
        assert "仍适用" in messages_on(response)[0]
        asked.refresh_from_db()
        assert (asked.status, asked.by) == ("still_valid", editor)
        assert asked.at is not None

    def test_a_second_click_keeps_the_first_answer(self, asked, editor):
        send_button(client_of(editor), asked)
        asked.refresh_from_db()
        first, colleague = asked.at, make_city_editor("示例同事", cities=["qingdao"])
        response = send_button(client_of(colleague), asked)
        assert "已有人答复" in messages_on(response)[0]
        asked.refresh_from_db()
        assert (asked.by, asked.at) == (editor, first)

    def test_an_answer_to_a_text_since_replaced_is_not_recorded(self, measure, asked, editor):
        change(measure, body="示例更新的文。")
        response = send_button(client_of(editor), asked)
        assert "又有新版" in messages_on(response)[0]
        asked.refresh_from_db()
        assert asked.status == "pending"

    @pytest.mark.parametrize("seen", ["", "x", "²", "-1", "9" * 30, "\x00"])
    def test_an_answer_without_a_sound_edition_is_not_recorded(self, asked, editor, seen):
        response = send_button(client_of(editor), asked, seen)
        assert response.status_code == 200
        asked.refresh_from_db()
        assert asked.status == "pending"

    def test_a_get_changes_nothing(self, asked, editor):
        assert client_of(editor).get(still_valid(asked)).status_code == 405

    def test_editing_the_provision_is_an_answer(self, asked, editor):
        response = send(client_of(editor), address_of(asked.provision, "change"), reason="示例说明")
        assert response.status_code == 302
        asked.refresh_from_db()
        assert (asked.status, asked.by) == ("edited", editor)

    def test_saving_it_unchanged_is_none(self, asked, editor):
        assert send(client_of(editor), address_of(asked.provision, "change")).status_code == 302
        asked.refresh_from_db()
        assert asked.status == "pending"

    def test_an_edit_by_who_did_not_see_the_newest_text_is_none(self, measure, asked, editor):
        client, address = client_of(editor), address_of(asked.provision, "change")
        data = form_on(client.get(address)) | {"reason": "示例说明"}
        change(measure, body="示例更新的文。")
        client.post(address, data)
        asked.refresh_from_db()
        assert asked.status == "pending"

    def test_an_edit_of_another_city_leaves_this_one_pending(self, measure, asked):
        other = measure.provisions.get(city__slug="yantai")
        yantai = make_city_editor("示例烟台编辑", cities=["yantai"])
        send(client_of(yantai), address_of(other, "change"), reason="示例说明")
        assert [review.provision for review in ProvisionReview.objects.filter(status="edited")] == [
            other
        ]

    def test_the_provisions_page_shows_what_changed(self, asked, editor):
        text = client_of(editor).get(address_of(asked.provision, "change")).content.decode()
        assert "待本市确认" in text
        assert "<ins>新" in text


WHO_MAY_ANSWER = [
    (lambda m: make_city_editor(cities=["qingdao"]), True),
    (lambda m: make_domain_editor(domains=[m.domain]), True),
    (lambda m: make_administrator(), True),
    (lambda m: make_city_editor(cities=["yantai"]), False),
    (lambda m: make_city_editor(cities=[]), False),
    (lambda m: make_domain_editor(domains=[]), False),
    (lambda m: make_reviewer(), False),
]


@pytest.mark.parametrize(("make_user", "may"), WHO_MAY_ANSWER)
def test_only_who_may_edit_the_provision_answers_for_it(measure, asked, make_user, may):
    user = make_user(measure)
    client = client_of(user)
    listed = still_valid(asked) in client.get(MINE).content.decode()
    response = client.post(still_valid(asked), {"_review_edition": asked.edition_id})
    asked.refresh_from_db()
    assert (listed, response.status_code) == ((True, 302) if may else (False, 403))
    assert (asked.status == "still_valid") is may
    if not may:
        with pytest.raises(PermissionDenied):
            confirm(asked, user)


def test_no_forged_request_of_another_city_answers(measure, asked):
    """All ways in at once: each city's editor tries each other city's review."""
    reviews = list(pending(measure).for_page())
    for slug in ("qingdao", "yantai", "weifang", "weihai", "rizhao"):
        client = client_of(make_city_editor(f"示例{slug}", cities=[slug]))
        for review in reviews:
            if review.provision.city.slug != slug:
                seen = {"_review_edition": review.edition_id}
                assert client.post(still_valid(review), seen).status_code == 403
                data = {"reason": "示例", **seen}
                assert client.post(address_of(review.provision, "change"), data).status_code == 403
                assert (
                    client.post(address_of(review, "change"), {"status": "edited"}).status_code
                    == 403
                )
                assert client.post(address_of(review, "delete"), {"post": "yes"}).status_code == 403
    assert pending(measure).count() == 5


@pytest.mark.django_db(transaction=True)
class TestAtTheSameTime:
    """Real connections; the second begins to wait for the first before that one commits."""

    def test_an_answer_is_never_taken_for_a_text_that_its_giver_has_not_seen(self):
        measure, user = publish_measure(body="示例原文。"), make_administrator()
        change(measure, body="示例新文。")
        review = provision_reviews.pending_of(measure.provisions.first())
        with transaction.atomic():
            change(measure, body="示例更新的文。")
            answering = begin(lambda: confirm(review, user))
        assert answering.result(timeout=30) is False
        review.refresh_from_db()
        assert (review.status, numbers(review)) == ("pending", (1, 3))

    def test_a_change_right_after_an_answer_starts_from_what_was_answered(self):
        measure, user = publish_measure(body="示例原文。"), make_administrator()
        change(measure, body="示例新文。")
        review = provision_reviews.pending_of(measure.provisions.first())
        with transaction.atomic():
            assert confirm(review, user)
            publishing = begin(lambda: change(measure, body="示例更新的文。"))
        publishing.result(timeout=30)
        assert numbers(provision_reviews.pending_of(review.provision)) == (2, 3)


def begin(function):
    """Run a function on a connection of its own; return when it waits for a lock, or has ended."""

    def run():
        try:
            return function()
        finally:
            connections.close_all()

    with_one_thread = ThreadPoolExecutor(1)
    future = with_one_thread.submit(run)
    with_one_thread.shutdown(wait=False)
    with connection.cursor() as cursor:
        while not future.done():
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                break
    return future


def still_valid(review):
    return f"/admin/guide/provisionreview/{review.pk}/still-valid/"


def send_button(client, review, seen=None):
    data = {"_review_edition": review.edition_id if seen is None else seen}
    return client.post(still_valid(review), data, follow=True)
