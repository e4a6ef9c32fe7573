"""Two who save or publish at the same moment, on connections of their own."""

import pytest
from django.contrib.auth import get_user_model

from guide.models import Measure, Step
from publishing.models import Edition
from tests.admin.conftest import client_of
from tests.admin.pages import address_of, form_on
from tests.factories import make_measure, publish_measure, publish_zone
from tests.publishing.test_concurrent_publishing import in_threads

pytestmark = pytest.mark.django_db(transaction=True)

EDITORS = 4


@pytest.fixture
def clients():
    users = get_user_model().objects
    return [client_of(users.create_superuser(f"root{n}")) for n in range(EDITORS)]


def post_all(clients, row, page, forms):
    """Each client sends its form, all at the same moment. Returns the statuses in order."""
    address = address_of(row, page)
    pairs = list(zip(clients, forms, strict=True))
    return in_threads(lambda pair: pair[0].post(address, pair[1]).status_code, pairs)


@pytest.mark.parametrize("make", [make_measure, publish_zone])
def test_of_several_who_save_at_once_one_does_and_the_others_are_asked(clients, make):
    row = make()
    forms = [
        form_on(client.get(address_of(row, "change"))) | {"title": f"示例{n}"}
        for n, client in enumerate(clients)
    ]
    statuses = post_all(clients, row, "change", forms)
    assert sorted(statuses) == [302, *[409] * (EDITORS - 1)]
    assert type(row).objects.get(pk=row.pk).title == f"示例{statuses.index(302)}"


def test_rows_added_at_once_are_not_lost_either(clients):
    measure = make_measure()
    row = {"steps-TOTAL_FORMS": "1", "steps-0-channel": "online"}
    forms = [
        form_on(client.get(address_of(measure, "change"))) | row | {"steps-0-text": f"示例{n}"}
        for n, client in enumerate(clients)
    ]
    address = address_of(measure, "change")
    waiting = list(zip(clients, forms, strict=True))
    while waiting:  # whoever is asked keeps both, until everybody has saved
        responses = in_threads(lambda pair: pair[0].post(address, pair[1]), waiting)
        waiting = [
            (client, form_on(response))
            for (client, _form), response in zip(waiting, responses, strict=True)
            if response.status_code == 409
        ]
    texts = sorted(Step.objects.filter(measure=measure).values_list("text", flat=True))
    assert texts == [f"示例{n}" for n in range(EDITORS)]


def test_a_measures_form_and_its_provisions_do_not_deadlock(clients):
    measure = make_measure()
    provisions = list(measure.provisions.all()[: EDITORS - 1])
    rows = [measure, *provisions]
    forms = [form_on(c.get(address_of(r, "change"))) for c, r in zip(clients, rows, strict=True)]
    forms[0]["title"] = "示例新名称"
    for form in forms[1:]:
        form["reason"] = "示例说明"
    sent = list(zip(clients, rows, forms, strict=True))
    statuses = in_threads(
        lambda item: item[0].post(address_of(item[1], "change"), item[2]).status_code, sent
    )
    assert statuses[1:] == [302] * (EDITORS - 1)
    assert statuses[0] in (302, 409)
    assert measure.provisions.filter(reason="示例说明").count() == EDITORS - 1


def test_a_publication_sent_several_times_at_once_is_made_once(clients):
    measure = publish_measure()
    measure.title = "示例新名称"
    measure.save()
    Measure.objects.filter(pk=measure.pk).update(
        workflow_state="approved", approved_version=measure.version
    )
    form = form_on(clients[0].get(address_of(measure, "publish"))) | {"note": "示例说明"}
    post_all(clients, measure, "publish", [form] * EDITORS)
    assert Edition.objects.filter(entry_id=measure.pk).count() == 2


def test_restoring_at_once_with_a_save_never_overwrites_it(clients):
    measure = publish_measure(audience="示例旧")
    measure.audience = "示例新"
    measure.save()
    save = form_on(clients[0].get(address_of(measure, "change"))) | {"title": "示例同事的"}
    restore = form_on(clients[1].get(address_of(measure, "restore/1")))
    sent = [(clients[0], "change", save), (clients[1], "restore/1", restore)]
    first, second = in_threads(
        lambda item: item[0].post(address_of(measure, item[1]), item[2]).status_code, sent
    )
    stored = Measure.objects.get(pk=measure.pk)
    if first == 302:  # the save came first: restoring was refused
        assert (second, stored.title, stored.audience) == (200, "示例同事的", "示例新")
    else:
        assert (first, second, stored.audience) == (409, 302, "示例旧")
