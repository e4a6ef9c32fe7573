"""Readers report and ask without an account: it arrives once, where it belongs, and is answered."""

import html
import logging
from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError
from django.test import Client
from django.utils import timezone

from feedback import limits, services
from feedback.models import Message
from feedback.references import ALPHABET, LENGTH, make_reference, read_reference
from guide.models import CalendarSpan, WorkCalendar
from publishing.catalogue import current_version
from publishing.request_limits import Limit
from tests.factories import (
    make_source,
    publish,
    publish_project,
    publish_zone,
    withdraw,
)
from tests.feedback.sending import ABOUT, filled_in, key_on, send, text_of
from tests.publishing.test_concurrent_publishing import in_threads

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("measure", "patient")]


def sent_message(client, about=ABOUT, **changes):
    assert send(client, about, **changes).status_code == 303
    return Message.objects.get()


class TestSending:
    def test_what_was_sent_gets_a_number_and_a_page_with_its_state(self, client, measure):
        response = send(client, contact="示例联系方式")
        message = Message.objects.get()
        assert response["Location"] == f"/feedback/state/{message.reference}/?sent=yes"
        assert (message.about, message.about_title) == (ABOUT, "示例举措")
        assert (message.entry_kind, message.entry_id) == ("measure", measure.pk)
        assert (message.edition, message.contact) == (1, "示例联系方式")
        text = text_of(client.get(response["Location"]))
        assert message.shown_reference in text
        assert "已经收到" in text
        assert "电话写错了" in text
        assert "示例联系方式" not in text

    def test_the_same_form_sent_again_is_one_message_with_one_number(self, client):
        fields = filled_in(client)
        first, second = (client.post("/feedback/", fields)["Location"] for _ in range(2))
        assert first == second
        assert Message.objects.count() == 1

    def test_other_words_in_the_same_form_are_another_message(self, client):
        fields = filled_in(client)
        client.post("/feedback/", fields)
        client.post("/feedback/", fields | {"text": "示例:还有一处。"})
        assert Message.objects.count() == 2

    def test_a_retry_costs_nothing_of_the_limit(self, client, monkeypatch):
        one = Limit("example-messages", requests=1, seconds=10**9)
        monkeypatch.setattr(limits, "MESSAGES_PER_ADDRESS", one)
        fields = filled_in(client)
        assert [client.post("/feedback/", fields).status_code for _ in range(3)] == [303] * 3
        refusal = send(client)
        assert refusal.status_code == 429
        assert 'href="tel:12345"' in refusal.content.decode()  # it may be urgent

    def test_neither_cookie_nor_csrf_token_is_needed_or_set(self):
        client = Client(enforce_csrf_checks=True)
        assert send(client).status_code == 303
        assert not client.cookies

    @pytest.mark.parametrize(
        ("changes", "told"),
        [
            ({"kind": ""}, "请选“纠错”或“咨询”"),
            ({"kind": "praise"}, "选择一个有效的选项"),
            ({"text": " \u202e\x05 "}, "请写下您想说的"),
            ({"text": "示" * 2001}, "2000"),
            ({"contact": "示" * 101}, "100"),
            ({"city": "beijing"}, "选择一个有效的选项"),
            ({"consent": ""}, "同意后打勾"),
            ({"website": "https://example.com/"}, "看不见的栏目被填上了"),
            ({"key": ""}, "必填"),
            ({"key": "forged"}, "页面已经过期"),
        ],
    )
    def test_what_is_missing_or_wrong_is_told_and_the_next_try_is_good(self, client, changes, told):
        response = send(client, **changes)
        assert response.status_code == 400
        text = html.unescape(text_of(response))
        assert told in text
        assert not Message.objects.exists()
        again = filled_in(client) | {"key": key_on(response)}
        assert client.post("/feedback/", again).status_code == 303

    def test_what_was_typed_is_kept_when_something_is_wrong(self, client):
        text = text_of(send(client, text="示例一", contact="示例二", consent=""))
        assert "示例一" in text
        assert 'value="示例二"' in text

    def test_who_is_faster_than_a_reader_is_asked_again_and_keeps_the_form(
        self, client, monkeypatch
    ):
        monkeypatch.setattr("feedback.forms.FASTEST", timedelta(seconds=3))
        fields = filled_in(client)
        response = client.post("/feedback/", fields)
        assert response.status_code == 400
        assert "提交得太快了" in text_of(response)
        assert key_on(response) == fields["key"]
        monkeypatch.setattr("feedback.forms.FASTEST", timedelta(0))
        assert client.post("/feedback/", fields).status_code == 303

    def test_a_form_left_open_for_long_gets_a_new_key(self, client, monkeypatch):
        fields = filled_in(client)
        later = timezone.now() + timedelta(hours=13)
        monkeypatch.setattr("publishing.outside_forms.timezone.now", lambda: later)
        response = client.post("/feedback/", fields)
        assert response.status_code == 400
        assert key_on(response) != fields["key"]

    def test_control_characters_and_turned_text_are_not_stored(self, client):
        message = sent_message(client, text="一\x05\r\n二\u202e\x85", contact="甲\n乙")
        assert (message.text, message.contact) == ("一\n二", "甲 乙")

    def test_pasted_markup_is_text(self, client):
        attack = "<script>alert(1)</script>"
        for response in (
            send(client, text=attack, contact=attack, consent=""),
            client.get(send(client, text=attack)["Location"]),
        ):
            text = text_of(response)
            assert attack not in text
            assert html.escape(attack) in text

    @pytest.mark.parametrize("size", [64 * 1024 + 1, 10 * 1024 * 1024])
    def test_a_body_that_no_reader_types_is_refused(self, client, size):
        for address in ("/feedback/", "/feedback/useful/", "/check/example/"):
            assert client.post(address, {"text": "x" * size}).status_code == 413
        assert not Message.objects.exists()

    @pytest.mark.parametrize(
        "body", [b"", b"%00=%00&key=%ff", b"text=%ED%A0%80&about=%00", b"about=a&about=b"]
    )
    def test_malformed_bodies_are_refused_without_an_error(self, client, body):
        kind = "application/x-www-form-urlencoded"
        assert client.post("/feedback/", body, content_type=kind).status_code in (400, 404)
        assert client.post("/feedback/", body, content_type="multipart/form-data").status_code in (
            400,
            404,
        )

    @pytest.mark.parametrize("name", ["REQUESTS_PER_ADDRESS", "MESSAGES_PER_ADDRESS"])
    def test_a_flood_is_told_when_to_come_back(self, client, monkeypatch, name):
        fields = filled_in(client)
        monkeypatch.setattr(limits, name, Limit("example-flood", requests=0, seconds=600))
        response = client.post("/feedback/", fields)
        assert response.status_code == 429
        assert int(response["Retry-After"]) <= 600
        assert not Message.objects.exists()


