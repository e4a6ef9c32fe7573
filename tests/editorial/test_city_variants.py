"""A standard text changes: each city is asked, and says that its provision holds, or edits it."""

import datetime
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, connections, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from guide import provision_reviews
from guide.models import ProvisionReview
from publishing import services
from publishing.models import Edition
from tests.admin.pages import address_of, form_on, messages_on, send
from tests.editorial.cast import (
    make_administrator,
    make_city_editor,
    make_domain_editor,
    make_reviewer,
)
from tests.factories import make_department, make_hotline, make_measure, publish_measure
from upkeep import todo

pytestmark = pytest.mark.django_db

MINE = "/admin/guide/provisionreview/mine/"


def change(measure, note="示例修改", minor=False, **fields):
    """Edit fields of the measure and publish it; returns the edition."""
    for name, value in fields.items():
        setattr(measure, name, value)
    measure.save()
    return services.publish(entry=measure, by=None, note=note, minor=minor)


@pytest.fixture
def measure():
    return publish_measure(title="示例举措", body="示例原文。")


@pytest.fixture
def editor(measure):
    return make_city_editor(cities=["qingdao"])


@pytest.fixture
def provision(measure):
    return measure.provisions.get(city__slug="qingdao")


@pytest.fixture
def asked(measure, provision):
    """The pending review of Qingdao after a change."""
    change(measure, body="示例新文。")
    return provision_reviews.pending_of(provision)


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


def pending(measure):
    return ProvisionReview.objects.pending().filter(provision__measure=measure)


def confirm(review, by):
    return provision_reviews.confirm(review=review, by=by, edition_id=review.edition_id)


def numbers(review):
    return review.previous.number, review.edition.number


class TestWhenCitiesAreAsked:
    def test_a_first_publication_asks_nobody(self, measure):
        assert not ProvisionReview.objects.exists()

    def test_a_changed_text_asks_all_five(self, measure):
        edition = change(measure, body="示例新文。")
        assert pending(measure).count() == 5
        assert all(review.edition == edition for review in pending(measure))
        assert {numbers(review) for review in pending(measure)} == {(1, 2)}

    CHANGES = {
        "title": lambda m: setattr(m, "title", "示例新名"),
        "summary": lambda m: setattr(m, "summary", "示例新摘要"),
        "audience": lambda m: setattr(m, "audience", "示例人群"),
        "body": lambda m: setattr(m, "body", "示例新文"),
        "limits": lambda m: (setattr(m, "promised_value", 3), setattr(m, "promised_unit", "day")),
        "statutory": lambda m: setattr(m, "statutory_unit", "immediate"),
        "limit note": lambda m: setattr(m, "limit_note", "示例说明"),
        "fee": lambda m: setattr(m, "fee", "free"),
        "fee note": lambda m: setattr(m, "fee_note", "示例说明"),
        "steps": lambda m: m.steps.create(channel="online", text="示例步骤"),
        "materials": lambda m: m.materials.create(name="示例材料"),
        "questions": lambda m: m.questions.create(question="示例?", answer="示例"),
        "departments": lambda m: m.departments.create(department=make_department(), role="lead"),
    }

    @pytest.mark.parametrize("part", CHANGES)
    def test_every_part_of_the_standard_text_counts(self, measure, part):
        self.CHANGES[part](measure)
        change(measure)
        assert pending(measure).count() == 5
        assert provision_reviews.differences_of(pending(measure).first())

    OTHERS = {
        "a provision": lambda m: m.provisions.filter(city__slug="qingdao").update(reason="示例"),
        "a hotline": lambda m: m.hotlines.add(make_hotline()),
        "keywords": lambda m: setattr(m, "keywords", ["示例"]),
        "caveat": lambda m: setattr(m, "caveat", "示例提示"),
        "verified": lambda m: setattr(m, "last_verified_on", datetime.date(2026, 1, 2)),
        "translation": lambda m: setattr(m, "translations", {"en": {"title": "Example"}}),
        "address": lambda m: setattr(m, "slug", "example-new-address"),
    }

    @pytest.mark.parametrize("part", OTHERS)
    def test_nothing_else_does(self, measure, part):
        self.OTHERS[part](measure)
        assert change(measure) is not None
        assert not pending(measure).exists()

    def test_rows_made_anew_with_the_same_words_are_no_change(self, measure):
        measure.steps.create(channel="online", text="示例步骤")
        change(measure)
        ProvisionReview.objects.all().delete()
        measure.steps.all().delete()
        measure.steps.create(
            channel="online", text="示例步骤", translations={"en": {"text": "Example"}}
        )
        assert change(measure) is not None
        assert not pending(measure).exists()

    def test_a_minor_edition_asks_nobody(self, measure):
        assert change(measure, minor=True, body="示例改错字。").event == "minor"
        assert not pending(measure).exists()

    def test_a_quoted_row_that_changes_asks_nobody(self, measure):
        department = make_department()
        measure.departments.create(department=department, role="lead")
        change(measure)
        ProvisionReview.objects.all().delete()
        department.name = "示例改名"
        department.save()
        assert Edition.objects.current().get(entry_id=measure.pk).event == "minor"
        assert not pending(measure).exists()

    def test_a_changed_address_with_a_changed_text_does(self, measure):
        assert change(measure, slug="example-moved", body="示例新文。").event == "moved"
        assert pending(measure).count() == 5

    def test_a_withdrawal_asks_nobody_and_the_return_with_another_text_does(self, measure):
        services.withdraw(entry=measure, by=None, reason="示例原因")
        assert not pending(measure).exists()
        change(measure, body="示例新文。")
        assert pending(measure).count() == 5

    def test_a_publication_that_fails_asks_nobody(self, measure):
        def publish_and_fail():
            change(measure, body="示例新文。")
            raise InterruptedError

        with pytest.raises(InterruptedError), transaction.atomic():
            publish_and_fail()
        assert not ProvisionReview.objects.exists()


