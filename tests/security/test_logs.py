"""No text from outside passes for a record, moves a terminal, or names a reader in the log."""

import json
import logging
import sys

import pytest
from gunicorn.config import Config

from qingdao_portal.gunicorn_logs import PortalLogger
from qingdao_portal.logs import JsonFormatter, LineFormatter

FORGED = "2026-11-28 10:00:00,000 ERROR staff.audit root signed in"
ATTACKS = [
    *(f"a\n{FORGED}", f"a\r{FORGED}", f"a\r\n{FORGED}", f"a\x0b{FORGED}", f"a\x0c{FORGED}"),
    *(f"a\u2028{FORGED}", f"a\u2029{FORGED}", f"a\x85{FORGED}", f"a\x1e{FORGED}"),
    *("\x1b[2J\x1b[1;31mred", "\x9b31mred", "\x1b]0;title\x07", "\x08" * 40, "\x00", "\x7f"),
    *("\u202egnp.exe", "\u2066x\u2069", "\u200fx", "\ufeffx", "\ud800"),
]
CONTROLS = {*map(chr, [*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029, *range(0x202A, 0x202F)])}
CONTROLS |= {"\u200e", "\u200f", "\u2066", "\u2067", "\u2068", "\u2069", "\ufeff", "\ud800"}


def record(message, *args, error=None):
    info = None
    if error is not None:
        try:
            raise error
        except type(error):
            info = sys.exc_info()
    return logging.LogRecord("example", logging.ERROR, __file__, 1, message, args, info)


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("formatter", [LineFormatter(), JsonFormatter()])
def test_whatever_is_logged_is_one_line(attack, formatter):
    line = formatter.format(record("%s is not there", attack))
    assert not CONTROLS & set(line.replace("\x7f", "") if "{" in line else line)


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("has_words", [True, False])
def test_a_traceback_holds_no_line_that_looks_like_a_record(attack, has_words):
    formatter = LineFormatter(has_words=has_words)
    first, *more = formatter.format(record("failed", error=ValueError(attack))).split("\n")
    assert first.endswith("ERROR example failed")
    assert more
    for line in more:
        assert line.startswith("    ")
        assert not CONTROLS & set(line)


def test_the_words_of_an_exception_are_for_developers_only():
    failed = record("failed", error=ValueError("示例:13800000000"))
    assert "13800000000" in LineFormatter(has_words=True).format(failed)
    for formatter in (LineFormatter(), JsonFormatter()):
        text = formatter.format(failed)
        assert "builtins.ValueError" in text
        assert "13800000000" not in text


@pytest.mark.parametrize("path", ["/a%0a2026-11-28/", "/%1b[31m/", "/%E2%80%AE/", "/%E2%80%A8/"])
def test_an_address_is_logged_escaped(client, db, caplog, path):
    caplog.handler.setFormatter(LineFormatter())
    client.get(path)
    (line,) = caplog.text.splitlines()
    assert not CONTROLS & set(line)


def test_every_line_about_a_request_has_its_id(client, db, caplog):
    client.get("/nothing/")
    client.get("/?q=%00")
    lines = [json.loads(JsonFormatter().format(found)) for found in caplog.records]
    assert len({line["request_id"] for line in lines}) == 2


def test_neither_the_words_of_a_search_nor_the_address_of_a_reader_is_logged(client, db, caplog):
    caplog.set_level(logging.INFO)
    for address in (
        "/search/?q=示例秘密&page=99",
        "/nothing/?q=示例秘密",
        "/search/?q=%00示例秘密",
    ):
        client.get(address, REMOTE_ADDR="192.0.2.77", headers={"User-Agent": "示例浏览器"})
    for formatter in (LineFormatter(), JsonFormatter()):
        text = "\n".join(map(formatter.format, caplog.records))
        assert caplog.records
        for personal in ("示例", "\\u793a", "%E7%A4%BA", "192.0.2.77"):
            assert personal not in text


@pytest.fixture
def portal_logger():
    """gunicorn's logger as the portal makes it; there is one for all tests, so it is put back."""
    logger = logging.getLogger("gunicorn.error")
    yield PortalLogger
    logger.handlers.clear()
    logger.propagate = True


@pytest.mark.parametrize("form", ["line", "json"])
def test_gunicorn_logs_in_the_same_form_and_without_addresses(monkeypatch, portal_logger, form):
    monkeypatch.setenv("LOG_FORMAT", form)
    logger = portal_logger(Config())
    seen = []
    handler = logger.error_log.handlers[-1]
    monkeypatch.setattr(handler, "emit", lambda record: seen.append(handler.format(record)))
    logger.warning("Invalid request from ip=192.0.2.77: Invalid HTTP Header: '\x1b[31m'")
    logger.info("Booting worker with pid: %s", 7)
    assert "192.0.2.77" not in seen[0]
    assert "\x1b" not in seen[0]
    assert seen[1].endswith("INFO gunicorn.error Booting worker with pid: 7") or form == "json"
    if form == "json":
        assert json.loads(seen[1])["message"] == "Booting worker with pid: 7"