class TestWhereItGoes:
    @pytest.fixture(autouse=True)
    def _pages(self):
        publish_project(slug="example")
        publish_zone(slug="example")

    @pytest.mark.parametrize(
        ("about", "city", "domain", "kind"),
        [
            ("/guide/measures/example/", "", "medical", "measure"),
            ("/guide/measures/example/yantai/", "yantai", "medical", "measure"),
            ("/guide/measures/example/history/", "", "medical", "measure"),
            ("/guide/measures/example/editions/1/", "", "medical", "measure"),
            ("/guide/compare/example/", "", "medical", "measure"),
            ("/guide/domains/medical/", "", "medical", ""),
            ("/cities/rizhao/", "rizhao", None, ""),
            ("/projects/2024/example/", "", None, "project"),
            ("/cooperation/example/", "", None, "zone"),
            ("/projects/2024/", "", None, ""),
            ("/about/", "", None, ""),
            ("", "", None, ""),
        ],
    )
    def test_entry_domain_and_city_follow_from_the_page(self, client, about, city, domain, kind):
        page = client.get("/feedback/", {"about": about})
        chosen = page.context["form"].initial["city"]
        assert chosen == city
        message = sent_message(client, about, city=chosen)
        assert (message.city.slug if message.city else "") == city
        assert (message.domain.slug if message.domain else None) == domain
        assert message.entry_kind == kind

    def test_the_city_the_reader_goes_to_is_offered_and_can_be_changed(self, client):
        page = client.get("/feedback/", {"about": ABOUT, "from": "weihai", "to": "yantai"})
        assert page.context["form"].initial["city"] == "yantai"
        assert sent_message(client, city="weifang").city.slug == "weifang"

    def test_an_address_that_the_entry_once_had_is_the_entrys(self, client, measure):
        measure.slug = "example-2"
        measure.save()
        publish(measure)
        message = sent_message(client)
        assert (message.entry_id, message.about) == (measure.pk, "/guide/measures/example-2/")

    def test_a_withdrawn_entry_can_be_asked_about(self, client, measure):
        withdraw(measure)
        assert sent_message(client).entry_id == measure.pk

    @pytest.mark.parametrize(
        "about",
        [
            *("https://evil.example/", "//evil.example/", "/\\evil.example/", "javascript:x"),
            *("/guide/measures/nothing/", "/guide/measures/example/beijing/", "/nothing/"),
            *("/guide/domains/nothing/", "/admin/", "/api/docs/", "/check/x/", "/feedback/"),
            *("/about", "about/", "/about/?x=1", "/" + "x" * 300 + "/", "示例"),
        ],
    )
    def test_what_is_no_page_of_this_site_is_404(self, client, about):
        assert client.get("/feedback/", {"about": about}).status_code == 404
        fields = filled_in(client) | {"about": about}
        assert client.post("/feedback/", fields).status_code == 404
        assert client.get("/feedback/thanks/", {"about": about}).status_code == 404
        vote = {"about": about, "useful": "yes"}
        assert client.post("/feedback/useful/", vote).status_code == 404
        assert not Message.objects.exists()

    def test_a_repeated_parameter_is_400(self, client):
        assert client.get("/feedback/?about=/about/&about=/").status_code == 400


