"""What is measured. Each module has a `TITLE` and `run(bench)`, which returns the text to print."""

from bench.sections import admin

SECTIONS = {"admin": admin}
