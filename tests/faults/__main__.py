"""Break one thing after the other and print what it meant. `make faults` calls it."""

import argparse
import sys
import tempfile
import time
from datetime import date
from itertools import pairwise
from pathlib import Path

from django.db import connections

from bench import report
from tests.faults.faults import FAULTS
from tests.faults.load import Load
from tests.faults.parts import ROOT, until
from tests.faults.stage import Stage

BEFORE, AFTER = 4, 6  # seconds of load around each fault
PAGE = ROOT / "docs" / "reliability.md"
START, END = "<!-- table -->\n", "<!-- end of table -->\n"
HEADER = [
    *("fault", "reads", "failed", "longest gap", "well again after"),
    *("publishes and messages", "lost or doubled"),
]


def main(arguments):
    parser = argparse.ArgumentParser(prog="make faults", description=__doc__)
    parser.add_argument("faults", nargs="*", choices=[*FAULTS, []], help="default: all")
    parser.add_argument("--write", action="store_true", help=f"write the table into {PAGE.name}")
    options = parser.parse_args(arguments)
    rows = []
    with tempfile.TemporaryDirectory(prefix="portal-faults-") as directory:
        Path(directory).chmod(0o755)  # the database's account goes through it
        with Stage(Path(directory)) as stage:
            for name in options.faults or FAULTS:
                print(f"{name} ...", flush=True)
                rows.append(run(stage, FAULTS[name]))
    text = report.table(HEADER, rows)
    machine = f"{date.today()}, {report.machine()}, one machine: `make faults`."
    print(f"\n{machine}\n\n{text}")
    if options.write:
        page = PAGE.read_text("utf-8")
        head, rest = page.split(START)
        PAGE.write_text(f"{head}{START}{machine}\n\n{text}\n{END}{rest.split(END)[1]}", "utf-8")
    return any(row[-1] != "nothing" for row in rows)


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
        lost(stage, load) or "nothing",
    ]


def longest_gap(reads, started):
    """The longest time in which nobody got an answer that was of use."""
    good = sorted(start + seconds for start, seconds, status in reads if 200 <= status < 400)
    moments = [started, *good]
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
    Message.objects.all().delete()
    return ", ".join(faults)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