class TestOneQuestionAtATime:
    def test_a_newer_edition_takes_the_place_of_a_pending_one(self, measure, asked):
        change(measure, body="示例更新的文。")
        assert pending(measure).count() == 5
        assert numbers(pending(measure).get(provision=asked.provision)) == (1, 3)

    def test_the_difference_is_from_what_the_city_answered_for(self, measure, asked, editor):
        confirm(asked, editor)
        change(measure, minor=True, audience="示例人群")  # nobody was asked about this one
        change(measure, body="示例更新的文。")
        own = provision_reviews.pending_of(asked.provision)
        assert numbers(own) == (2, 4)
        labels = [difference.label for difference in provision_reviews.differences_of(own)]
        assert len(labels) == 2
        others = pending(measure).exclude(provision=asked.provision)
        assert {numbers(review) for review in others} == {(1, 4)}

    def test_a_text_that_comes_back_takes_the_question_away(self, measure, asked):
        change(measure, body="示例原文。")
        assert not pending(measure).exists()

    def test_it_takes_away_only_what_is_the_same_for_that_city(self, measure, asked, editor):
        confirm(asked, editor)
        change(measure, body="示例原文。")
        assert numbers(pending(measure).get()) == (2, 3)

    def test_a_change_of_other_things_leaves_the_question_as_it_was(self, measure, asked):
        change(measure, caveat="示例提示")
        assert numbers(pending(measure).get(provision=asked.provision)) == (1, 2)

    def test_the_database_holds_one_pending_per_provision(self, asked):
        with pytest.raises(IntegrityError, match="one_pending"), transaction.atomic():
            ProvisionReview.objects.create(
                provision=asked.provision, edition=asked.edition, previous=asked.previous
            )

    def test_the_database_refuses_an_answer_of_nobody(self, asked):
        with pytest.raises(IntegrityError, match="answered_by_somebody"), transaction.atomic():
            ProvisionReview.objects.filter(pk=asked.pk).update(status="still_valid")


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


