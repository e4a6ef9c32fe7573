"""Reference rows in the staff area: public when saved, kept while they are quoted."""

import pytest

from contacts.models import Department, Hotline
from cooperation.models import Agreement, Event
from guide.models import Domain
from publishing.models import Catalogue, Edition
from tests.admin.approval import approve_all
from tests.admin.pages import address_of, messages_on, send
from tests.factories import (
    make_city,
    make_department,
    make_hotline,
    make_measure,
    make_office,
    make_source,
    make_zone,
    publish,
    publish_measure,
    publish_zone,
)

pytestmark = pytest.mark.django_db


def editions(entry):
    return Edition.objects.filter(entry_id=entry.pk).order_by("number")


def catalogue():
    return Catalogue.objects.get().content


def test_a_renamed_hotline_renews_what_quotes_it_and_says_how_much(root):
    hotline = make_hotline()
    measures = [publish_measure(hotlines=[hotline]) for _ in range(2)]
    make_measure(hotlines=[hotline])
    response = send(root, address_of(hotline, "change"), name="示例新热线")
    for measure in measures:
        edition = editions(measure).last()
        assert (edition.number, edition.event) == (2, "minor")
        assert edition.document["hotlines"][0]["name"] == "示例新热线"
    texts = messages_on(root.get(response.headers["Location"]))
    assert any("同时更新了2个" in text for text in texts)


def test_a_form_with_many_rows_makes_one_minor_edition(root):
    office = make_office()
    measure = make_measure()
    measure.offices.add(office)
    publish(measure)
    hours = {"hours-TOTAL_FORMS": "3"}
    for n in range(3):
        hours |= {f"hours-{n}-weekday": n + 1}
        hours |= {f"hours-{n}-opens_at": "09:00", f"hours-{n}-closes_at": "17:00"}
    send(root, address_of(office, "change"), phone="000-0001", **hours)
    assert editions(measure).count() == 2
    assert len(editions(measure).last().document["offices"][0]["hours"]) == 3


def test_saving_a_row_unchanged_makes_no_edition(root):
    hotline = make_hotline()
    measure = publish_measure(hotlines=[hotline])
    response = send(root, address_of(hotline, "change"))
    assert editions(measure).count() == 1
    assert len(messages_on(root.get(response.headers["Location"]))) == 1


def test_the_hotlines_of_a_domain_reach_the_catalogue(root):
    domain, hotline = publish_measure().domain, make_hotline()
    send(root, address_of(domain, "change"), hotlines=[str(hotline.pk)])
    (part,) = [part for part in catalogue()["domains"] if part["id"] == str(domain.pk)]
    assert [quoted["id"] for quoted in part["hotlines"]] == [str(hotline.pk)]


def test_a_form_with_an_error_changes_nothing(root):
    hotline = make_hotline(name="示例热线")
    measure = publish_measure(hotlines=[hotline])
    response = send(root, address_of(hotline, "change"), name="示例新热线", number="abc")
    assert response.status_code == 200
    assert Hotline.objects.get().name == "示例热线"
    assert editions(measure).count() == 1


def test_the_form_says_what_saving_does(root):
    quoted, other = make_hotline(), make_hotline()
    publish_measure(hotlines=[quoted])
    assert "引用它的1个公开条目" in root.get(address_of(quoted, "change")).content.decode()
    assert "没有公开条目引用它" in root.get(address_of(other, "change")).content.decode()


def test_a_quoted_row_cannot_be_deleted_and_the_page_says_why(root):
    hotline = make_hotline()
    publish_measure(title="示例公开举措", hotlines=[hotline])
    asked = root.get(address_of(hotline, "delete"))
    assert "公开条目引用了它:示例公开举措" in asked.content.decode()
    root.post(address_of(hotline, "delete"), {"post": "yes"})
    selected = {"action": "delete_selected", "_selected_action": [hotline.pk], "post": "yes"}
    response = root.post(address_of(Hotline), selected)
    assert "公开条目引用了它:示例公开举措" in response.content.decode()
    assert Hotline.objects.filter(pk=hotline.pk).exists()


