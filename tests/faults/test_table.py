"""What `make faults` makes of the reads it has seen."""

from types import SimpleNamespace

from tests.faults import __main__ as table

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
    assert row[-2:] == ["3.5 s", "nothing"]


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

    def __enter__(self):
        return self

    def __exit__(self, *error):
        pass
