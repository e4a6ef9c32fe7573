"""Links in the staff area: who makes and revokes them, and what is seen of their answers."""

import re
import uuid

import pytest
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from publishing import services as publishing_services
from publishing.checks import services
from publishing.checks.models import CheckLink, hash_of
from staff.models import AuditEntry
from tests.admin.pages import address_of, form_on, messages_on
from tests.editorial.cast import make_city_editor, make_domain_editor, make_reviewer
from tests.editorial.check_links.conftest import DAY, answer, make_link, text_of
from tests.factories import make_domain, make_measure, publish_measure
from tests.publishing.test_concurrent_publishing import in_threads

pytestmark = pytest.mark.django_db


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


def test_a_withdrawal_closes_the_links_of_that_entry_only(link, measure, editor):
    other = publish_measure(domain=measure.domain)
    make_link(other, editor)
    publishing_services.withdraw(entry=other, by=None, reason="示例原因")
    assert CheckLink.objects.live().get() == link
