"""Where staff see who has answered and what waits for them."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from guide import provision_reviews
from guide.models import ProvisionReview
from publishing import services
from tests.admin.conftest import client_of
from tests.admin.pages import address_of
from tests.editorial.cast import (
    make_administrator,
    make_domain_editor,
    make_reviewer,
)
from tests.editorial.city_variants.conftest import MINE, asked_by, change, confirm
from tests.factories import publish_measure
from upkeep import todo

pytestmark = pytest.mark.django_db


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

        def ask_again(times):
            for turn in range(times):
                confirm(provision_reviews.pending_of(asked.provision), editor)
                change(measure, body=f"示例{turn}")

        ask_again(1)
        before = count("示例二")
        ask_again(3)
        assert count("示例三") == before
