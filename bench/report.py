"""What is printed: the machine, and tables that read the same in a terminal and in Markdown."""

import os
import platform
import statistics
from pathlib import Path


def machine():
    """One line on what it ran on."""
    model = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    cores = len(os.sched_getaffinity(0))
    return f"{cores} cores of {model}, {memory:.0f} GiB, Python {platform.python_version()}"


def table(header, rows):
    """A Markdown table; numbers are right-aligned by their type."""
    cells = [header, *[[_text(value) for value in row] for row in rows]]
    widths = [max(len(row[column]) for row in cells) for column in range(len(header))]
    lines = [_line(row, widths) for row in cells]
    lines.insert(1, "|".join(["", *["-" * (width + 2) for width in widths], ""]))
    return "\n".join(lines)


def percentile(values, share):
    """The value below which `share` (0 to 1) of the values lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def median(values):
    return statistics.median(values)


def _text(value):
    return f"{value:.2f}" if isinstance(value, float) else str(value)


def _line(row, widths):
    filled = [str(cell).ljust(width) for cell, width in zip(row, widths, strict=True)]
    return "| " + " | ".join(filled) + " |"
