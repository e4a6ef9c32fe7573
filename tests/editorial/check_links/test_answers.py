"""What somebody outside answers: kept once, as text, and no more of it than is good."""

import html
import uuid

import pytest
from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction
from django.test import Client

from publishing import request_limits, workflow
from publishing.checks import services
from publishing.checks.models import CheckAnswer, RequestCount
from publishing.models import WorkflowEvent
from tests.admin.pages import address_of
from tests.editorial.check_links.conftest import ANSWER, answer, key_on, make_link, text_of
from tests.factories import make_measure
from tests.publishing.test_concurrent_publishing import in_threads

pytestmark = pytest.mark.django_db


class TestAnswers:
    def test_an_answer_stands_on_the_entry_with_name_time_and_version(
        self, client, measure, link, address
    ):
        response = answer(client, address)
        assert response.status_code == 303
        given = CheckAnswer.objects.get()
        assert (given.link, given.verdict, given.remark) == (link, "wrong", "示例意见")
        assert (given.name, given.version) == ("示例核对人", measure.version)
        event = workflow.events_of(measure).get()
        assert event.action == WorkflowEvent.Action.COMMENTED
        assert event.by is None
        for part in ("有误", "示例核对人", "示例单位", "示例意见"):
            assert part in event.comment
        assert "已经收到您的意见" in text_of(client.get(response["Location"]))

    def test_the_version_is_the_one_that_was_shown(self, client, measure, address):
        shown, sent = measure.version, {"key": key_on(client.get(address)), **ANSWER}
        measure.save()
        client.post(address, sent)
        assert CheckAnswer.objects.get().version == shown != measure.version

    def test_the_workflow_stays_where_it_was(self, client, measure, editor, address):
        workflow.submit(entry=measure, by=editor)
        version = measure.version
        answer(client, address)
        measure.refresh_from_db()
        assert (measure.workflow_state, measure.version) == ("submitted", version)

    def test_the_same_form_sent_twice_is_stored_once(self, client, measure, address):
        sent = {"key": key_on(client.get(address)), **ANSWER}
        for _ in range(2):
            assert "answered" in client.post(address, sent)["Location"]
        assert CheckAnswer.objects.count() == 1
        assert workflow.events_of(measure).count() == 1

    def test_the_same_form_with_other_words_is_another_answer(self, client, address):
        """After “back” the browser may send the old form again, with a correction in it."""
        sent = {"key": key_on(client.get(address)), **ANSWER}
        client.post(address, sent)
        client.post(address, sent | {"verdict": "right"})
        assert CheckAnswer.objects.count() == 2

    def test_several_people_may_say_the_same(self, client, address):
        answer(client, address)
        answer(client, address)
        assert CheckAnswer.objects.count() == 2

    def test_no_csrf_cookie_is_needed(self, address):
        assert answer(Client(enforce_csrf_checks=True), address).status_code == 303

    @pytest.mark.parametrize("key", ["", "forged", "a:b:c", "示例", "\x00"])
    def test_a_form_that_did_not_come_from_the_page_is_refused(self, client, address, key):
        response = client.post(address, ANSWER | {"key": key})
        assert response.status_code == 400
        assert not CheckAnswer.objects.exists()
        # What was typed is kept, and the next try is good.
        assert client.post(address, {"key": key_on(response), **ANSWER}).status_code == 303

    def test_the_form_of_one_link_is_no_good_for_another(self, client, measure, editor, address):
        _other, other_address = make_link(measure, editor)
        sent = {"key": key_on(client.get(address)), **ANSWER}
        assert client.post(other_address, sent).status_code == 400
        assert not CheckAnswer.objects.exists()

    @pytest.mark.parametrize(
        ("changes", "message"),
        [
            ({"verdict": ""}, "请选“无误”或“有误”。"),
            ({"verdict": "published"}, "选择一个有效的选项"),
            ({"name": " \x07 "}, "请写姓名或单位"),
            ({"name": "示" * 61}, "60"),
            ({"remark": "示" * 2001}, "2000"),
            ({"remark": " \x00\u202e "}, "请写明哪里有误。"),
        ],
    )
    def test_what_is_missing_or_too_long_is_asked_for_again(
        self, client, address, changes, message
    ):
        response = answer(client, address, **changes)
        assert response.status_code == 400
        assert message in html.unescape(text_of(response))
        assert not CheckAnswer.objects.exists()

    def test_2000_characters_fit_whatever_the_line_ends(self, client, address):
        remark = "示\r\n" * 1000
        assert answer(client, address, remark=remark[:-2]).status_code == 303

    def test_nothing_wrong_needs_no_remark(self, client, address):
        assert answer(client, address, verdict="right", remark="").status_code == 303

    def test_control_characters_are_stripped(self, client, measure, address):
        answer(client, address, name="示\x00例\u202e\n二行", remark="一\x05\r\n二\x85")
        given = CheckAnswer.objects.get()
        assert (given.name, given.remark) == ("示例 二行", "一\n二")
        assert "\x05" not in workflow.events_of(measure).get().comment

    def test_what_was_typed_is_shown_as_text(self, client, measure, editor, address):
        attack = "<script>alert(1)</script>"
        response = answer(client, address, verdict="", name=attack, remark=attack)
        assert attack not in text_of(response)
        answer(client, address, name=attack, remark=attack)
        client.force_login(editor)
        text = text_of(client.get(address_of(measure, "checks")))
        assert attack not in text
        assert text.count(html.escape(attack)) == 2

    def test_a_link_takes_so_many_answers_and_no_more(self, client, link, address, monkeypatch):
        monkeypatch.setattr(services, "MAX_ANSWERS", 2)
        sent = {"key": key_on(client.get(address)), **ANSWER}
        for number in range(3):
            response = client.post(address, sent | {"name": f"示例{number}"})
        assert "answered" not in response["Location"]
        assert CheckAnswer.objects.count() == 2
        text = text_of(client.get(address))
        assert "意见已满" in text
        assert 'name="key"' not in text

    @pytest.mark.parametrize(
        "body",
        [b"", b"%00=%00&key=%ff", b"verdict=%ED%A0%80&name=%00", b"key=" + b"x" * 60_000],
    )
    def test_malformed_bodies_are_refused_without_an_error(self, client, address, body):
        kind = "application/x-www-form-urlencoded"
        assert client.post(address, body, content_type=kind).status_code == 400
        assert client.post(address, body, content_type="multipart/form-data").status_code == 400

    @pytest.mark.parametrize("token", ["%00", "%FF", "x" * 3000, "示例", "..", "' OR 1=1--"])
    def test_malformed_tokens_are_no_error(self, client, token):
        assert client.get(f"/check/{token}/").status_code in (400, 404)


