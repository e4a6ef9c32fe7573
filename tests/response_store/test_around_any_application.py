"""The store around applications of all sorts: what it keeps, for many who ask at once."""

import threading
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest

from qingdao_portal.response_store import SEEN, wsgi
from qingdao_portal.response_store.store import Store
from qingdao_portal.response_store.wsgi import (
    StoredAnswers,
    Tally,
    ToldAnswers,
    around,
    run,
)
from tests.response_store.asking import ask
from tests.response_store.watching import seeing


def answering(status="200 OK", *headers, body=b"x", known=True, generation=(1, 1, 1)):
    """A store around an application that always says this."""

    def application(environ, start_response):
        environ["portal.generation"], environ["portal.is_known_address"] = generation, known
        start_response(status, [("Content-Type", "text/html"), *headers])
        return [body]

    watch = seeing(lambda: (1, 1, 1))
    return StoredAnswers(application, Store(1_000_000), watch)


CONTROL = ("Cache-Control", "public, max-age=60")


@pytest.mark.parametrize(
    ("store", "is_kept"),
    [
        (answering("200 OK", CONTROL), True),
        (answering("301 Moved Permanently", CONTROL), True),
        (answering("404 Not Found", CONTROL), True),
        (answering("200 OK", CONTROL, ("Vary", "Accept-Encoding, Accept")), True),
        (answering("200 OK"), False),
        (answering("200 OK", ("Cache-Control", "max-age=60")), False),
        (answering("200 OK", ("Cache-Control", "public, no-cache")), False),
        (answering("200 OK", ("Cache-Control", "public, private")), False),
        (answering("200 OK", CONTROL, ("Set-Cookie", "a=1")), False),
        (answering("200 OK", CONTROL, ("set-cookie", "a=1")), False),
        (answering("200 OK", CONTROL, ("Vary", "Cookie")), False),
        (answering("200 OK", CONTROL, ("Vary", "*")), False),
        (answering("200 OK", CONTROL, ("Content-Encoding", "gzip")), False),
        (answering("200 OK", CONTROL, known=False), False),
        (answering("200 OK", CONTROL, generation=None), False),
        (answering("302 Found", CONTROL), False),
        (answering("500 Internal Server Error", CONTROL), False),
        (answering("503 Service Unavailable", CONTROL), False),
    ],
)
def test_only_what_says_that_it_is_for_all_is_kept(store, is_kept):
    ask(store, "/")
    assert len(store.store) == int(is_kept)


def test_an_answer_made_for_another_version_is_not_given():
    store = answering("200 OK", CONTROL)
    ask(store, "/")
    store.watch.generation = lambda: (2, 2, 1)
    before = len(store.store)
    calls = []
    store.application = lambda environ, start: calls.append(start("200 OK", [])) or [b"new"]
    assert ask(store, "/").body == b"new"
    assert (len(calls), before) == (1, 1)


@pytest.mark.parametrize(("generation", "is_noted"), [((1, 1, 2), False), ((2, 2, 1), True)])
def test_a_day_that_begins_while_the_database_is_away_makes_nothing_older(generation, is_noted):
    """Else one page that asks nothing of it would make all that is kept worthless."""
    store, noted = answering("200 OK", CONTROL, generation=generation), []
    store.watch.note = noted.append
    ask(store, "/")
    assert bool(noted) is is_noted


def test_what_is_on_its_way_when_the_database_turns_out_set_back_is_neither_kept_nor_noted():
    """The site will have that version again, and something else in it."""
    seen, noted = [(9, 9, 1)], []

    def lose(environ, start_response):
        seen[:] = [(5, 5, 1)]
        store.watch.returns += 1
        store.store.clear()
        return made(environ, start_response)

    for generation in ((9, 9, 1), (10, 10, 1)):
        store = answering("200 OK", CONTROL, generation=generation)
        store.watch, made = seeing(lambda: seen[0], note=noted.append), store.application
        store.application = lose
        assert ask(store, "/").body == b"x"
        assert (len(store.store), store.store.bytes, noted) == (0, 0, [])


def test_many_who_ask_at_once_have_it_made_once():
    made, gate = [], threading.Event()

    def application(environ, start_response):
        made.append(1)
        gate.wait(10)
        environ["portal.generation"] = (1, 1, 1)
        environ["portal.is_known_address"] = True
        start_response("200 OK", [("Content-Type", "text/html"), CONTROL])
        return [b"<p>" + b"x" * 2000]

    store = answering()
    store.application = application
    with ThreadPoolExecutor(17) as clients:
        asked = [clients.submit(ask, store, "/") for _ in range(16)]
        other = clients.submit(ask, answering("200 OK", CONTROL, body=b"other"), "/")
        assert other.result(10).body == b"other"
        gate.set()
        bodies = {reply.result(10).body for reply in asked}
    assert (len(made), len(bodies)) == (1, 1)


