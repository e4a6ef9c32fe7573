"""What those see who run the portal: numbers, warnings, logs and reports, nothing personal."""

import json
import logging
import re
from datetime import timedelta
from pathlib import Path

import pytest
import sentry_sdk
from django.db import OperationalError, connection, connections
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from sentry_sdk.transport import Transport

from partners.models import Subscription
from publishing import workflow
from qingdao_portal import housekeeping, logs, replica
from qingdao_portal.response_store import wsgi  # noqa: F401 - counts where answers come from
from service import numbers, replica_numbers, sentry
from service.mirror import export
from tests.editorial.cast import make_administrator
from tests.factories import make_measure, make_partner, publish_measure

DEPLOY = Path(__file__).resolve().parent.parent.parent / "deploy"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_directories(settings, tmp_path, monkeypatch):
    # Set by gunicorn_conf, which other tests import; the numbers here are those of this process.
    monkeypatch.delenv("PROMETHEUS_MULTIPROC_DIR", raising=False)
    settings.VAR_DIR = tmp_path
    settings.METRICS_TOKEN = "a-token"


@pytest.fixture
def page(client):
    """`page()` is the text of /metrics now."""
    return lambda: client.get("/metrics", headers={"authorization": "Bearer a-token"}).text


def values(text):
    found = re.findall(r"^portal_(\w+) (\S+)$", text, re.MULTILINE)
    return {name: float(value) for name, value in found}


def write_mirror(directory, version):
    (directory / export.CURRENT).mkdir(parents=True)
    facts = {"version": version, "made_at": timezone.localtime().isoformat()}
    (directory / export.CURRENT / export.FACTS).write_text(json.dumps(facts))


def test_numbers_tell_what_waits(page, settings, tmp_path):
    settings.MIRROR_DIR = tmp_path / "mirror"
    publish_measure()
    write_mirror(settings.MIRROR_DIR, "1.1")
    publish_measure()
    entry = make_measure()
    workflow.submit(entry=entry, by=make_administrator())
    housekeeping.tidy_up.enqueue()
    housekeeping.tidy_up.using(run_after=timezone.now() + timedelta(days=1)).enqueue()
    told = values(page())
    assert told["database_up"] == 1
    assert told["sequence"] == 2
    assert told["mirror_revisions_behind"] == told["revision"] - 1 > 0
    assert told["tasks_due"] == 1
    assert told["entries_unreviewed"] == 1
    assert told["entries_oldest_unreviewed_seconds"] > 0
    assert "backup_age_seconds" not in told  # absent() is what the alert asks


def test_numbers_cost_the_same_however_much_there_is(page, django_assert_num_queries):
    publish_measure()
    with django_assert_num_queries(15):
        page()
    for _ in range(4):
        publish_measure()
        workflow.submit(entry=make_measure(), by=make_administrator(f"示例{_}"))
    with django_assert_num_queries(15):
        page()


def test_numbers_say_that_the_database_is_away(page, monkeypatch):
    def away():
        raise OperationalError

    monkeypatch.setattr(numbers, "current_version", away)
    told = values(page())
    assert told["database_up"] == 0
    assert "sequence" not in told


def test_numbers_tell_of_webhooks_that_do_not_arrive(page):
    partner = make_partner()
    for failures, days, is_active in ((0, None, True), (3, 1, True), (9, 4, False)):
        since = days and timezone.now() - timedelta(days=days)
        Subscription.objects.create(
            partner=partner,
            url=f"https://partner.example/{failures}",
            failures=failures,
            failing_since=since,
            is_active=is_active,
            off_reason="" if is_active else "示例原因",
        )
    told = values(page())
    assert told["webhooks_failing"] == 1
    assert 86_000 < told["webhooks_oldest_failing_seconds"] < 87_000
    assert told["webhooks_switched_off"] == 1


def test_alerts_and_dashboard_ask_for_numbers_that_there_are(
    page, client, settings, tmp_path, monkeypatch
):
    monkeypatch.setitem(connections.settings, replica.ALIAS, connection.settings_dict)
    monkeypatch.setattr(replica_numbers, "standing", lambda: (True, 0))
    settings.MIRROR_DIR = tmp_path / "mirror"
    write_mirror(settings.MIRROR_DIR, "0.0")
    (tmp_path / "backup").write_text("示例")
    numbers.note_backup(tmp_path / "backup", timezone.now())
    client.get("/")
    there = set(re.findall(r"^(\w+)[ {]", page(), re.MULTILINE))
    for name in ("prometheus/alerts.yml", "grafana/dashboard.json"):
        asked = set(re.findall(r"\b(?:portal|django)_\w+", (DEPLOY / name).read_text()))
        assert asked - there == set()


