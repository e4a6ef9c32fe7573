"""Publishing from several connections at once: real transactions, real waits."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections, transaction

from publishing.models import Catalogue, Edition
from publishing.services import publish
from tests.factories import make_hotline, make_measure, publish_measure

pytestmark = pytest.mark.django_db(transaction=True)

THREADS = 6


def in_threads(function, arguments):
    """Run `function` for each argument on a connection of its own, all starting together."""
    arguments = list(arguments)
    barrier = threading.Barrier(len(arguments))

    def run(argument):
        try:
            connection.ensure_connection()
            barrier.wait(timeout=30)
            return function(argument)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(arguments)) as pool:
        return list(pool.map(run, arguments))


def test_concurrent_publishes_leave_no_gap_and_no_double():
    measures = [make_measure() for _ in range(THREADS)]

    def publish_several_times(measure):
        for turn in range(4):
            measure.summary = f"示例摘要{turn}"
            measure.save()
            publish(entry=measure, by=None, note="示例修改")

    in_threads(publish_several_times, measures)
    ids = list(Edition.objects.order_by("id").values_list("id", flat=True))
    assert ids == list(range(1, THREADS * 4 + 1))
    assert Catalogue.objects.get().sequence == THREADS * 4
    assert Edition.objects.current().count() == THREADS


def test_a_reader_who_saw_a_sequence_never_misses_one_below_it():
    measures = [make_measure() for _ in range(THREADS)]
    done = threading.Event()
    seen = []

    def read_by_cursor():
        connection.ensure_connection()
        after = 0
        try:
            while True:
                finished = done.is_set()  # asked first: one more look after the last publish
                for id_ in Edition.objects.filter(id__gt=after).order_by("id").values_list("id"):
                    seen.append(id_[0])
                    after = id_[0]
                if finished:
                    return
        finally:
            connections.close_all()

    reader = threading.Thread(target=read_by_cursor)
    reader.start()
    in_threads(lambda measure: publish(entry=measure, by=None), measures)
    done.set()
    reader.join(timeout=30)
    assert seen == list(range(1, THREADS + 1))


def test_one_entry_published_by_many_at_once_is_published_once():
    measure = make_measure()
    results = in_threads(lambda _: publish(entry=measure, by=None, note="同时"), range(THREADS))
    assert sum(edition is not None for edition in results) == 1
    assert Edition.objects.count() == 1


def test_publishing_and_a_changed_hotline_at_once_lose_neither():
    hotline = make_hotline(name="示例旧热线")
    measures = [make_measure(hotlines=[hotline]) for _ in range(THREADS - 1)]

    def act(row):
        if row is hotline:
            hotline.name = "示例新热线"
            hotline.save()
        else:
            publish(entry=row, by=None)

    in_threads(act, [*measures, hotline])
    names = {edition.document["hotlines"][0]["name"] for edition in Edition.objects.current()}
    assert names == {"示例新热线"}


def test_two_who_save_two_reference_rows_in_opposite_order_do_not_deadlock():
    first, second = make_hotline(), make_hotline()
    publish_measure(hotlines=[first, second])

    def save_both(rows):
        with transaction.atomic():
            for row in rows:
                row.save()

    in_threads(save_both, [(first, second), (second, first)] * 2)
    assert Edition.objects.current().count() == 1


def test_a_document_is_never_half_of_a_save():
    """An editor's transaction changes title and summary together; no edition mixes them."""
    measure = make_measure(title="示例0", summary="示例0")

    def act(role):
        for turn in range(1, 6):
            if role == "editor":
                with transaction.atomic():
                    measure.title = measure.summary = f"示例{turn}"
                    measure.save()
                    measure.steps.all().delete()
                    measure.steps.create(channel="online", text=f"示例{turn}")
            else:
                publish(entry=measure, by=None, note="示例")

    in_threads(act, ["editor", "publisher", "publisher"])
    for edition in Edition.objects.exclude(document__title="示例0"):
        steps = [step["text"] for step in edition.document["steps"]]
        assert steps == [edition.document["title"]], edition.id
