"""What `make faults` makes of the reads it has seen."""

from types import SimpleNamespace

from tests.faults import __main__ as table
from tests.faults.load import Load

GOOD, FAILED, NO_ANSWER = 200, 503, 0


def test_the_longest_gap_is_between_answers_that_were_of_use():
    reads = [(0.0, 0.5, GOOD), (1.0, 0.5, FAILED), (2.0, 0.5, NO_ANSWER), (3.0, 1.0, GOOD)]
    assert table.longest_gap(reads, started=0.0) == 3.5
    assert table.longest_gap([], started=0.0) == 0


def test_a_row_counts_what_failed_and_how_long_after_the_fault(monkeypatch):
    reads = [(10.0, 0.1, GOOD), (10.5, 0.1, FAILED), (13.0, 0.5, NO_ANSWER), (14.0, 0.1, GOOD)]
    monkeypatch.setattr(table, "time", Clock(10.0, 11.0))
    monkeypatch.setattr(table, "Load", lambda stage: Loaded(reads))
    monkeypatch.setattr(table, "lost", lambda stage, load: "")

    def fault(stage):
        """something breaks"""
        yield 1

    row = table.run(None, fault)
    assert row[:5] == ["something breaks", 4, 2, "4.0 s", "2.5 s"]
    assert row[-3:] == ["3.5 s", "1.3 s", "nothing"]


def test_how_long_a_page_was_old_counts_from_the_publish_to_the_first_who_sees_it(monkeypatch):
    load, unseen = Load(None), {3: 10.0, 5: 11.0, 7: 12.0}
    monkeypatch.setattr("tests.faults.load.time", Clock(10.5, 13.0, 13.5))
    for text in ("示例1。", "示例5。", "an error"):
        load._note_shown(unseen, text)
    assert (load.shown_after, unseen) == ([3.0, 2.0], {7: 12.0})


class Clock:
    def __init__(self, *moments):
        self.moments = list(moments)

    def monotonic(self):
        return self.moments.pop(0)

    def sleep(self, seconds):
        pass


class Loaded(SimpleNamespace):
    def __init__(self, reads):
        super().__init__(reads=reads, published=[], published_at=[1.0, 4.5, 5.0], messages={})
        self.shown_after = [0.4, 1.3]

    def __enter__(self):
        return self

    def __exit__(self, *error):
        pass
