"""What is measured. Each module has a `TITLE` and `run(bench)`, which returns the text to print."""

from bench.sections import admin, growth, search

SECTIONS = {"admin": admin, "growth": growth, "search": search}
