"""Forms of rows: translations, lists of words, children in their order, five provisions."""

import pytest
from django.contrib.auth import get_user_model

from cooperation.models import Agreement
from guide.models import Measure, Provision
from publishing.models import Edition
from tests.admin.approval import approve_all
from tests.admin.conftest import client_of
from tests.admin.pages import address_of, errors_on, form_on, send
from tests.editorial.cast import make_domain_editor
from tests.factories import (
    make_cities,
    make_city,
    make_department,
    make_domain,
    make_measure,
    make_office,
    make_project,
    make_source,
    publish_measure,
)

pytestmark = pytest.mark.django_db


def test_translations_are_typed_into_labelled_fields(root):
    measure = make_measure()
    page = root.get(address_of(measure, "change")).content.decode()
    for label in ("名称(English)", "正文(한국어)", "使用提示(日本語)"):
        assert label in page
    texts = {"translations-en-title": " Example ", "translations-ko-body": "예시"}
    send(root, address_of(measure, "change"), **texts)
    measure.refresh_from_db()
    assert measure.translations == {"en": {"title": "Example"}, "ko": {"body": "예시"}}


def test_translations_come_back_as_they_were_saved(root):
    stored = {"en": {"title": 'A "quoted" <b>name</b>', "body": "\n### One\n\nTwo & three"}}
    measure = publish_measure(translations=stored)
    send(root, address_of(measure, "change"))
    measure.refresh_from_db()
    assert measure.translations["en"]["title"] == stored["en"]["title"]
    assert measure.translations["en"]["body"] == stored["en"]["body"].strip()


def test_an_emptied_translation_is_gone(root):
    measure = make_measure(translations={"en": {"title": "Example"}, "ja": {"title": "例"}})
    send(root, address_of(measure, "change"), **{"translations-en-title": ""})
    measure.refresh_from_db()
    assert measure.translations == {"ja": {"title": "例"}}


def test_a_new_row_inside_a_form_is_translated_too(root):
    measure = make_measure()
    rows = {
        "steps-TOTAL_FORMS": "1",
        "steps-0-channel": "online",
        "steps-0-text": "示例步骤",
        "steps-0-translations-en-text": "Example step",
    }
    send(root, address_of(measure, "change"), **rows)
    assert measure.steps.get().translations == {"en": {"text": "Example step"}}


def test_words_are_parted_by_commas_of_either_script(root):
    measure = make_measure()
    send(root, address_of(measure, "change"), keywords="社保卡\uff0c 医保 ,, 转移,")
    measure.refresh_from_db()
    assert measure.keywords == ["社保卡", "医保", "转移"]
    assert form_on(root.get(address_of(measure, "change")))["keywords"] == ["社保卡,医保,转移"]


def test_lines_may_hold_commas(root):
    agreement = Agreement.objects.create(slug="example", title="示例协议")
    typed = "示例一,二\r\n\r\n 示例三 \r\n"
    send(root, address_of(agreement, "change"), dimensions=typed)
    agreement.refresh_from_db()
    assert agreement.dimensions == ["示例一,二", "示例三"]
    assert send(root, address_of(agreement, "change")).status_code == 302


def test_a_date_keeps_the_precision_that_was_typed(root):
    project = make_project()
    for typed in ("2024", "2024-02", "2024-02-14"):
        send(root, address_of(project, "change"), planned_finish=typed)
        project.refresh_from_db()
        assert project.planned_finish == typed
    response = send(root, address_of(project, "change"), planned_finish="2024-13")
    assert "不是日期" in errors_on(response)[0]


def test_new_rows_go_to_the_end_in_the_order_in_which_they_were_typed(root):
    measure = make_measure()
    measure.materials.create(name="示例一", position=7)
    rows = {"materials-TOTAL_FORMS": "4"}
    rows |= {f"materials-{n}-name": f"示例{n}" for n in (1, 2, 3)}
    rows |= {"materials-3-position": "2"}
    send(root, address_of(measure, "change"), **rows)
    saved = measure.materials.values_list("name", "position")
    assert list(saved) == [("示例3", 2), ("示例一", 7), ("示例1", 8), ("示例2", 9)]


def test_rows_inside_a_form_are_changed_and_deleted(root):
    measure = publish_measure(sources=[make_source(), make_source()])
    before = measure.changed_at
    changes = {"citations-0-quote": "示例新引文", "citations-1-DELETE": "on"}
    send(root, address_of(measure, "change"), **changes)
    measure.refresh_from_db()
    assert [citation.quote for citation in measure.citations.all()] == ["示例新引文"]
    assert measure.changed_at > before


