"""Who else has a form open: said, never enforced, soon forgotten."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone

from publishing import presence
from publishing.models import Presence
from tests.admin.conftest import client_of
from tests.admin.pages import address_of, send
from tests.factories import make_hotline, make_measure, make_project

pytestmark = pytest.mark.django_db


@pytest.fixture
def colleague(db):
    """Another who may do everything, and their client."""
    user = get_user_model().objects.create_superuser("colleague", last_name="示例", first_name="甲")
    return user, client_of(user)


def notice(client, row):
    return client.get(address_of(row, "change")).context["presence"]["sentence"]


@pytest.mark.parametrize("make", [make_measure, make_project, make_hotline])
def test_the_form_says_who_else_has_it_open(root, colleague, make):
    row, other = make(), make()
    assert notice(root, row) == ""
    sentence = notice(colleague[1], row)
    assert sentence.startswith("另一位同事正在编辑:root。")
    assert "另一位同事正在编辑:示例甲。" in root.get(address_of(row, "change")).content.decode()
    assert notice(root, other) == ""


def test_it_is_said_for_three_minutes_and_then_forgotten(root, colleague):
    measure = make_measure()
    notice(colleague[1], measure)
    Presence.objects.update(seen_at=timezone.now() - presence.LASTS + timedelta(seconds=30))
    assert "示例甲" in notice(root, measure)
    Presence.objects.update(seen_at=timezone.now() - presence.LASTS - timedelta(seconds=1))
    assert notice(root, measure) == ""
    assert Presence.objects.get().user.username == "root"


def test_who_was_seen_by_a_clock_that_was_ahead_is_not_there(root, colleague):
    measure = make_measure()
    notice(colleague[1], measure)
    Presence.objects.update(seen_at=timezone.now() + timedelta(hours=1))
    assert notice(root, measure) == ""


def test_opening_it_again_leaves_one_row(root):
    measure = make_measure()
    for _ in range(3):
        notice(root, measure)
    assert Presence.objects.count() == 1


def test_nobody_is_kept_from_saving(root, colleague):
    measure = make_measure()
    notice(colleague[1], measure)
    assert send(root, address_of(measure, "change"), title="示例新名称").status_code == 302


def test_a_page_that_stays_open_says_so_and_learns_who_came(root, colleague):
    measure = make_measure()
    notice(root, measure), notice(colleague[1], measure)
    Presence.objects.filter(user__username="root").delete()
    response = root.post(address_of(measure, "presence"))
    assert "示例甲" in response.json()["sentence"]
    assert Presence.objects.filter(user__username="root", row_id=measure.pk).exists()


def test_who_only_reads_is_not_editing(staff, root):
    measure, reader = make_measure(), staff("guide.view_measure")
    response = reader.get(address_of(measure, "change"))
    assert "presence" not in response.context
    assert reader.post(address_of(measure, "presence")).status_code == 403
    assert not Presence.objects.exists()


def test_the_address_takes_nothing_but_a_post_of_staff(root, client):
    measure = make_measure()
    assert root.get(address_of(measure, "presence")).status_code == 405
    assert client.post(address_of(measure, "presence")).status_code == 302
    missing = "/admin/guide/measure/00000000-0000-4000-8000-000000000000/presence/"
    assert root.post(missing).status_code == 404