def test_answers_from_the_store_are_counted_by_whoever_tells():
    told = []
    tally = Tally(SimpleNamespace(inc=told.append))
    tally.tell()
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _number: tally.add(), range(500)))
    tally.add()
    tally.tell()
    tally.tell()
    assert told == [501]


def test_threads_that_ask_for_many_pages_get_the_right_ones():
    def application(environ, start_response):
        environ["portal.generation"] = (1, 1, 1)
        environ["portal.is_known_address"] = True
        start_response("200 OK", [("Content-Type", "text/html"), CONTROL])
        return [environ["PATH_INFO"].encode() * 300]

    store = answering()
    store.application, store.store = application, Store(60_000)  # room for some of them
    with ThreadPoolExecutor(8) as clients:
        paths = [f"/{number % 40}/" for number in range(2000)]
        for path, reply in zip(paths, clients.map(lambda p: ask(store, p), paths), strict=True):
            assert reply.body == path.encode() * 300
    assert store.store.bytes <= 60_000


def test_an_application_that_fails_holds_nobody_up():
    store = answering()

    def fail(environ, start_response):
        raise RuntimeError("example")

    store.application = fail
    for _ in range(2):
        with pytest.raises(RuntimeError):
            ask(store, "/")
    assert not store._makers._waiting


def test_what_the_application_opened_is_closed():
    closed = []

    class Body(list):
        def close(self):
            closed.append(True)

    def application(environ, start_response):
        start_response("200 OK", [])(b"written, ")
        return Body([b"returned"])

    assert run(application, {}) == ("200 OK", [], b"written, returned")
    assert closed == [True]


@pytest.mark.parametrize(("method", "sent"), [("GET", b"partpart"), ("HEAD", b"")])
def test_what_is_streamed_is_sent_on_and_closed(method, sent):
    closed = []

    class Stream:
        streaming = True

        def __iter__(self):
            return iter([b"part"] * 2)

        def close(self):
            closed.append(True)

    def application(environ, start_response):
        start_response("200 OK", [CONTROL, ("ETag", 'W/"x"')])
        return Stream()

    store = answering()
    store.application = application
    reply = ask(store, "/", method)
    assert (reply.status, reply.body, closed) == (200, sent, [True])
    assert ask(store, "/", method, if_none_match='W/"x"').status == 304
    assert closed == [True, True]
    assert len(store.store) == 0


@pytest.mark.parametrize(("trusts_proxy", "made_for"), [(True, (2, 2, 1)), (False, (1, 1, 1))])
def test_without_a_store_a_proxy_gets_it_too(settings, trusts_proxy, made_for):
    settings.TRUST_PROXY = trusts_proxy
    seen, told = [(1, 1, 1)], []
    watch = seeing(lambda: seen[0])
    watch.generation_for_proxy = lambda: seen.__setitem__(0, (2, 2, 1))

    def application(environ, start_response):
        told.append(environ[SEEN])
        start_response("200 OK", [])
        return [b""]

    ask(ToldAnswers(application, watch), "/")
    assert told == [made_for]


def test_without_room_there_is_no_store_and_in_development_nothing_at_all(settings):
    settings.RESPONSE_STORE_BYTES = 0
    application = object()
    assert type(around(application)) is ToldAnswers
    settings.DEBUG = True
    assert around(application) is application
    settings.RESPONSE_STORE_BYTES = 1
    assert type(around(application)) is StoredAnswers
    assert around(application).application is application


def test_a_database_that_was_set_back_leaves_nothing_that_is_kept_by_version(settings, monkeypatch):
    forgotten = []
    monkeypatch.setattr(wsgi, "forget_catalogue", lambda: forgotten.append(1))
    for size in (0, 1):
        settings.RESPONSE_STORE_BYTES = size
        around(object()).watch._on_return()
    assert forgotten == [1, 1]


@pytest.mark.parametrize(("trusts_proxy", "body"), [(True, b"new"), (False, b"old")])
def test_a_proxy_gets_what_is_published_at_this_moment(settings, trusts_proxy, body):
    settings.TRUST_PROXY = trusts_proxy
    store = answering("200 OK", CONTROL, body=b"old")
    ask(store, "/")
    store.watch.generation_for_proxy = lambda: (2, 2, 1)
    store.application = answering(body=b"new").application
    assert ask(store, "/").body == body