def test_the_same_department_cannot_have_the_same_part_twice(root):
    measure, department = make_measure(), make_department()
    rows = {"departments-TOTAL_FORMS": "2"}
    for n in range(2):
        rows |= {f"departments-{n}-department": str(department.pk)}
        rows |= {f"departments-{n}-role": "lead"}
    assert errors_on(send(root, address_of(measure, "change"), **rows))
    assert not measure.departments.exists()


def test_a_new_measure_gets_five_provisions_and_they_stay_five(root):
    make_cities()
    fields = {"slug": "new", "title": "示例", "scope": "city", "domain": str(make_domain().pk)}
    assert "provisions-TOTAL_FORMS" not in form_on(root.get(address_of(Measure, "add")))
    send(root, address_of(Measure, "add"), **fields)
    measure = Measure.objects.get()
    assert measure.provisions.count() == 5
    forged = {"provisions-TOTAL_FORMS": "6", "provisions-0-DELETE": "on"}
    send(root, address_of(measure, "change"), **forged)
    assert measure.provisions.count() == 5


def test_confirming_a_provision_notes_who_did_it(root):
    measure = make_measure()
    changes = {"provisions-0-status": "implemented", "provisions-0-confirmed_on": "2025-05-01"}
    send(root, address_of(measure, "change"), **changes)
    confirmed = measure.provisions.get(status="implemented")
    assert confirmed.confirmed_by == get_user_model().objects.get(username="root")
    send(root, address_of(confirmed, "change"), status="unverified", confirmed_on="")
    confirmed.refresh_from_db()
    assert confirmed.confirmed_by is None


def test_an_implemented_provision_needs_the_day_on_which_the_city_confirmed_it(root):
    measure = make_measure()
    response = send(root, address_of(measure, "change"), **{"provisions-0-status": "implemented"})
    assert "“已落实”要填本市确认日期" in " ".join(errors_on(response))


def test_a_provision_has_a_page_of_its_own_with_links_and_offices(root):
    measure = publish_measure()
    provision, before = measure.provisions.first(), measure.changed_at
    links = {
        "links-TOTAL_FORMS": "1",
        "links-0-label": "示例链接",
        "links-0-url": "https://example.org/",
    }
    office = make_office(city=make_city())
    send(root, address_of(provision, "change"), offices=[str(office.pk)], mode="online", **links)
    provision.refresh_from_db()
    measure.refresh_from_db()
    assert (provision.mode, provision.offices.get()) == ("online", office)
    assert provision.links.get().label == "示例链接"
    assert measure.changed_at > before


def test_who_may_change_the_measure_may_change_what_belongs_to_it():
    measure = make_measure()
    client = client_of(make_domain_editor(domains=[measure.domain]))
    rows = {"materials-TOTAL_FORMS": "1", "materials-0-name": "示例材料"}
    send(client, address_of(measure, "change"), **rows)
    assert measure.materials.get().name == "示例材料"
    assert client.get(address_of(measure.provisions.first(), "change")).status_code == 200


def test_who_may_only_look_at_the_measure_changes_nothing_of_it(staff):
    client, measure = staff("guide.view_measure"), make_measure()
    rows = {"materials-TOTAL_FORMS": "1", "materials-0-name": "示例材料"}
    assert client.post(address_of(measure, "change"), rows).status_code == 403
    assert client.get(address_of(measure, "change")).status_code == 200
    assert not measure.materials.exists()


def test_verifying_an_entry_notes_who_did_it(root):
    measure = make_measure()
    send(root, address_of(measure, "change"), last_verified_on="2025-05-01")
    measure.refresh_from_db()
    assert measure.last_verified_by == get_user_model().objects.get(username="root")


def test_an_address_that_readers_know_for_another_entry_is_refused(root):
    old = publish_measure(slug="known")
    old.slug = "newer"
    old.save()
    measure = make_measure()
    response = send(root, address_of(measure, "change"), slug="known")
    assert "曾经属于另一个条目" in errors_on(response)[0]
    assert send(root, address_of(old, "change"), slug="known").status_code == 302


def test_a_changed_address_is_published_as_moved(root):
    measure = publish_measure(slug="known")
    send(root, address_of(measure, "change"), slug="newer")
    approve_all()
    send(root, address_of(measure, "publish"), note="示例:改了网址")
    assert Edition.objects.first().event == "moved"


def test_control_characters_are_left_out(root):
    measure = make_measure()
    send(
        root,
        address_of(measure, "change"),
        title="示例\x05名称",
        **{"translations-en-title": "\x05x"},
    )
    measure.refresh_from_db()
    assert (measure.title, measure.translations) == ("示例名称", {"en": {"title": "x"}})


def test_the_provisions_of_a_measure_are_found_by_its_name(root):
    make_measure(title="示例甲"), make_measure(title="示例乙")
    found = root.get(address_of(Provision), {"q": "示例甲"}).context["cl"].result_list
    assert {provision.measure.title for provision in found} == {"示例甲"}
    assert len(found) == 5
