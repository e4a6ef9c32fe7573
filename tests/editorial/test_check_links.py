"""Outside checks: who has the link sees the draft and answers it; nobody else learns anything."""

import html
import logging
import re
import uuid
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from publishing import request_limits, workflow
from publishing import services as publishing_services
from publishing.checks import services
from publishing.checks.models import CheckAnswer, CheckLink, RequestCount, hash_of
from publishing.models import WorkflowEvent
from staff.models import AuditEntry
from tests.admin.pages import address_of, form_on, messages_on
from tests.editorial.cast import make_city_editor, make_domain_editor, make_reviewer
from tests.factories import make_domain, make_measure, make_project, make_zone, publish_measure
from tests.publishing.test_concurrent_publishing import in_threads

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
ANSWER = {"verdict": "wrong", "remark": "示例意见", "name": "示例核对人"}


@pytest.fixture
def measure():
    return make_measure(title="示例草稿举措", body="示例草稿正文。")


@pytest.fixture
def editor(measure):
    return make_domain_editor(domains=[measure.domain])


def make_link(entry, by, **fields):
    """A new link; returns the link and its address."""
    arguments = {"id": uuid.uuid4(), "recipient": "示例单位", "lifetime": 14 * DAY} | fields
    token = services.make_link(entry=entry, by=by, **arguments)
    return CheckLink.objects.get(pk=arguments["id"]), f"/check/{token}/"


@pytest.fixture
def link_and_address(measure, editor):
    return make_link(measure, editor)


@pytest.fixture
def link(link_and_address):
    return link_and_address[0]


@pytest.fixture
def address(link_and_address):
    return link_and_address[1]


def key_on(response):
    found = re.search(r'name="key" value="([^"]+)"', response.content.decode())
    return html.unescape(found[1])


def answer(client, address, **changes):
    """Open the page, fill in the form and send it."""
    return client.post(address, {"key": key_on(client.get(address)), **ANSWER} | changes)


def text_of(response):
    return response.content.decode()


class TestThePage:
    def test_it_shows_the_draft_as_the_public_page_would(self, client, address):
        text = text_of(client.get(address))
        assert "示例草稿正文。" in text
        assert "内部征求意见稿,请勿转发" in text
        assert "示例单位" in text
        assert "五个市各是什么情况" in text

    def test_it_says_until_when_it_opens(self, client, link, address):
        until = timezone.localtime(link.expires_at)
        assert f"{until:%Y年}{until.month}月{until.day}日 {until:%H:%M}" in text_of(
            client.get(address)
        )

    def test_it_shows_what_was_edited_since_and_says_so(self, client, measure, address):
        assert "编辑又改过草稿" not in text_of(client.get(address))
        measure.body = "示例更新的草稿。"
        measure.save()
        text = text_of(client.get(address))
        assert "示例更新的草稿。" in text
        assert "编辑又改过草稿" in text

    @pytest.mark.parametrize("make", [make_measure, make_project, make_zone])
    def test_every_kind_of_entry_can_be_checked(self, client, make):
        entry, root = make(title="示例草稿"), get_user_model().objects.create_superuser("root")
        _link, address = make_link(entry, root)
        assert "示例草稿" in text_of(client.get(address))
        assert answer(client, address).status_code == 303

    def test_nothing_of_it_is_public(self, client, measure, address):
        client.get(address)
        assert client.get(f"/guide/measures/{measure.slug}/").status_code == 404

    def test_its_cost_does_not_grow_with_answers_or_links(self, client, measure, editor, address):
        def count():
            with CaptureQueriesContext(
                connection,
            ) as queries:
                assert client.get(address).status_code == 200
            return len(queries)

        before = count()
        for _ in range(5):
            make_link(measure, editor)
            answer(client, address, name=f"示例{_}")
        assert count() == before


