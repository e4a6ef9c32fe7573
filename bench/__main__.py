"""Make the data, start the portal, run the sections, print. `make bench` calls it."""

import argparse
import os
import sys
from dataclasses import dataclass

import django

from bench import portal, report
from bench.sections import SECTIONS


@dataclass(frozen=True)
class Bench:
    """What a section is given: where the portal is, and how thorough to be."""

    address: str
    is_quick: bool

    def requests(self, count):
        """How many requests to make where `count` would be thorough."""
        return max(3, count // 5) if self.is_quick else count


def parse(arguments):
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("sections", nargs="*", choices=[*SECTIONS, []], help="default: all")
    parser.add_argument("--measures", type=int, default=10_000)
    parser.add_argument("--editions", type=int, default=100_000)
    parser.add_argument("--quick", action="store_true", help="fewer requests, rougher numbers")
    return parser.parse_args(arguments)


def main(arguments):
    options = parse(arguments)
    var_dir = portal.ROOT / "var" / f"bench-{options.measures}-{options.editions}"
    print(f"{report.machine()}\n{options.measures} measures, {options.editions} editions\n")
    portal.manage(var_dir, "prepare")
    size = (f"--measures={options.measures}", f"--editions={options.editions}", "--changes")
    portal.manage(var_dir, "make_load", *size, DEBUG="1")
    os.environ.update(portal.environment(var_dir))
    django.setup()
    with portal.running(var_dir) as address:
        for name in options.sections or SECTIONS:
            section = SECTIONS[name]
            print(f"## {section.TITLE}\n")
            print(section.run(Bench(address, options.quick)), end="\n\n", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