@pytest.mark.django_db(transaction=True)
def test_a_double_click_on_real_connections_is_stored_once():
    root = get_user_model().objects.create_superuser("root")
    measure = make_measure()
    _link, address = make_link(measure, root)
    sent = {"key": key_on(Client().get(address)), **ANSWER}
    responses = in_threads(lambda _: Client().post(address, sent), range(4))
    assert [response.status_code for response in responses] == [303] * 4
    assert CheckAnswer.objects.count() == 1
    assert workflow.events_of(measure).count() == 1


class TestLimits:
    LIMIT = request_limits.Limit("example", requests=3, seconds=60)

    def test_so_many_pass_and_the_next_waits_until_the_window_ends(self):
        waits = [self.LIMIT.seconds_to_wait("a", now=600 + second) for second in range(5)]
        assert waits == [0, 0, 0, 57, 56]
        assert self.LIMIT.seconds_to_wait("b", now=604) == 0
        assert self.LIMIT.seconds_to_wait("a", now=660) == 0

    def test_the_counters_never_take_more_than_so_many_rows(self, monkeypatch):
        monkeypatch.setattr(request_limits, "BUCKETS", 4)
        for number in range(50):
            self.LIMIT.seconds_to_wait(f"2001:db8::{number}", now=600 + number)
        assert RequestCount.objects.count() <= 4
        assert max(row.count for row in RequestCount.objects.all()) <= 4

    def test_addresses_are_not_stored(self):
        self.LIMIT.seconds_to_wait("192.0.2.7")
        assert "192.0.2.7" not in RequestCount.objects.get().bucket

    @pytest.mark.parametrize(
        "name", ["REQUESTS_PER_ADDRESS", "REQUESTS_PER_LINK", "ANSWERS_PER_LINK"]
    )
    def test_too_many_are_told_when_to_come_back(self, client, address, monkeypatch, name):
        sent = {"key": key_on(client.get(address)), **ANSWER}
        one = request_limits.Limit(f"example-{name}", requests=1, seconds=10**9)
        monkeypatch.setattr(f"publishing.checks.views.{name}", one)
        assert client.post(address, sent).status_code == 303
        response = client.post(address, sent)
        assert response.status_code == 429
        assert 0 < int(response["Retry-After"]) <= 10**9
        assert "no-store" in response["Cache-Control"]

    def test_guessing_is_limited_like_reading(self, client, monkeypatch):
        none_left = request_limits.Limit("example-guesses", requests=0, seconds=3600)
        monkeypatch.setattr("publishing.checks.views.REQUESTS_PER_ADDRESS", none_left)
        assert client.get("/check/guess/").status_code == 429

    def test_one_address_does_not_use_up_the_limit_of_another(self, client, address, monkeypatch):
        two = request_limits.Limit("example-address", requests=2, seconds=10**9)
        monkeypatch.setattr("publishing.checks.views.REQUESTS_PER_ADDRESS", two)
        for _ in range(3):
            response = client.get(address, REMOTE_ADDR="2001:db8:0:1::1")
        assert response.status_code == 429
        assert client.get(address, REMOTE_ADDR="2001:db8:0:1::2").status_code == 429
        assert client.get(address, REMOTE_ADDR="2001:db8:0:2::1").status_code == 200


def test_the_database_refuses_an_objection_without_words(link):
    with pytest.raises(IntegrityError, match="wrong_says_what"), transaction.atomic():
        link.answers.create(id=uuid.uuid4(), verdict="wrong", name="示例", version=1)
