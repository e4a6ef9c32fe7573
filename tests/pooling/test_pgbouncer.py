"""What serves works through PgBouncer in transaction mode, each transaction in another session."""

import csv
import io
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection, transaction
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from guide.models import Measure
from publishing.models import Edition
from publishing.request_limits import Limit
from qingdao_portal import housekeeping
from qingdao_portal.management.commands import run_worker
from search import index
from tests.admin.conftest import client_of
from tests.editorial.cast import make_administrator
from tests.exchange.files import csv_file, export, import_file, read_workbook
from tests.factories import make_measure, publish, publish_measure
from tests.pooling.conftest import through
from upkeep import links


def session():
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return cursor.fetchone()[0]


def test_two_transactions_after_each_other_run_in_two_sessions(pooled):
    assert session() != session()
    assert connection.is_pooled()
    with transaction.atomic():
        assert session() == session()


@pytest.mark.django_db(transaction=True)
def test_a_server_without_a_pooler_is_told_from_one():
    assert not connection.is_pooled()


def test_rows_are_read_in_chunks_inside_a_transaction_and_outside(pooled):
    for number in range(5):
        publish_measure(title=f"示例事项{number}")
    editions = Edition.objects.order_by("id")
    assert len(list(editions.iterator(chunk_size=2))) == 5
    with transaction.atomic():
        assert len(list(editions.iterator(chunk_size=2))) == 5


def test_what_staff_and_readers_do_works(pooled, client):
    measure = publish_measure(title="示例事项")
    administrator = make_administrator()
    staff = client_of(administrator)
    for format_ in ("json", "csv", "xlsx", "ndjson"):
        answer = client.get(f"/api/v1/export/measure.{format_}")
        assert b"".join(answer.streaming_content)
    for path in ("/", "/guide/", "/search/?q=示例", f"/guide/measures/{measure.slug}/"):
        assert client.get(path).status_code == 200
    assert staff.get("/admin/").status_code == 200
    measure.title = "示例事项之二"
    measure.save()
    publish(measure)
    assert [edition.number for edition in Edition.objects.order_by("id")] == [1, 2]


def test_the_index_links_and_files_are_made(pooled, tmp_path):
    publish_measure(title="示例事项", body="见[示例](https://fine.example/)。")
    call_command("rebuild_search", from_scratch=True, stdout=StringIO())
    assert not index.is_outdated()
    links.note_links()
    call_command("export_mirror", str(tmp_path / "mirror"), stdout=StringIO())
    assert (tmp_path / "mirror/current/mirror.json").exists()


def test_a_file_is_exported_and_imported(pooled):
    measures = [make_measure(title=f"示例事项{number}") for number in range(3)]
    staff = client_of(make_administrator())
    (header, *_), *rows = csv.reader(io.StringIO(export(staff, Measure, "csv").decode("utf-8-sig")))
    assert (header, len(rows)) == ("id", 3)
    assert len(read_workbook(export(staff, Measure, "xlsx"))) > 1
    import_file(staff, Measure, csv_file([["id", "名称"], [measures[0].pk, "示例之二"]]))
    measures[0].refresh_from_db()
    assert measures[0].title == "示例之二"


def test_the_worker_does_what_is_due(pooled):
    housekeeping.plan_daily()
    DBTaskResult.objects.update(run_after=timezone.now())
    run_worker.worker(batch=True).run()
    assert not DBTaskResult.objects.filter(status=TaskResultStatus.FAILED).exists()
    assert DBTaskResult.objects.filter(status=TaskResultStatus.SUCCESSFUL).exists()


def test_limits_count_across_sessions(pooled):
    limit = Limit("example-pooled", requests=2, seconds=10**9)
    assert [limit.take("one").left for _ in range(3)] == [1, 0, 0]
    assert limit.take("one").is_over


def test_a_backup_asks_for_the_server_itself(pooled, settings, tmp_path):
    settings.BACKUP_DIR = tmp_path
    settings.BACKUP_RECIPIENTS = ["age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"]
    with pytest.raises(CommandError, match="leads to a pooler"):
        call_command("backup", stdout=StringIO())
    assert not list(tmp_path.glob("*.age"))


def test_options_of_the_address_are_refused_in_a_sentence(pooler, transactional_db):
    with through(pooler):
        connection.close()
        options = connection.settings_dict["OPTIONS"]
        connection.settings_dict["OPTIONS"] = options | {"options": "-c statement_timeout=9"}
        try:
            with pytest.raises(OperationalError, match="takes no options in DATABASE_URL"):
                connection.ensure_connection()
        finally:
            connection.settings_dict["OPTIONS"] = options
