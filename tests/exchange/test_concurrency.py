"""Two confirmations at the same moment, on real connections."""

from threading import Barrier, Event, Thread

import pytest
from django.contrib.auth import get_user_model
from django.db import connection

from guide.models import Measure
from publishing.models import Edition
from staff.models import AuditEntry
from tests.admin.conftest import client_of
from tests.exchange.files import csv_file, upload
from tests.factories import make_domain, make_hotline, make_measure, publish_measure

pytestmark = pytest.mark.django_db(transaction=True)

READ = (
    "/feeds/changes.atom",
    "/search/?q=示例",
    "/api/v1/measures/",
    "/api/v1/changes/",
    "/sitemap.xml",
)


def at_once(*acts):
    """Run the functions on connections of their own, beginning together."""
    barrier, failures = Barrier(len(acts)), []

    def run(act):
        try:
            barrier.wait()
            act()
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures


def test_a_double_click_imports_once():
    root = client_of(get_user_model().objects.create_superuser("root"))
    domain = make_domain()
    rows = [["id", "名称", "网址名", "领域", "适用范围"], ["", "示例", "a", domain.name, "全省"]]
    address = upload(root, Measure, csv_file(rows)).url
    clients = [client_of(get_user_model().objects.get()) for _ in range(3)]
    at_once(*(lambda client=client: client.post(address) for client in clients))
    assert Measure.objects.count() == 1
    assert AuditEntry.objects.filter(action="imported").count() == 1


def test_imports_of_what_is_quoted_and_of_what_quotes_do_not_deadlock():
    users = get_user_model().objects
    first, second = (client_of(users.create_superuser(name)) for name in ("one", "two"))
    hotline = make_hotline()
    measures = [publish_measure(hotlines=[hotline]) for _ in range(3)]
    hotlines = csv_file([["id", "用途"], [hotline.pk, "示例用途"]])
    texts = csv_file([["id", "名称"], *([m.pk, f"{m.title}新"] for m in measures)])
    one = upload(first, type(hotline), hotlines).url
    two = upload(second, Measure, texts).url
    at_once(lambda: first.post(one), lambda: second.post(two))
    hotline.refresh_from_db()
    assert hotline.purpose == "示例用途"
    assert Measure.objects.filter(title__endswith="新").count() == 3
    assert Edition.objects.filter(event="minor").count() == 3


def test_an_edit_at_the_same_moment_is_never_overwritten_unseen():
    root = client_of(get_user_model().objects.create_superuser("root"))
    measure = make_measure(title="示例甲", audience="示例")
    rows = [["id", "名称", "适用对象"], [measure.pk, "示例乙", "示例"]]
    address = upload(root, Measure, csv_file(rows)).url

    def edit():
        row = Measure.objects.get(pk=measure.pk)
        row.audience = "同事改的"
        row.save(update_fields=["audience"])

    at_once(edit, lambda: root.post(address))
    assert Measure.objects.get().audience == "同事改的"


def test_readers_wait_for_nothing_that_an_import_holds(client, monkeypatch):
    root = client_of(get_user_model().objects.create_superuser("root"))
    hotline = make_hotline()
    measures = [publish_measure(hotlines=[hotline], cities=["qingdao"]) for _ in range(3)]
    address = upload(root, type(hotline), csv_file([["id", "用途"], [hotline.pk, "示例用途"]])).url
    is_written, may_end = Event(), Event()

    def pause(**details):
        """At its end, when everything is written and locked, and nothing committed."""
        is_written.set()
        assert may_end.wait(60)

    monkeypatch.setattr("exchange.services.audit.record", pause)

    def read():
        assert is_written.wait(60)
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '1s'")  # ends in an error, not in a wait
            slug = measures[0].slug
            for path in ("/", "/guide/", f"/guide/measures/{slug}/", "/cities/qingdao/", *READ):
                assert client.get(path).status_code == 200
        finally:
            may_end.set()

    at_once(lambda: root.post(address), read)
    assert Edition.objects.filter(event="minor").count() == 3
