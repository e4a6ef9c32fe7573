"""The version is known without a query per request, whatever happens to the database."""

import os
import threading
import warnings

import pytest
from django.db import OperationalError

from qingdao_portal.response_store.version_watch import (
    FRESH_SECONDS,
    SOON_SECONDS,
    STALE_SECONDS,
    VersionWatch,
)


class Site:
    """A database that has a generation, or is away; its watch looks when told to."""

    def __init__(self, **timing):
        self.generation, self.now = (1, 1, 1), 100.0
        self.published_at = "10:00"
        self.was_set_back = self.looks = 0
        self.error = None
        self.looked, self.answers = threading.Event(), threading.Event()
        self.answers.set()
        self.watch = VersionWatch(
            self.look,
            on_return=self.note_return,
            on_look=self.note_look,
            clock=lambda: self.now,
            **({"pause": 0.01} | timing),
        )

    def look(self):
        self.looked.set()
        self.answers.wait()
        if self.error:
            raise self.error
        return self.generation, (self.generation[:2], self.published_at)

    def note_return(self):
        self.was_set_back += 1

    def note_look(self):
        self.looks += 1


@pytest.fixture
def site():
    site = Site()
    site.watch._thread = threading.current_thread()  # none of its own: the test looks
    return site


def test_nothing_is_known_before_the_first_look(site):
    assert site.watch.generation() is None
    site.watch.look()
    assert site.watch.generation() == (1, 1, 1)


def test_a_publish_is_seen_by_the_next_look(site):
    site.watch.look()
    site.generation = (2, 3, 1)
    assert site.watch.generation() == (1, 1, 1)
    site.watch.look()
    assert site.watch.generation() == (2, 3, 1)


def test_a_request_that_saw_a_newer_one_is_believed_and_one_that_saw_an_older_is_not(site):
    site.watch.look()
    site.watch.note((5, 5, 1))
    site.watch.note((4, 4, 1))
    assert site.watch.generation() == (5, 5, 1)


def test_a_look_that_was_overtaken_by_a_request_changes_nothing(site, monkeypatch):
    site.watch.look()

    def overtaken():
        site.watch.note((3, 3, 1))
        return (2, 2, 1), ((2, 2), "10:01")

    monkeypatch.setattr(site.watch, "_look", overtaken)
    site.watch.look()
    assert site.watch.generation() == (3, 3, 1)
    assert not site.was_set_back


def test_while_the_database_is_away_the_last_one_stays_for_a_day(site, caplog):
    site.watch.look()
    site.error = OperationalError("connection refused")
    for _ in range(3):
        site.watch.look()
    assert site.watch.generation() == (1, 1, 1)
    assert len(caplog.messages) == 1  # said once, not at every look
    site.now += STALE_SECONDS + 1
    assert site.watch.generation() is None
    site.generation, site.error = (2, 2, 2), None
    site.watch.look()
    assert site.watch.generation() == (2, 2, 2)


def test_where_the_thread_has_not_come_back_from_its_look_nothing_is_known_of_now(site):
    """Else a thread that hangs would hold back every publication, for a day."""
    site.watch.look()
    assert site.watch.generation_of_now() == (1, 1, 1)
    site.now += FRESH_SECONDS + 0.1
    assert site.watch.generation_of_now() is None
    assert site.watch.generation() == (1, 1, 1)
    site.watch.note((2, 2, 1))  # by a request, which asked for itself
    assert site.watch.generation() == (2, 2, 1)


@pytest.fixture
def patient_site():
    """Its watch looks once by itself; a proxy would wait a minute for the next look."""
    site = Site(pause=60, patience=60)
    site.watch.generation()
    with site.watch._looked:
        assert site.watch._looked.wait_for(lambda: site.watch._looked_at, 10)
    yield site
    site.answers.set()
    site.watch.close()
    site.watch._wanted.set()
    site.watch._thread.join(10)


def test_a_proxy_is_told_of_a_publish_at_once(patient_site):
    site = patient_site
    site.generation = (2, 2, 1)
    assert site.watch.generation_for_proxy() == (1, 1, 1)  # it was looked at this moment
    site.now += SOON_SECONDS + 0.01
    assert site.watch.generation() == (1, 1, 1)
    assert site.watch.generation_for_proxy() == (2, 2, 1)


def test_a_proxy_does_not_wait_for_a_database_that_is_away_or_hangs(patient_site):
    site = patient_site
    site.error = OperationalError("connection refused")
    site.now += 1
    assert site.watch.generation_for_proxy() == (1, 1, 1)
    site.now += 1
    assert site.watch.generation_for_proxy() == (1, 1, 1)  # after no further look, which would be
    site.error = None
    site.looked.clear()
    site.answers.clear()
    site.watch._wanted.set()
    assert site.looked.wait(10)
    site.watch._is_lost = False
    site.now += 1
    assert site.watch.generation_for_proxy() == (1, 1, 1)  # not after a minute


def test_a_database_that_was_set_back_is_noticed(site):
    site.generation = (9, 9, 1)
    site.watch.look()
    site.generation = (5, 5, 1)
    site.watch.look()
    assert site.watch.generation() == (5, 5, 1)
    assert (site.was_set_back, site.watch.returns) == (1, 1)


def test_one_that_was_set_back_and_has_counted_up_again_unseen_is_noticed_by_its_time(site):
    site.watch.look()
    site.published_at = "10:05"
    site.watch.look()
    assert site.watch.generation() == (1, 1, 1)
    assert (site.was_set_back, site.watch.returns) == (1, 1)


def test_a_publication_and_a_new_day_are_no_return(site):
    site.watch.look()
    for site.generation, site.published_at in (((1, 1, 2), "10:00"), ((2, 2, 2), "10:05")):
        site.watch.note(site.generation)
        site.watch.look()
    assert (site.was_set_back, site.watch.returns) == (0, 0)


@pytest.mark.parametrize("error", [None, OperationalError("away"), ZeroDivisionError("a fault")])
def test_it_looks_by_itself_again_and_again_and_ends_when_told(error):
    site = Site()
    site.error = error
    site.watch.generation()
    thread = site.watch._thread
    for _ in range(3):
        assert site.looked.wait(10)
        site.looked.clear()
    site.watch.close()
    thread.join(10)
    assert not thread.is_alive()
    assert bool(site.looks) is not isinstance(error, ZeroDivisionError)


def test_a_forked_child_looks_for_itself():
    site = Site()
    site.watch.generation()
    with warnings.catch_warnings(action="ignore", category=DeprecationWarning):
        child = os.fork()  # of a process with threads, as the test is about
    if child == 0:
        site.looked.clear()
        site.watch.generation()
        os._exit(0 if site.looked.wait(10) else 1)
    site.watch.close()
    assert os.waitpid(child, 0)[1] == 0