def test_readyz_warns_of_a_late_worker_and_a_missing_backup(client, settings, tmp_path):
    assert client.get("/readyz").json() == {"ready": True, "problem": None, "warnings": []}
    housekeeping.tidy_up.enqueue()
    DBTaskResult.objects.update(enqueued_at=timezone.now() - timedelta(minutes=20))
    settings.BACKUP_RECIPIENTS = ["age1example"]
    settings.MIRROR_DIR = tmp_path / "mirror"
    answer = client.get("/readyz")
    assert answer.status_code == 200  # readers are served
    assert [sentence.split()[0:2] for sentence in answer.json()["warnings"]] == [
        ["The", "worker"],
        ["There", "is"],
        ["There", "is"],
    ]
    (tmp_path / "backup").write_text("示例")
    numbers.note_backup(tmp_path / "backup", timezone.now())
    assert "There is no backup of the last day." not in client.get("/readyz").json()["warnings"]


@pytest.fixture
def lines(monkeypatch):
    """What is logged as JSON, parsed."""
    found = []

    class Keep(logging.Handler):
        def emit(self, record):
            found.append(json.loads(self.format(record)))

    handler = Keep()
    handler.setFormatter(logs.JsonFormatter())
    logging.getLogger().addHandler(handler)
    yield found
    logging.getLogger().removeHandler(handler)


def fail(monkeypatch, words):
    def view(*_args, **_more):
        raise ValueError(words)

    monkeypatch.setattr("qingdao_portal.views.render", view)


def test_a_line_has_the_id_of_the_request_and_nothing_of_the_reader(
    client, lines, monkeypatch, settings
):
    settings.TRUST_PROXY = True
    fail(monkeypatch, "示例秘密")
    client.raise_request_exception = False
    sent = {"x-request-id": "0123456789abcdef", "user-agent": "示例浏览器"}
    answer = client.get("/about/?from=yantai", headers=sent, REMOTE_ADDR="192.0.2.7")
    assert answer["X-Request-ID"] == "0123456789abcdef"
    (line,) = [line for line in lines if line["level"] == "ERROR"]
    assert line["request_id"] == "0123456789abcdef"
    assert line["exception"] == "builtins.ValueError"
    assert "in view" in line["traceback"]
    assert not re.search("示例|192.0.2.7|yantai", json.dumps(line, ensure_ascii=False))


@pytest.mark.parametrize("is_trusted", [False, True])
def test_an_id_from_outside_counts_only_from_the_proxy_and_in_its_form(
    client, monkeypatch, settings, is_trusted
):
    settings.TRUST_PROXY = is_trusted
    fail(monkeypatch, "示例")
    client.raise_request_exception = False
    for sent in ("x", "a b c d e f g h", "<script>alert(1)</script>"):
        answer = client.get("/about/", headers={"x-request-id": sent})
        assert re.fullmatch("[0-9a-f]{32}", answer["X-Request-ID"])
    answer = client.get("/about/", headers={"x-request-id": "0123456789"})
    assert (answer["X-Request-ID"] == "0123456789") == is_trusted


def test_a_page_that_may_be_kept_has_no_id(client):
    assert "X-Request-ID" not in client.get("/about/")


class Kept(Transport):
    """Keeps what would be sent."""

    def __init__(self):
        super().__init__()
        self.sent = []

    def capture_envelope(self, envelope):
        self.sent.append(b"".join(item.get_bytes() for item in envelope.items).decode())


def test_a_report_says_where_it_failed_and_nothing_of_who_asked(client, settings, monkeypatch):
    settings.SENTRY_DSN = "https://key@sentry.example/1"
    transport = Kept()
    sentry.start(transport)
    try:
        fail(monkeypatch, "示例秘密")
        client.raise_request_exception = False
        client.get("/about/?from=yantai", headers={"cookie": "a=b"}, REMOTE_ADDR="192.0.2.7")
    finally:
        sentry_sdk.init()  # nothing is sent any more
    (report,) = transport.sent
    assert "ValueError" in report
    assert "test_seen.py" in report
    assert not re.search(r"示例秘密|\\u793a\\u4f8b|yantai|192\.0\.2\.7|cookie", report)


def test_without_a_setting_nothing_is_reported(settings):
    settings.SENTRY_DSN = ""
    transport = Kept()
    sentry.start(transport)
    sentry_sdk.capture_message("示例")
    assert transport.sent == []
