"""Export and import: the only writers of files and of what files change."""

import tempfile
from contextlib import ExitStack
from enum import Enum

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from exchange.columns import RelationsColumn
from exchange.csv_files import write_csv
from exchange.models import PendingImport
from exchange.names import Lookups
from exchange.plans import Plan
from exchange.tables import tables_of
from exchange.workbooks import write_workbook
from publishing import services as publishing
from publishing.models import Edition
from staff import audit

CHUNK = 500  # rows held in memory at a time
CSV, XLSX = "csv", "xlsx"


class Outcome(Enum):
    DONE = "done"
    CHANGED = "changed"  # what would happen is no longer what was shown
    CONFLICT = "conflict"  # the database refuses what was planned
    GONE = "gone"  # confirmed before, expired, or somebody else's


def export(*, request, model_admin, queryset, file_format, key=""):
    """Write rows of the admin to a temporary file, positioned at its start. Return it.

    CSV holds one table, the one with this key (its own rows without one); XLSX holds all.
    """
    tables = tables_of(model_admin)
    chosen = [table for table in tables if table.key == key] or tables[:1]
    chosen = tables if file_format == XLSX else chosen
    lookups = Lookups(model_admin.admin_site)
    # One transaction for the cursors that read in chunks; both are closed inside.
    with ExitStack() as on_failure, transaction.atomic(), ExitStack() as cursors:
        file = on_failure.enter_context(tempfile.TemporaryFile())
        written = [(table, _stored_rows(table, queryset)) for table in chosen]
        for _table, rows in written:
            cursors.callback(rows.close)
        if file_format == XLSX:
            count = write_workbook(file, written, lookups)
        else:
            count = write_csv(file, *written[0], lookups)
        audit.record(
            action="exported",
            request=request,
            target=model_admin.model,
            format=file_format,
            sheets=[table.label for table in chosen],
            rows=count,
        )
        on_failure.pop_all()
    file.seek(0)
    return file


def keep_for_preview(*, request, model_admin, file_name, sheets):
    """Store what was read of a file, with the plan made of it. Return the pending import."""
    pending = PendingImport.objects.keep(
        owner=request.user,
        model_label=model_admin.opts.label_lower,
        file_name=file_name,
        sheets=[sheet.as_json() for sheet in sheets],
    )
    _save_plan(pending, _plan(pending, request, model_admin))
    return pending


def confirm(*, request, model_admin, pk):
    """Carry out a pending import exactly as it was shown, all of it or nothing.

    Return the outcome and a sentence that says what was done.
    """
    try:
        with transaction.atomic():
            return _confirm(request, model_admin, pk)
    except IntegrityError:  # two rows exchange what must be unique, for example
        return Outcome.CONFLICT, ""


def _confirm(request, model_admin, pk):
    publishing.lock_publishing()  # before any row is locked
    pending = (
        PendingImport.objects.of(request.user)
        .select_for_update()
        .filter(pk=pk, model_label=model_admin.opts.label_lower)
    )
    pending = pending.first()
    if pending is None:
        return Outcome.GONE, ""
    plan = _plan(pending, request, model_admin, is_locking=True)
    if plan.problems or plan.as_json() != pending.plan:
        _save_plan(pending, plan)
        return Outcome.CHANGED, ""
    before = _newest_sequence()
    with publishing.batched_quotes():
        for table, planned in plan.touched:
            _save(request, model_admin, table, planned)
    added = sum(planned.is_new for _table, planned in plan.touched)
    changed = len(plan.touched) - added
    audit.record(
        action="imported",
        request=request,
        target=model_admin.model,
        file=pending.file_name,
        added=added,
        changed=changed,
    )
    pending.delete()
    return Outcome.DONE, _summary(added, changed, _newest_sequence() - before)


def _plan(pending, request, model_admin, *, is_locking=False):
    return Plan(
        request=request,
        model_admin=model_admin,
        sheets=pending.sheets,
        seed=pending.pk,
        is_locking=is_locking,
    )


def _save_plan(pending, plan):
    pending.plan = plan.as_json()
    pending.save(update_fields=["plan"])


def _save(request, model_admin, table, planned):
    row = planned.row
    if not table.parent_field:
        model_admin.before_import(request, row, planned.changed_names)
    row.save(force_insert=planned.is_new)
    for column, _old, _new in planned.changes:
        if isinstance(column, RelationsColumn):
            column.store(row)
    labels = "、".join(column.label for column, _old, _new in planned.changes)
    if table.parent_field:
        text = _("导入:%(kind)s“%(row)s”(%(labels)s)")
        details = {"kind": table.model._meta.verbose_name, "row": row, "labels": labels}
        model_admin.log_change(request, row.parent, text % details)
    elif planned.is_new:
        model_admin.log_addition(request, row, _("导入"))
    else:
        model_admin.log_change(request, row, _("导入:%s") % labels)


def _stored_rows(table, queryset):
    if table.parent_field:
        queryset = table.children_of(queryset)
    return table.rows(queryset).iterator(chunk_size=CHUNK)


def _summary(added, changed, editions):
    text = _("导入完成:新增%(added)d行,修改%(changed)d行。") % {"added": added, "changed": changed}
    if editions:
        text += _("同时更新了%d个引用它们的公开条目(小幅更新)。") % editions
    return text


def _newest_sequence():
    return Edition.objects.aggregate(newest=Max("id"))["newest"] or 0
