"""Make the data, start the portal, run the sections, print. `make bench` calls it."""

import argparse
import os
import signal
import sys
from contextlib import ExitStack
from functools import cached_property

import django

from bench import portal, report
from bench.sections import SECTIONS, USUAL


class Bench:
    """What a section is given: how thorough to be, and a portal with test data if it asks."""

    def __init__(self, options, resources):
        self.is_quick = options.quick
        self._options, self._resources = options, resources

    @cached_property
    def address(self):
        """Where a portal with as much test data as was asked for answers: made, then started."""
        measures, editions = self._options.measures, self._options.editions
        var_dir = portal.ROOT / "var" / f"bench-{measures}-{editions}"
        print(f"{measures} measures, {editions} editions\n")
        portal.manage(var_dir, "prepare")
        size = (f"--measures={measures}", f"--editions={editions}", "--changes")
        portal.manage(var_dir, "make_load", *size, DEBUG="1")
        os.environ.update(portal.environment(var_dir))
        django.setup()
        return self._resources.enter_context(portal.running(var_dir))

    @property
    def turns(self):
        """How often contenders take turns, and the seconds of a turn."""
        return {"rounds": 2, "seconds": 3} if self.is_quick else {"rounds": 5, "seconds": 3}

    def requests(self, count):
        """How many requests to make where `count` would be thorough."""
        return max(3, count // 5) if self.is_quick else count


def parse(arguments):
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument(
        "sections", nargs="*", choices=[*SECTIONS, []], help="default: all but growth"
    )
    parser.add_argument("--measures", type=int, default=10_000)
    parser.add_argument("--editions", type=int, default=100_000)
    parser.add_argument("--quick", action="store_true", help="fewer requests, rougher numbers")
    return parser.parse_args(arguments)


def main(arguments):
    options = parse(arguments)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    print(f"{report.machine()}\n", flush=True)
    try:
        with ExitStack() as resources:
            bench = Bench(options, resources)
            for name in options.sections or USUAL:
                section = SECTIONS[name]
                print(f"## {section.TITLE}\n", flush=True)
                print(section.run(bench), end="\n\n", flush=True)
    except KeyboardInterrupt:
        return "make bench: stopped."
    except RuntimeError as error:
        return f"make bench: {error}"
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
