"""Waiting for changes: answered as soon as there is one, and at nobody else's cost."""

import threading

import pytest
from django.db import OperationalError, connections

from publishing.api import changes as changes_module
from publishing.api.waiting import Bell
from publishing.catalogue import current_version
from tests.factories import make_measure, publish, publish_measure

PATIENCE_SECONDS = 30
NEVER = 3600  # a test that waits so long hangs, and is stopped


class Ringer:
    """A site whose newest sequence moves when somebody has looked so many times."""

    def __init__(self, *, looks=1):
        self.looks = looks
        self.threads = set()

    def __call__(self):
        self.threads.add(threading.get_ident())
        self.looks -= 1
        return 2 if self.looks < 1 else 1


def in_thread(function, *arguments, **options):
    thread = threading.Thread(target=function, args=arguments, kwargs=options, daemon=True)
    thread.start()
    return thread


def ended(*threads):
    for thread in threads:
        thread.join(timeout=PATIENCE_SECONDS)
    return not any(thread.is_alive() for thread in threads)


def test_all_who_wait_are_let_go_by_one_thread_that_looks():
    everybody = threading.Event()
    ringer = Ringer(looks=3)

    def newest():
        everybody.wait(PATIENCE_SECONDS)
        return ringer()

    bell = Bell(newest, pause=0)
    waiters = [in_thread(bell.wait_beyond, 1, seconds=NEVER, at_most=9) for _ in range(5)]
    while bell.waiting < len(waiters):
        threading.Event().wait(0.001)
    everybody.set()
    assert ended(*waiters)
    assert (bell.waiting, len(ringer.threads)) == (0, 1)


def test_who_comes_after_the_looking_has_ended_makes_it_begin_again():
    for _ in range(200):  # the moment between the two is short
        bell = Bell(Ringer(), pause=0)
        bell.wait_beyond(1, seconds=NEVER, at_most=1)
        bell._sequence = 0
        bell.wait_beyond(1, seconds=NEVER, at_most=1)


def test_one_more_than_may_wait_is_answered_at_once():
    bell = Bell(lambda: 1 / 0)
    bell.wait_beyond(1, seconds=NEVER, at_most=0)
    assert bell.waiting == 0


def test_the_time_to_wait_is_kept():
    bell = Bell(lambda: 1, pause=0)
    bell.wait_beyond(1, seconds=0.01, at_most=1)
    assert bell.waiting == 0


def test_nobody_waits_while_the_database_is_away():
    def newest():
        raise OperationalError

    bell = Bell(newest, pause=0)
    bell.wait_beyond(1, seconds=NEVER, at_most=1)
    assert bell.waiting == 0


def test_a_process_that_is_to_end_lets_all_go():
    bell = Bell(lambda: bell.close() or 1, pause=0)
    bell.wait_beyond(1, seconds=NEVER, at_most=1)
    bell.wait_beyond(1, seconds=NEVER, at_most=1)
    assert bell.waiting == 0


@pytest.fixture
def site(db, settings, monkeypatch):
    """A site on which one may wait; the function given to it acts when somebody does."""
    settings.API_WAITERS = 1

    def when_waiting(act):
        def newest():
            act()
            return current_version().sequence

        monkeypatch.setattr(changes_module, "bell", Bell(newest, pause=0))

    return when_waiting


@pytest.mark.django_db(transaction=True)
def test_a_change_is_told_to_who_waits_for_it(client, site):
    publish_measure()
    measure = make_measure(slug="awaited")
    lent = []

    def act():
        lent.append(main.connection)  # None: closed, for others to open one
        publish(measure)

    main = connections["default"]  # of this thread, which is also the one of the request
    site(act)
    response = client.get("/api/v1/changes/?after=1&wait=25")
    assert [change["slug"] for change in response.json()["results"]] == ["awaited"]
    assert response.json()["next_after"] == 2
    assert response.headers["Cache-Control"] == "no-store"
    assert lent[0] is None


@pytest.mark.django_db(transaction=True)
def test_who_waits_for_another_kind_goes_on_from_there(client, site):
    publish_measure()
    measure = make_measure()
    site(lambda: publish(measure))
    answer = client.get("/api/v1/changes/?after=1&wait=25&kinds=zone").json()
    assert answer == {"next_after": 2, "next": None, "results": []}


@pytest.mark.django_db
@pytest.mark.parametrize("query", ["?wait=25", "?after=9&wait=25", "?after=1", "?after=1&wait=0"])
def test_nobody_waits_who_is_behind_or_ahead_or_did_not_ask(client, site, query):
    publish_measure()
    site(lambda: pytest.fail("waited"))
    assert client.get(f"/api/v1/changes/{query}").status_code == 200


@pytest.mark.django_db
def test_where_nobody_may_wait_all_are_answered_at_once(client, settings, site):
    settings.API_WAITERS = 0
    site(lambda: pytest.fail("waited"))
    answer = client.get("/api/v1/changes/?after=0&wait=25").json()
    assert answer == {"next_after": 0, "next": None, "results": []}


@pytest.mark.django_db
@pytest.mark.parametrize("wait", ["26", "-1", "1.5", "x"])
def test_a_time_that_cannot_be_waited_is_refused(client, wait):
    assert client.get(f"/api/v1/changes/?wait={wait}").status_code == 400
