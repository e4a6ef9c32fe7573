"""Numbers for /metrics, and sentences for /readyz: what the portal has to do and has not done."""

import json
import time
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError
from django.db.models import Case, DateTimeField, Max, Min, When
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult, get_date_max
from prometheus_client.core import GaugeMetricFamily

from publishing import registry, reviews
from publishing.catalogue import current_version
from publishing.models import Schedule, WorkflowEvent
from publishing.rows import WorkflowState
from service.mirror.export import facts_of

LAST_BACKUP = "last_backup.json"  # in VAR_DIR: the backups themselves are not the web's to read
WORKER_LATE = timedelta(minutes=15)
BACKUP_LATE = timedelta(hours=26)


class Numbers:
    """A collector of prometheus_client; reads the database at each request, some ten queries."""

    def collect(self):
        try:
            values = [*_of_version(), *_of_tasks(), *_of_entries(), *_of_files()]
        except DatabaseError:
            values = []
        yield _gauge("database_up", "1 while the database answers", bool(values))
        for name, words, value in values:
            yield _gauge(name, words, value)


def _gauge(name, words, value):
    return GaugeMetricFamily(f"portal_{name}", words, value=float(value))


def _of_version():
    version = current_version()
    yield "sequence", "The newest edition", version.sequence
    yield "revision", "How often the public side has changed", version.revision
    facts = facts_of(settings.MIRROR_DIR) if settings.MIRROR_DIR else None
    if facts:
        behind = version.revision - int(facts["version"].partition(".")[2])
        made = datetime.fromisoformat(facts["made_at"])
        yield "mirror_revisions_behind", "Public changes that the mirror does not have", behind
        yield "mirror_age_seconds", "Since the mirror was made", _seconds_since(made)


def _of_tasks():
    now = timezone.now()
    due = _due_tasks(now).aggregate(oldest=Min("due_at"))
    yield "tasks_due", "Background tasks that wait for the worker", _due_tasks(now).count()
    yield "tasks_oldest_due_seconds", "How late the oldest is", _seconds_since(due["oldest"])
    failed = DBTaskResult.objects.filter(
        status=TaskResultStatus.FAILED, finished_at__gte=now - timedelta(days=1)
    )
    yield "tasks_failed_today", "Background tasks that failed within a day", failed.count()
    late = Schedule.objects.filter(status=Schedule.Status.WAITING, due_at__lte=now)
    oldest = late.aggregate(oldest=Min("due_at"))["oldest"]
    yield "schedules_late_seconds", "How late the oldest planned act is", _seconds_since(oldest)


def _of_entries():
    waiting, oldest, overdue = 0, None, 0
    for kind in registry.kinds.values():
        entries = kind.model.objects.all()
        submitted = entries.filter(workflow_state=WorkflowState.SUBMITTED)
        acts = WorkflowEvent.objects.filter(
            kind=kind.name,
            action=WorkflowEvent.Action.SUBMITTED,
            entry_id__in=submitted.values("pk"),
        )
        last = acts.values("entry_id").annotate(last=Max("at")).order_by("last").first()
        waiting += submitted.count()
        overdue += reviews.overdue(entries, timezone.localdate()).count()
        if last and (oldest is None or last["last"] < oldest):
            oldest = last["last"]
    yield "entries_unreviewed", "Entries that wait for a reviewer", waiting
    yield "entries_oldest_unreviewed_seconds", "How long the oldest waits", _seconds_since(oldest)
    yield "entries_overdue", "Live entries that are due for verification", overdue


def _of_files():
    made = last_backup()
    if made:
        yield "backup_age_seconds", "Since the last backup was made", _seconds_since(made)


def note_backup(path, now):
    """Leave word of a backup where the web processes can read it."""
    target = Path(settings.VAR_DIR, LAST_BACKUP)
    draft = target.with_suffix(".new")
    draft.write_text(json.dumps({"made_at": now.isoformat(), "bytes": path.stat().st_size}))
    draft.chmod(0o644)
    draft.replace(target)


def last_backup():
    """When the last backup was made, None where none was."""
    try:
        facts = json.loads(Path(settings.VAR_DIR, LAST_BACKUP).read_text())
        return datetime.fromisoformat(facts["made_at"])
    except (OSError, ValueError, KeyError):
        return None


def warnings():
    """Sentences on what somebody should look at although readers are served."""
    now = timezone.now()
    if _due_tasks(now - WORKER_LATE).exists():
        yield "The worker does not run: background tasks are late."
    made = last_backup()
    if settings.BACKUP_RECIPIENTS and (made is None or now - made > BACKUP_LATE):
        yield "There is no backup of the last day."
    if settings.MIRROR_DIR and facts_of(settings.MIRROR_DIR) is None:
        yield "There is no mirror yet."


def _due_tasks(now):
    """Tasks that should have begun by then; `due_at` is when."""
    at_once = When(run_after=get_date_max(), then="enqueued_at")
    waiting = DBTaskResult.objects.filter(status=TaskResultStatus.READY)
    due_at = Case(at_once, default="run_after", output_field=DateTimeField())
    return waiting.annotate(due_at=due_at).filter(due_at__lte=now)


def _seconds_since(moment):
    return 0 if moment is None else max(0, time.time() - moment.timestamp())
