"""Keys of partners: what they open, what is kept of them, and who may give and take them."""

import hashlib
import re
from datetime import timedelta

import pytest
from django.utils import timezone

from partners import keys
from partners.models import ApiKey, Partner
from staff.models import AuditEntry
from tests.admin.conftest import client_of
from tests.admin.pages import address_of, errors_on, send
from tests.editorial.cast import make_administrator, make_domain_editor, make_reviewer
from tests.factories import make_key, make_partner

pytestmark = pytest.mark.django_db


@pytest.fixture
def partner():
    return make_partner(name="示例合作方")


@pytest.fixture
def administrator():
    return make_administrator()


def make_by_form(client, partner, **fields):
    return send(client, address_of(partner, "new-key"), label="示例", **fields)


class TestKeys:
    def test_a_key_is_shown_once_and_kept_as_a_hash(self, partner, administrator):
        client = client_of(administrator)
        response = make_by_form(client, partner)
        (text,) = re.findall(r'value="(qp_[^"]+)"', response.content.decode())
        assert "no-store" in response.headers["Cache-Control"]
        key = ApiKey.objects.get()
        assert key.digest == hashlib.sha256(text.encode()).hexdigest()
        assert keys.find_live(text) == key
        stored = [str(value) for value in ApiKey.objects.values().get().values()]
        stored += [f"{entry.object_title} {entry.details}" for entry in AuditEntry.objects.all()]
        assert not any(text in value for value in stored)
        for address in (address_of(partner, "change"), address_of(key, "change")):
            assert text not in client.get(address).content.decode()

    def test_several_are_good_at_a_time_and_each_ends_by_itself(self, partner):
        (old, old_text), (new, new_text) = make_key(partner), make_key(partner)
        assert (keys.find_live(old_text), keys.find_live(new_text)) == (old, new)
        keys.revoke_key(key=old, by=None)
        assert (keys.find_live(old_text), keys.find_live(new_text)) == (None, new)

    def test_a_key_is_good_through_its_last_day(self, partner):
        assert keys.find_live(make_key(partner, days=0)[1])
        assert not keys.find_live(make_key(partner, days=-1)[1])

    def test_no_key_of_a_partner_that_is_off_opens_anything(self, partner):
        _key, text = make_key(partner)
        Partner.objects.update(is_active=False)
        assert not keys.find_live(text)

    @pytest.mark.parametrize("text", ["", "qp_", "qp_" + "a" * 43, "qp_\0", "密钥", "a" * 5000])
    def test_what_is_no_key_opens_nothing(self, partner, text):
        make_key(partner)
        assert keys.find_live(text) is None

    def test_the_last_use_is_noted_to_the_minute(self, partner, django_assert_num_queries):
        key, text = make_key(partner)
        keys.find_live(text)
        key.refresh_from_db()
        assert timezone.now() - key.last_used_at < timedelta(minutes=1)
        with django_assert_num_queries(1):
            keys.find_live(text)


class TestStaff:
    @pytest.mark.parametrize("day", ["", "2000-01-01", "2999-01-01", "nonsense"])
    def test_a_key_ends_within_two_years(self, partner, administrator, day):
        response = make_by_form(client_of(administrator), partner, expires_on=day)
        assert errors_on(response)
        assert not ApiKey.objects.exists()

    def test_keys_are_revoked_in_the_list_and_the_log_tells(self, partner, administrator):
        key, text = make_key(partner)
        data = {"action": "revoke", "_selected_action": [key.pk]}
        for _ in range(2):
            assert client_of(administrator).post(address_of(ApiKey), data).status_code == 302
        assert not keys.find_live(text)
        assert AuditEntry.objects.get(action="api_key_revoked").actor == administrator

    def test_the_log_tells_of_partners_and_their_limits(self, administrator):
        client = client_of(administrator)
        send(client, address_of(Partner, "add"), name="示例甲", requests_per_minute="100")
        partner = Partner.objects.get()
        send(client, address_of(partner, "change"), requests_per_minute="200")
        added, changed = AuditEntry.objects.filter(action__startswith="partner_").order_by("id")
        assert (added.action, added.details["requests_per_minute"]) == ("partner_added", 100)
        assert changed.details == {"requests_per_minute": 200}

    @pytest.mark.parametrize("make_user", [make_domain_editor, make_reviewer])
    def test_nobody_else_sees_partners_or_makes_keys(self, partner, make_user):
        key, text = make_key(partner)
        client = client_of(make_user())
        for address in (
            *(address_of(Partner), address_of(partner, "change"), address_of(partner, "new-key")),
            *(address_of(ApiKey), "/admin/partners/dailyuse/"),
        ):
            assert client.get(address).status_code == 403, address
        client.post(address_of(partner, "new-key"), {"label": "示例", "expires_on": "2030-01-01"})
        client.post(address_of(ApiKey), {"action": "revoke", "_selected_action": [key.pk]})
        assert ApiKey.objects.get() == keys.find_live(text)

    def test_neither_partners_nor_keys_are_deleted(self, partner, administrator):
        key, _text = make_key(partner)
        for row in (partner, key):
            response = client_of(administrator).post(address_of(row, "delete"), {"post": "yes"})
            assert response.status_code == 403