class TestWhatKeepsThePageUnlisted:
    @pytest.fixture(params=["open", "closed", "refused", "wrong method", "unslashed"])
    def response(self, request, client, address):
        return {
            "open": lambda: client.get(address),
            "closed": lambda: client.get("/check/no-such-token/"),
            "refused": lambda: client.post(address, {}),
            "wrong method": lambda: client.put(address),
            "unslashed": lambda: client.get(address.rstrip("/")),
        }[request.param]()

    def test_headers(self, response):
        assert "no-store" in response["Cache-Control"]
        assert "noindex" in response["X-Robots-Tag"]
        assert response["Referrer-Policy"] == "no-referrer"
        assert "ETag" not in response
        assert not response.cookies

    def test_the_page_itself_asks_not_to_be_indexed(self, client, address):
        assert '<meta name="robots" content="noindex' in text_of(client.get(address))

    def test_it_is_never_answered_304(self, client, address):
        headers = {"If-None-Match": "*", "If-Modified-Since": "Sun, 01 Nov 2099 00:00:00 GMT"}
        assert client.get(address, headers=headers).status_code == 200

    def test_no_file_for_machines_names_it(self, client, address):
        assert "check" not in text_of(client.get("/robots.txt"))
        assert "/check/" not in text_of(client.get("/sitemap.xml"))

    def test_it_works_without_the_last_stroke_and_without_a_redirect(self, client, address):
        assert client.get(address.rstrip("/")).status_code == 200

    def test_the_address_is_never_logged(self, client, address, caplog):
        caplog.set_level(logging.DEBUG)
        token = address.split("/")[2]
        client.put(address)
        client.post(address, {})
        CheckLink.objects.update(revoked_at=timezone.now())
        client.get(address)
        assert "/check/***" in caplog.text
        assert token not in caplog.text

    def test_the_token_is_stored_nowhere(self, client, measure, link, address):
        answer(client, address)
        token = address.split("/")[2]
        assert len(token) == 43
        assert link.token_hash == hash_of(token)
        with connection.cursor() as cursor:
            for table in connection.introspection.table_names(cursor):
                cursor.execute(
                    f'SELECT count(*) FROM "{table}" t WHERE t::text LIKE %s',  # noqa: S608
                    [f"%{token}%"],
                )
                assert cursor.fetchone() == (0,), table


class TestClosedLinks:
    def close(self, how, link, measure):
        if how == "expired":
            past = timezone.now() - 30 * DAY
            CheckLink.objects.update(created_at=past, expires_at=past + DAY)
        elif how == "revoked":
            services.revoke_link(link=link, entry=measure, by=link.created_by)
        elif how == "entry deleted":
            measure.delete()
        elif how == "entry withdrawn":
            publishing_services.publish(entry=measure, by=None)
            publishing_services.withdraw(entry=measure, by=None, reason="示例原因")

    @pytest.mark.parametrize("how", ["expired", "revoked", "entry deleted", "entry withdrawn"])
    def test_all_of_them_look_like_an_address_that_never_was(
        self, client, how, link, measure, address
    ):
        sent = {"key": key_on(client.get(address)), **ANSWER}
        self.close(how, link, measure)
        never = client.get("/check/" + "x" * 43 + "/")
        assert never.status_code == 404
        for response in (client.get(address), client.post(address, sent)):
            assert response.status_code == 404
            assert response.content == never.content
            assert response.headers == never.headers
        assert not CheckAnswer.objects.exists()

    def test_a_link_stays_closed_when_a_withdrawn_entry_is_edited_again(
        self, client, link, measure, address
    ):
        self.close("entry withdrawn", link, measure)
        measure.refresh_from_db()
        measure.save()
        assert client.get(address).status_code == 404

    def test_publishing_does_not_close_it(self, client, measure, address):
        publishing_services.publish(entry=measure, by=None)
        assert client.get(address).status_code == 200

    def test_an_answer_does_not_get_in_after_the_link_was_found_open(self, link, editor, measure):
        services.revoke_link(link=link, entry=measure, by=editor)
        assert not services.answer(link=link, id=uuid.uuid4(), version=1, **ANSWER)
        assert not CheckAnswer.objects.exists()

    @pytest.mark.parametrize("lifetime", [timedelta(0), 60 * DAY + timedelta(seconds=1)])
    def test_the_database_refuses_a_link_for_too_long_or_no_time(self, measure, editor, lifetime):
        with pytest.raises(IntegrityError, match="publishing_checklink_lifetime"):
            make_link(measure, editor, lifetime=lifetime)


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


@pytest.mark.django_db(transaction=True)
def test_two_clicks_on_making_a_link_make_one():
    root = get_user_model().objects.create_superuser("root")
    measure, link_id = make_measure(), uuid.uuid4()

    def make(_turn):
        return services.make_link(
            entry=measure, by=root, id=link_id, recipient="示例", lifetime=DAY
        )

    tokens = [token for token in in_threads(make, range(4)) if token]
    assert len(tokens) == 1
    assert CheckLink.objects.get().token_hash == hash_of(tokens[0])


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


