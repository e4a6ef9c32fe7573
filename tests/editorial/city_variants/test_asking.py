"""When cities are asked about a changed text, and when not."""

import datetime

import pytest
from django.db import IntegrityError, transaction

from guide import provision_reviews
from guide.models import ProvisionReview
from publishing import services
from publishing.models import Edition
from tests.editorial.city_variants.conftest import change, confirm, numbers, pending
from tests.factories import make_department, make_hotline, make_measure

pytestmark = pytest.mark.django_db


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


def test_a_draft_measure_is_nobodys_question():
    make_measure()
    assert not ProvisionReview.objects.exists()
