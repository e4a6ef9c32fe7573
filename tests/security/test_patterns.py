"""No regular expression of the portal can be made to work for long by a long text.

Each is asked to look through texts that make careless ones try every part again and again. The work
for one text is bounded by processor time, which a sound pattern needs a hundredth of.
"""

import re
import signal
import sys
from contextlib import contextmanager

from django.apps import apps
from django.urls import get_resolver

LENGTH = 100_000
MOST_SECONDS = 1  # of the processor, for one text
PIECES = [
    *("a", "A", "1", "é", "中", "\t", " ", "\n", "'", '"', "<", "<a ", "[", "(", "{", "\\", "/"),
    *("@", "a@", "a@a", ".", "a.", "-", "--", "a-", "_", "=", "+", ":", ";", "&", "?", "!", "%"),
    *(
        "。",
        "10:00",
        "2024-",
        "2024-01-",
        "1." * 2,
        "《",
        "XX",
        "ABC1",
        "qp_",
        "<b href=",
        "\u3000",
    ),
]
OWN = {config.name.split(".")[0] for config in apps.get_app_configs()} & {
    *("contacts", "cooperation", "exchange", "feedback", "finder", "guide", "partners"),
    *("projects", "publishing", "qingdao_portal", "regions", "search", "service", "sources"),
    *("staff", "upkeep"),
}
# For finished pages, whose texts are escaped, and for what PostgreSQL says.
OF_OURSELVES = {
    *("service.mirror.walk.IN_MARKUP", "service.mirror.walk.IN_JSON", "service.mirror.walk.IN_XML"),
    *("qingdao_portal.languages._TAG", "qingdao_portal.reader_links.FORM"),
    "qingdao_portal.reader_links.LINK",
}


def patterns():
    """`{module.name: pattern}` of every compiled pattern in the portal's modules."""
    get_resolver().url_patterns  # noqa: B018 - loads all modules that serve
    found = {}
    for module_name, module in sorted(sys.modules.items()):
        if module_name.split(".")[0] not in OWN:
            continue
        for name, value in vars(module).items():
            if isinstance(value, re.Pattern):
                found[f"{module_name}.{name}"] = value
    for model in apps.get_models():
        for field in model._meta.fields:
            for check in field.validators:
                if field.model.__module__.split(".")[0] in OWN and hasattr(check, "regex"):
                    found[f"{model._meta.label}.{field.name}"] = check.regex
    return {name: pattern for name, pattern in found.items() if name not in OF_OURSELVES}


@contextmanager
def processor_time(seconds):
    def stop(*_args):
        raise TimeoutError

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def is_slow(pattern):
    """The piece whose repetition the pattern cannot bear, or None."""
    for piece in PIECES:
        text = piece * (LENGTH // len(piece)) + "\x01"
        try:
            with processor_time(MOST_SECONDS):
                pattern.sub("", text)
        except TimeoutError:
            return piece
    return None


def test_no_pattern_works_for_long_on_a_long_text():
    known = patterns()
    assert len(known) > 30
    slow = {name: piece for name, pattern in known.items() if (piece := is_slow(pattern))}
    assert not slow


def test_a_careless_pattern_is_noticed(monkeypatch):
    monkeypatch.setattr(sys.modules[__name__], "MOST_SECONDS", 0.2)
    assert is_slow(re.compile(r"(a+)+\Z")) == "a"
