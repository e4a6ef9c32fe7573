"""What is measured. Each module has a `TITLE` and `run(bench)`, which returns the text to print."""

from bench.sections import admin, search

SECTIONS = {"admin": admin, "search": search}
