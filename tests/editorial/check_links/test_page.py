"""The page behind a link: the draft as readers would see it, for those with the address alone."""

import logging
import uuid
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from publishing import services as publishing_services
from publishing.checks import services
from publishing.checks.models import CheckAnswer, CheckLink, hash_of
from tests.editorial.check_links.conftest import ANSWER, DAY, answer, key_on, make_link, text_of
from tests.factories import make_measure, make_project, make_zone

pytestmark = pytest.mark.django_db


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
