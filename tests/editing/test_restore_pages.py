"""Restoring in the staff area: seen first, then confirmed, by those who may edit."""

import pytest
from django.contrib.admin.models import LogEntry

from guide.models import Measure
from publishing.models import Edition
from tests.admin.pages import address_of, messages_on, send
from tests.factories import make_hotline, make_measure, publish

pytestmark = pytest.mark.django_db


@pytest.fixture
def measure(db):
    """Two editions, 示例一 and 示例二; the working copy says 示例三."""
    measure = publish(make_measure(audience="示例一"))
    for words in ("示例二", "示例三"):
        measure.audience = words
        measure.save()
        if words == "示例二":
            publish(measure)
    return measure


def audience(measure):
    return Measure.objects.get(pk=measure.pk).audience


def test_it_is_shown_before_it_is_done(root, measure):
    response = root.get(address_of(measure, "restore/1"))
    (difference,) = response.context["differences"]
    assert [piece.text for piece in difference.pieces] == ["示例", "三", "一"]
    assert audience(measure) == "示例三"


def test_confirmed_it_is_done_and_logged_and_nothing_is_published(root, measure):
    response = send(root, address_of(measure, "restore/1"))
    assert response.headers["Location"] == address_of(measure, "change")
    assert audience(measure) == "示例一"
    assert "已恢复为第1版" in messages_on(root.get(response.headers["Location"]))[0]
    assert "已恢复为第1版" in str(LogEntry.objects.latest("id"))
    assert Edition.objects.count() == 2


def test_what_could_not_be_restored_is_said(root, measure):
    hotline = make_hotline(name="示例热线")
    measure.hotlines.add(hotline)
    publish(measure), measure.hotlines.clear(), publish(measure)
    hotline.delete()
    response = send(root, address_of(measure, "restore/3"))
    assert "示例热线" in messages_on(root.get(response.headers["Location"]))[1]


def test_after_somebody_elses_save_the_page_is_shown_again(root, measure):
    address = address_of(measure, "restore/1")
    stale = root.get(address).context["original"].version
    measure.audience = "示例四"
    measure.save()
    for version in (stale, "", "x"):
        response = root.post(address, {"version": version})
        assert response.status_code == 200
        assert "同事" in messages_on(response)[0]
        assert audience(measure) == "示例四"
    send(root, address)
    assert audience(measure) == "示例一"


def test_whoever_may_only_look_cannot_restore(staff, measure):
    client, address = staff("guide.view_measure"), address_of(measure, "restore/1")
    assert client.get(address).status_code == 403
    assert client.post(address, {"version": measure.version}).status_code == 403
    assert address not in client.get(address_of(measure, "versions")).content.decode()
    assert audience(measure) == "示例三"


def test_the_versions_lead_to_it(root, measure):
    assert (
        address_of(measure, "restore/1")
        in root.get(address_of(measure, "versions")).content.decode()
    )


def test_an_edition_that_does_not_exist_is_not_found(root, measure):
    assert root.get(address_of(measure, "restore/9")).status_code == 404