@pytest.mark.parametrize("make", [make_hotline, make_department, make_source, make_office])
def test_a_row_that_nothing_quotes_is_deleted(root, make):
    one, other = make(), make()
    root.post(address_of(one, "delete"), {"post": "yes"})
    selected = {"action": "delete_selected", "_selected_action": [other.pk], "post": "yes"}
    root.post(address_of(type(one)), selected)
    assert not type(one).objects.exists()


def test_deleting_several_takes_each_out_of_the_catalogue(root):
    kept, *gone = make_hotline(), make_hotline(), make_hotline()
    selected = {
        "action": "delete_selected",
        "_selected_action": [row.pk for row in gone],
        "post": "yes",
    }
    root.post(address_of(Hotline), selected)
    assert [row["id"] for row in catalogue()["hotlines"]] == [str(kept.pk)]


def test_a_row_that_came_into_use_after_the_question_is_kept(root, monkeypatch):
    """The page was shown while nothing quoted the row: what counts is the moment of deletion."""
    hotline = make_hotline()
    publish_measure(hotlines=[hotline])
    nothing_known = ([], {}, set(), [])
    for admin_class in (root.get(address_of(Hotline)).context["cl"].model_admin.__class__,):
        monkeypatch.setattr(admin_class, "get_deleted_objects", lambda *a: nothing_known)
    selected = {"action": "delete_selected", "_selected_action": [hotline.pk], "post": "yes"}
    for address, data in [
        (address_of(hotline, "delete"), {"post": "yes"}),
        (address_of(Hotline), selected),
    ]:
        response = root.post(address, data)
        assert "没有删除" in messages_on(root.get(response.headers["Location"]))[-1]
    assert Hotline.objects.filter(pk=hotline.pk).exists()


def test_a_city_cannot_be_deleted_while_rows_belong_to_it(root):
    make_office(city=make_city())
    response = root.post(address_of(make_city(), "delete"), {"post": "yes"})
    assert response.status_code == 200
    assert make_city().offices.exists()


def test_a_row_of_a_zone_waits_for_the_zone_and_one_of_all_is_public_at_once(root):
    zone = publish_zone()
    send(root, address_of(Event, "add"), text="示例合作区事件", zone=str(zone.pk))
    send(root, address_of(Event, "add"), text="示例五市事件")
    assert [event["text"] for event in catalogue()["events"]] == ["示例五市事件"]
    assert editions(zone).count() == 1
    approve_all()
    send(root, address_of(zone, "publish"), note="示例说明")
    assert [event["text"] for event in editions(zone).last().document["events"]] == [
        "示例合作区事件"
    ]


def test_a_zone_is_saved_with_its_events_and_agreements(root):
    zone = make_zone()
    rows = {"events-TOTAL_FORMS": "2", "agreements-TOTAL_FORMS": "1"}
    rows |= {"events-0-text": "示例一", "events-1-text": "示例二", "events-0-date": "2025-04"}
    rows |= {"events-0-kind": "history", "events-1-kind": "history"}
    rows |= {"agreements-0-title": "示例协议", "agreements-0-slug": "example"}
    rows |= {"agreements-0-kind": "agreement"}
    assert send(root, address_of(zone, "change"), **rows).status_code == 302
    assert [(event.text, event.position) for event in zone.events.all()] == [
        ("示例一", 1),
        ("示例二", 2),
    ]
    assert Agreement.objects.get().zone == zone


def test_who_may_only_look_reads_translations_as_text(staff):
    hotline = make_hotline(translations={"en": {"name": "Example line"}})
    page = staff("contacts.view_hotline").get(address_of(hotline, "change")).content.decode()
    assert "English 名称:Example line" in page
    assert "&quot;en&quot;" not in page


def test_who_may_only_look_changes_nothing(staff):
    hotline = make_hotline(name="示例热线")
    client = staff("contacts.view_hotline")
    assert client.post(address_of(hotline, "change"), {"name": "示例"}).status_code == 403
    for model in (Domain, Department):
        assert client.get(address_of(model)).status_code == 403