class TestTheStaffPage:
    @pytest.fixture
    def client(self, editor):
        client = Client()
        client.force_login(editor)
        return client

    @pytest.fixture
    def page(self, measure):
        return address_of(measure, "checks")

    def make(self, client, page, **changes):
        data = form_on(client.get(page)) | {"recipient": "示例主管部门"} | changes
        return client.post(page, data)

    def test_a_link_is_made_and_its_address_shown_this_once(self, client, page, measure):
        response = self.make(client, page)
        shown = re.search(r'value="(http://testserver(/check/[^"]+))"', text_of(response))
        assert "示例草稿正文。" in text_of(Client().get(shown[2]))
        link = CheckLink.objects.get()
        assert link.expires_at - link.created_at == 14 * DAY
        assert (link.version, link.recipient) == (measure.version, "示例主管部门")
        assert shown[1] not in text_of(client.get(page))
        assert "no-store" in response["Cache-Control"]

    def test_loading_the_answer_again_makes_no_second_link(self, client, page):
        sent = form_on(client.get(page)) | {"recipient": "示例主管部门"}
        client.post(page, sent)
        response = client.post(page, sent, follow=True)
        assert CheckLink.objects.count() == 1
        assert "地址只显示一次" in messages_on(response)[0]

    @pytest.mark.parametrize(
        "changes",
        [{"days": "61"}, {"days": "0"}, {"days": "x"}, {"recipient": " \x00"}, {"id": "no-uuid"}],
    )
    def test_what_is_out_of_bounds_makes_no_link(self, client, page, changes):
        assert self.make(client, page, **changes).status_code == 200
        assert not CheckLink.objects.exists()

    def test_a_link_is_revoked(self, client, page, address, link):
        response = client.post(f"{page}{link.pk}/revoke/", follow=True)
        assert "已收回" in messages_on(response)[0]
        assert Client().get(address).status_code == 404
        first = CheckLink.objects.get().revoked_at
        client.post(f"{page}{link.pk}/revoke/")
        assert CheckLink.objects.get().revoked_at == first

    def test_revoking_takes_a_post(self, client, page, link):
        assert client.get(f"{page}{link.pk}/revoke/").status_code == 405

    def test_a_link_is_not_revoked_by_way_of_another_entry(self, client, measure, link):
        other = make_measure(domain=measure.domain)
        response = client.post(f"{address_of(other, 'checks')}{link.pk}/revoke/")
        assert response.status_code == 404
        assert CheckLink.objects.get().is_live

    def test_answers_are_listed_for_all_staff(self, page, address):
        answer(Client(), address)
        reader = Client()
        reader.force_login(make_city_editor(cities=[]))
        text = text_of(reader.get(page))
        assert "示例核对人" in text
        assert "示例意见" in text
        assert 'name="recipient"' not in text
        assert "/revoke/" not in text

    def test_its_cost_does_not_grow_with_links_and_answers(self, client, measure, page, editor):
        def count():
            with CaptureQueriesContext(connection) as queries:
                client.get(page)
            return len(queries)

        def add(number):
            for _ in range(number):
                _link, address = make_link(measure, editor)
                answer(Client(), address)

        add(1)
        before = count()
        add(6)
        assert count() == before

    def test_it_is_found_from_the_entry(self, client, measure, page):
        assert f'href="{page}"' in text_of(client.get(address_of(measure, "change")))


WHO_MAY_ASK = [
    (lambda m: make_domain_editor(domains=[m.domain]), True),
    (lambda m: make_city_editor(cities=["qingdao"]), True),
    (lambda m: make_reviewer(), True),
    (lambda m: make_domain_editor(domains=[make_domain()]), False),
    (lambda m: make_city_editor(cities=[]), False),
]


@pytest.mark.parametrize(("make_user", "may"), WHO_MAY_ASK)
def test_links_are_made_and_revoked_by_those_who_send_the_entry_on(client, make_user, may):
    measure = make_measure()
    link, _address = make_link(measure, get_user_model().objects.create_superuser("root"))
    client.force_login(make_user(measure))
    page, sent = address_of(measure, "checks"), {"id": uuid.uuid4(), "recipient": "示", "days": 1}
    assert client.post(page, sent).status_code == (200 if may else 403)
    assert client.post(f"{page}{link.pk}/revoke/").status_code == (302 if may else 403)
    assert CheckLink.objects.live().count() == 1  # the new one or the old one


def test_the_service_refuses_too(measure):
    stranger = make_city_editor(cities=[])
    with pytest.raises(PermissionDenied):
        make_link(measure, stranger)


def test_somebody_without_an_account_is_sent_to_the_login(client, measure):
    assert client.post(address_of(measure, "checks"), {}).status_code == 302
    assert not CheckLink.objects.exists()


def test_making_and_revoking_are_in_the_audit_log_without_the_address(link, measure, address):
    services.revoke_link(link=link, entry=measure, by=link.created_by)
    entries = AuditEntry.objects.filter(object_id=str(measure.pk), action__startswith="check_link")
    assert {entry.action for entry in entries} == {"check_link_made", "check_link_revoked"}
    assert all(entry.details["recipient"] == "示例单位" for entry in entries)
    assert address.split("/")[2] not in str([entry.details for entry in entries])


def test_the_database_refuses_an_objection_without_words(link):
    with pytest.raises(IntegrityError, match="wrong_says_what"), transaction.atomic():
        link.answers.create(id=uuid.uuid4(), verdict="wrong", name="示例", version=1)


def test_a_withdrawal_closes_the_links_of_that_entry_only(link, measure, editor):
    other = publish_measure(domain=measure.domain)
    make_link(other, editor)
    publishing_services.withdraw(entry=other, by=None, reason="示例原因")
    assert CheckLink.objects.live().get() == link