class TestSeeingWhoHasAnswered:
    def test_the_measures_page_shows_the_five_cities(self, measure, asked, editor):
        confirm(asked, editor)
        text = client_of(make_reviewer()).get(address_of(measure, "change")).content.decode()
        shown = text[text.index('class="city-reviews"') :].split("</ul>")[0]
        assert shown.count("<li>") == 5
        assert shown.count("待确认") == 4
        assert shown.count("仍适用") == 1
        assert str(editor) in shown

    def test_a_new_measure_has_nothing_to_show(self, measure):
        text = client_of(make_administrator()).get(address_of(measure, "change")).content.decode()
        assert text.count("还没有需要确认的改动") == 5
        response = client_of(make_administrator("示例二")).get("/admin/guide/measure/add/")
        assert response.status_code == 200

    @pytest.mark.parametrize(
        ("query", "count"),
        [
            ("", 5),
            ("?status__exact=pending", 4),
            ("?status__exact=still_valid", 1),
            ("?q=示例举措", 5),
        ],
    )
    def test_the_list_is_filtered(self, asked, editor, query, count):
        confirm(asked, editor)
        response = client_of(editor).get(address_of(ProvisionReview) + query)
        assert response.context["cl"].result_count == count

    def test_the_list_is_filtered_by_city(self, asked, editor):
        city = asked.provision.city
        query = f"?provision__city__id__exact={city.pk}"
        response = client_of(editor).get(address_of(ProvisionReview) + query)
        assert response.context["cl"].result_count == 1

    def test_a_review_is_looked_at_with_its_differences(self, asked, editor):
        text = client_of(editor).get(address_of(asked, "change")).content.decode()
        assert "<ins>新" in text
        assert "第1版 → 第2版" in text

    def test_the_to_do_counts_the_users_own(self, asked, editor):
        line = next(line for line in todo.lines_for(editor) if line.url == MINE)
        assert line.count == 1
        confirm(asked, editor)
        assert MINE not in [line.url for line in todo.lines_for(editor)]


class TestThePageOfWhatWaits:
    def test_it_shows_the_differences_and_the_two_ways_to_answer(self, asked, editor):
        text = client_of(editor).get(MINE).content.decode()
        assert "示例举措" in text
        assert "<ins>新" in text
        assert address_of(asked.provision, "change") in text
        assert text.count("still-valid") == 1

    def test_one_text_is_shown_once_for_all_cities(self, measure, asked):
        text = client_of(make_domain_editor(domains=[measure.domain])).get(MINE).content.decode()
        assert text.count("<ins>新") == 1
        assert text.count("still-valid") == 5

    def test_texts_are_shown_as_text(self, measure, editor):
        change(measure, audience="<script>alert(1)</script>", note="<b>示例</b>")
        text = client_of(editor).get(MINE).content.decode()
        assert "<script>alert(1)" not in text
        assert "&lt;script&gt;alert(1)" in text
        assert "&lt;b&gt;示例" in text

    def test_nothing_to_do_is_said(self, editor):
        assert "没有待确认的改动" in client_of(editor).get(MINE).content.decode()

    @pytest.mark.parametrize("page", ["0", "x", "99999999999999999999", "2"])
    def test_any_page_number_is_answered(self, asked, editor, page):
        assert client_of(editor).get(f"{MINE}?p={page}").status_code == 200

    @pytest.mark.parametrize("where", ["mine", "list", "measure"])
    def test_its_cost_does_not_grow(self, measure, asked, where):
        client = client_of(make_administrator())
        address = {
            "mine": MINE,
            "list": address_of(ProvisionReview),
            "measure": address_of(measure, "change"),
        }[where]

        def count():
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address).status_code == 200
            return len(queries)

        before = count()
        for _ in range(3):
            change(publish_measure(domain=measure.domain), body="示例新文。")
        for turn in range(2):
            change(measure, body=f"示例{turn}")
            confirm(provision_reviews.pending_of(asked.provision), asked_by())
        assert count() == before

    def test_publishing_costs_the_same_whatever_was_asked_before(self, measure, asked, editor):
        def count(body):
            measure.body = body
            measure.save()
            with CaptureQueriesContext(connection) as queries:
                services.publish(entry=measure, by=None, note="示例")
            return len(queries)

        before = count("示例二")
        for turn in range(3):
            confirm(provision_reviews.pending_of(asked.provision), editor)
            change(measure, body=f"示例{turn}")
        assert count("示例三") <= before


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


def asked_by():
    users = get_user_model().objects.filter(is_superuser=True)
    return users.first() or get_user_model().objects.create_superuser("示例总管")


def test_a_draft_measure_is_nobodys_question():
    make_measure()
    assert not ProvisionReview.objects.exists()