class TestTheNumber:
    def test_it_has_no_characters_that_look_alike_and_is_hard_to_guess(self):
        assert not set("0OQ1IL2Z5S6G8BUV") & set(ALPHABET)
        assert len(ALPHABET) ** LENGTH > 2**64
        assert len({make_reference() for _ in range(100)}) == 100

    def test_it_is_read_however_it_is_typed(self):
        assert read_reference(" acdef-hjkmn prtwx ") == "ACDEFHJKMNPRTWX"
        assert read_reference("ACDEF-HJKMN") == ""
        assert read_reference("ACDEFHJKMNPRTW0") == ""

    def test_who_types_it_is_led_to_the_page(self, client):
        message = sent_message(client)
        typed = {"reference": message.shown_reference.lower()}
        response = client.post("/feedback/state/", typed)
        assert response.status_code == 303
        assert response["Location"] == f"/feedback/state/{message.reference}/"
        assert client.post("/feedback/state/", {"reference": "ACDEF"}).status_code == 404

    @pytest.mark.parametrize("number", ["ACDEFHJKMNPRTWX", "x", "%00", "%FF", "示例", "x" * 3000])
    def test_another_number_is_404(self, client, number):
        sent_message(client)
        assert client.get(f"/feedback/state/{number}/").status_code in (400, 404)

    def test_guessing_is_stopped_while_owners_still_read(self, client, monkeypatch):
        message = sent_message(client)
        limit = Limit("example-guess", requests=1, seconds=10**9)
        monkeypatch.setattr(limits, "WRONG_REFERENCES_PER_ADDRESS", limit)
        wrong = "/feedback/state/ACDEFHJKMNPRTWX/"
        assert [client.get(wrong).status_code for _ in range(2)] == [404, 429]
        assert client.get(f"/feedback/state/{message.reference}/").status_code == 200

    def test_it_is_never_logged(self, client, caplog):
        caplog.set_level(logging.DEBUG)
        reference = sent_message(client).reference
        client.put(f"/feedback/state/{reference}/")
        client.get(f"/feedback/state/{reference}X/")
        assert "/feedback/state/***" in caplog.text
        assert reference not in caplog.text


