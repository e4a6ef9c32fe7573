"""What is measured. Each module has a `TITLE` and `run(bench)`, which returns the text to print."""

from bench.sections import admin, growth, making, search, serving, starting, visible

SECTIONS = {
    "serving": serving,
    "making": making,
    "starting": starting,
    "visible": visible,
    "admin": admin,
    "search": search,
    "growth": growth,
}
USUAL = [name for name, section in SECTIONS.items() if not getattr(section, "IS_LONG", False)]
