"""Break one thing after the other and print what it meant. `make faults` calls it."""

import argparse
import contextlib
import signal
import sys
import tempfile
import time
from datetime import date
from itertools import pairwise
from pathlib import Path

from django.db import connections

from bench import report
from tests.faults.clock_faults import unkept
from tests.faults.faults import FAULTS
from tests.faults.load import Load
from tests.faults.parts import ROOT, until
from tests.faults.stage import Stage
from tests.faults.topology import Topology
from tests.faults.topology_faults import TOPOLOGY_FAULTS

BEFORE, AFTER = 4, 6  # seconds of load around each fault
SHOWN_AFTER = 10  # seconds, where a loaded machine is not to blame
PAGE = ROOT / "docs" / "reliability.md"
TABLES = "<!-- {} -->\n", "<!-- end of {} -->\n"
HEADER = [
    *("fault", "reads", "failed", "longest gap", "well again after"),
    *("publishes and messages", "longest without publish", "longest until shown"),
    "lost or doubled",
]


def main(arguments):
    parser = argparse.ArgumentParser(prog="make faults", description=__doc__)
    every = [*FAULTS, *TOPOLOGY_FAULTS, []]
    parser.add_argument("faults", nargs="*", choices=every, help="default: all of one machine")
    parser.add_argument("--topology", action="store_true", help="several machines; all by default")
    parser.add_argument("--stay", action="store_true", help="break nothing, end with Ctrl-C")
    parser.add_argument("--write", action="store_true", help=f"write the table into {PAGE.name}")
    options = parser.parse_args(arguments)
    known, kind = (TOPOLOGY_FAULTS, Topology) if options.topology else (FAULTS, Stage)
    if unknown := [name for name in options.faults if name not in known]:
        parser.error(f"{unknown[0]} is a fault of the other installation (--topology)")
    rows = []
    with tempfile.TemporaryDirectory(prefix="portal-faults-") as directory:
        Path(directory).chmod(0o755)  # the database's account goes through it
        with kind(Path(directory)) as stage:
            if options.stay:
                return stay(stage)
            for name in options.faults or known:
                print(f"{name} ...", flush=True)
                rows.append(run(stage, known[name]))
    text = report.table(HEADER, rows)
    what = "several machines" if options.topology else "one machine"
    machine = f"{date.today()}, {report.machine()}, {what}."
    print(f"\n{machine}\n\n{text}")
    if options.write:
        write(what, f"{machine}\n\n{text}\n")
    return any(row[-1] != "nothing" for row in rows)


def stay(stage):
    """Leave all of it running for somebody to try, until Ctrl-C or SIGTERM."""
    print(f"{stage.report()}\nCtrl-C ends all of it.", flush=True)
    with contextlib.suppress(KeyboardInterrupt):
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.default_int_handler)
        signal.pause()


def write(what, text):
    """Put the table in place of the one that the page has of this installation."""
    start, end = (each.format(what) for each in TABLES)
    head, rest = PAGE.read_text("utf-8").split(start)
    PAGE.write_text(f"{head}{start}{text}{end}{rest.split(end)[1]}", "utf-8")


def run(stage, fault):
    """A row of the table."""
    with Load(stage) as load:
        time.sleep(BEFORE)
        started = time.monotonic()
        for seconds in fault(stage):
            time.sleep(seconds)
        ended = time.monotonic()
        time.sleep(AFTER)
    during = [read for read in load.reads if read[0] >= started - 1]
    failed = [read for read in during if not 200 <= read[2] < 400]
    return [
        fault.__doc__.strip(),
        len(during),
        len(failed),
        f"{longest_gap(during, started):.1f} s",
        f"{max(0, last_of(failed) - ended):.1f} s",
        f"{len(load.published)} + {len(load.messages)}",
        f"{longest_pause(load.published_at):.1f} s",
        f"{max(load.shown_after, default=0):.1f} s",
        lost(stage, load) or "nothing",
    ]


def longest_gap(reads, started):
    """The longest time in which nobody got an answer that was of use."""
    good = sorted(start + seconds for start, seconds, status in reads if 200 <= status < 400)
    moments = [started, *good]
    return max((b - a for a, b in pairwise(moments)), default=0)


def longest_pause(moments):
    return max((b - a for a, b in pairwise(moments)), default=0)


def last_of(reads):
    return max((start + seconds for start, seconds, _status in reads), default=0)


def lost(stage, load):
    """What was acknowledged and is not there, or is there twice; '' where all is right."""
    from feedback.models import Message
    from publishing.models import Edition

    faults = []
    connections.close_all()  # what broke may have cut them
    ids = list(Edition.objects.order_by("id").values_list("id", flat=True))
    if ids != list(range(1, len(ids) + 1)):
        faults.append("sequence has holes")
    if gone := set(load.published) - set(ids):
        faults.append(f"{len(gone)} publishes lost")
    stored = list(Message.objects.values_list("text", flat=True))
    counts = {text: stored.count(text) for text in load.messages}
    faults += [f"a message {count} times" for count in counts.values() if count != 1]
    try:
        until(lambda: stage.delivered_up_to() >= ids[-1])
    except TimeoutError:
        faults.append(f"webhooks up to {stage.delivered_up_to()} of {ids[-1]}")
    told = stage.receiver.sequences
    if sorted(set(told)) != list(range(stage.first_told, ids[-1] + 1)):
        faults.append("webhooks lost")
    order = list(dict.fromkeys(told))
    if order != sorted(order):
        faults.append("webhooks out of order")
    faults += [f"{path} is not shown as published" for path in not_shown(stage, load)]
    faults += filter(None, [unkept(stage)])
    Message.objects.all().delete()
    return ", ".join(faults)


def not_shown(stage, load):
    """The pages at which readers do not see what was published there last."""
    for path, text in load.shown.items():
        try:
            until(lambda path=path, text=text: text in stage.nginx.ask(path).text, SHOWN_AFTER)
        except TimeoutError:
            yield path


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