class TestWhatKeepsThePagesUnlisted:
    @pytest.mark.parametrize("what", ["form", "state", "unslashed", "find", "thanks", "missing"])
    def test_nothing_is_cached_indexed_or_passed_on(self, client, what):
        reference = sent_message(client).reference
        address = {
            "form": f"/feedback/?about={ABOUT}",
            "state": f"/feedback/state/{reference}/",
            "unslashed": f"/feedback/state/{reference}",
            "find": "/feedback/state/",
            "thanks": f"/feedback/thanks/?about={ABOUT}&useful=no",
            "missing": "/feedback/state/ACDEFHJKMNPRTWX/",
        }[what]
        headers = {"If-None-Match": "*", "If-Modified-Since": "Sun, 01 Nov 2099 00:00:00 GMT"}
        response = client.get(address, headers=headers)
        assert response.status_code == (404 if what == "missing" else 200)
        assert "no-store" in response["Cache-Control"]
        assert "noindex" in response["X-Robots-Tag"]
        assert '<meta name="robots" content="noindex' in text_of(response)
        assert response["Referrer-Policy"] == "no-referrer"
        assert "ETag" not in response
        assert not response.cookies

    def test_files_for_machines_keep_robots_away(self, client):
        assert "Disallow: /feedback/" in text_of(client.get("/robots.txt"))
        assert "/feedback/" not in text_of(client.get("/sitemap.xml"))


class TestTheClock:
    def test_it_counts_working_days_by_the_notices_of_staff(self, client, settings):
        settings.FEEDBACK_ANSWER_DAYS = 3
        calendar = WorkCalendar.objects.create(year=2030, source=make_source())
        holiday = {"kind": CalendarSpan.Kind.HOLIDAY, "name": "示例假日"}
        calendar.spans.create(first_on="2030-05-01", last_on="2030-05-03", **holiday)
        due_on = services.due_on(date(2030, 4, 29), current_version())
        assert due_on == date(2030, 5, 7)

    def test_the_reader_is_told_the_day_and_when_it_has_passed(self, client):
        message = sent_message(client)
        address = f"/feedback/state/{message.reference}/"
        text = text_of(client.get(address))
        assert "还没有答复" in text
        assert f'<time datetime="{message.due_on}">' in text
        Message.objects.update(due_on=timezone.localdate() - timedelta(days=1))
        assert "已经超过" in text_of(client.get(address))

    def test_the_form_says_the_numbers_that_are_set(self, client, settings):
        settings.FEEDBACK_ANSWER_DAYS = 7
        settings.FEEDBACK_CONTACT_DAYS, settings.FEEDBACK_KEEP_DAYS = 33, 99
        text = text_of(client.get("/feedback/"))
        for said in ("7个工作日以内", "33天后删除", "99天后删除"):
            assert said in text

    def test_an_answer_has_a_time_and_the_other_way_round(self, client):
        sent_message(client)
        with pytest.raises(IntegrityError, match="feedback_message_answer_has_a_time"):
            Message.objects.update(answer="示例")


class TestForgetting:
    def test_contact_and_message_go_when_readers_were_told(self, client, settings):
        settings.FEEDBACK_CONTACT_DAYS, settings.FEEDBACK_KEEP_DAYS = 10, 20
        sent_message(client, contact="示例联系方式")
        received = Message.objects.get().received_at

        def left(days):
            services.forget(received + timedelta(days=days, seconds=1))
            return [message.contact for message in Message.objects.all()]

        assert left(9) == ["示例联系方式"]
        assert left(10) == [""]
        assert left(19) == [""]
        assert left(20) == []

    def test_no_contact_outlives_its_message(self, client, settings):
        settings.FEEDBACK_CONTACT_DAYS, settings.FEEDBACK_KEEP_DAYS = 20, 10
        message = sent_message(client, contact="示例联系方式")
        assert message.contact_deleted_on == message.deleted_on


@pytest.mark.django_db(transaction=True)
def test_the_same_form_on_real_connections_at_once_is_stored_once():
    fields = filled_in(Client())
    responses = in_threads(lambda _: Client().post("/feedback/", fields), range(4))
    assert {response.status_code for response in responses} == {303}
    assert len({response["Location"] for response in responses}) == 1
    assert Message.objects.count() == 1


def test_the_day_of_receipt_is_that_of_the_place(client):
    message = sent_message(client)
    Message.objects.update(received_at=datetime.fromisoformat("2030-04-29T17:00:00+00:00"))
    message.refresh_from_db()
    assert message.day_after(1) == date(2030, 5, 1)
