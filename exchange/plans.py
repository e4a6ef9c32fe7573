"""What an import would do: which rows it makes, which fields it changes, and what forbids it.

A plan is made from the texts of a file and the rows as they are. It is made when the file comes
in, to be shown, and once more at confirmation, under locks: only if both are the same is it
carried out. The number of queries does not depend on the number of rows.
"""

import uuid
from dataclasses import dataclass, field
from functools import cached_property

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Max
from django.utils.translation import gettext as _

from exchange import cells, checks, limits
from exchange.columns import FactColumn, FixedColumn, RelationColumn
from exchange.names import Lookups
from exchange.problems import Problem
from exchange.tables import tables_of

# Headings that only look like a way to publish. No table has such columns.
IGNORED_HEADINGS = {"published", "is_published", "published_at", "已发布", "发布时间"}
VERSION = "version"  # of the row when it was exported


@dataclass
class PlannedRow:
    """One row of the file, as it would be saved."""

    number: int
    row: models.Model
    is_new: bool
    changes: list = field(default_factory=list)  # of (column, old text, new text)
    warnings: list = field(default_factory=list)
    is_sound: bool = True

    @property
    def is_touched(self):
        return self.is_new or bool(self.changes)

    @property
    def changed_names(self):
        return {column.name for column, _old, _new in self.changes}

    def as_json(self, sheet):
        return {
            "sheet": sheet,
            "number": self.number,
            "label": str(self.row),
            "is_new": self.is_new,
            "changes": [[column.label, old, new] for column, old, new in self.changes],
            "warnings": self.warnings,
        }


class Plan:
    """The plans of all sheets of a file."""

    def __init__(self, *, request, model_admin, sheets, seed, is_locking=False):
        self.request = request
        self.model_admin = model_admin
        self.seed = seed
        self.is_locking = is_locking
        self.lookups = Lookups(model_admin.admin_site)
        self.new_rows = {}  # by primary key, for rows of later sheets that belong to them
        self.sheets, self.problems, self.notices = [], [], []
        by_label = {sheet["title"]: sheet for sheet in sheets}
        for table in tables_of(model_admin):
            if table.label in by_label:
                plan = SheetPlan(self, table, by_label.pop(table.label))
                plan.make()
                self.sheets.append(plan)
        self.notices += [_("没有导入工作表“%s”:没有这种名称的表。") % title for title in by_label]

    @property
    def touched(self):
        """Pairs of table and planned row, in the order in which they are to be saved."""
        return [(plan.table, row) for plan in self.sheets for row in plan.rows if row.is_touched]

    def as_json(self):
        return {
            "problems": [list(problem) for problem in self.problems[: limits.MAX_PROBLEMS]],
            "problem_count": len(self.problems),
            "notices": self.notices,
            "unchanged": sum(plan.unchanged for plan in self.sheets),
            "rows": []
            if self.problems
            else [row.as_json(table.label) for table, row in self.touched],
        }


class SheetPlan:
    """The plan of one sheet: rows in the order of the file."""

    def __init__(self, plan, table, sheet):
        self.plan = plan
        self.table = table
        self.sheet = sheet
        self.rows = []

    @property
    def unchanged(self):
        return sum(not row.is_touched for row in self.rows)

    @cached_property
    def columns(self):
        """The columns of the file, None for those that are ignored."""
        by_heading = self.table.by_heading
        return [by_heading.get(heading) for heading in self.sheet["header"]]

    def make(self):
        for problem in self.sheet["problems"]:
            self._add_problem(*problem)
        if not self._is_header_sound():
            return
        stored = self._load()
        seen = {}
        for number, texts in self.sheet["rows"]:
            planned = self._find_row(number, texts, stored, seen)
            if planned is not None:
                self.rows.append(planned)
                self._fill(planned, texts)
        self._require_columns()
        self._attach_related()
        self._name_new_rows()
        self._place_last()
        for planned in self.rows:
            if planned.is_touched and planned.is_sound:
                self._clean(planned)
        checks.check(self)

    def note(self, planned, column, message, value=""):
        """Add a problem of a row; `column` may be a label, or '' for the whole row."""
        planned.is_sound = False
        self._add_problem(planned.number, column, message, value)

    def _add_problem(self, number, column, message, value=""):
        problem = Problem(self.table.label, number, column, message, value[:80])
        self.plan.problems.append(problem)

    def _is_header_sound(self):
        header, before = self.sheet["header"], len(self.plan.problems)
        if not any(column is self.table.columns[0] for column in self.columns):
            text = _("缺少“id”列:没有它就分不清修改还是新增。新增的行,这一列留空。")
            self._add_problem(1, "id", text)
        named = [column for column in self.columns if column]
        for heading, column in zip(header, self.columns, strict=True):
            if column is None and heading and heading not in IGNORED_HEADINGS:
                self._add_problem(1, heading, _("不认识的列。列名请以导出的文件为准。"))
            elif column and named.count(column) > 1:
                self._add_problem(1, heading, _("这一列出现了不止一次。"))
        ignored = [
            heading
            for heading, column in zip(header, self.columns, strict=True)
            if heading and (column is None or type(column) is FactColumn)
        ]
        if ignored:
            text = _("%(sheet)s:这些列只供查看,没有导入:%(names)s。")
            self.plan.notices.append(
                text % {"sheet": self.table.label, "names": "、".join(ignored)}
            )
        return len(self.plan.problems) == before

    def _load(self):
        """The stored rows that the file names, by primary key."""
        position = self.columns.index(self.table.columns[0])
        keys = {_as_uuid(_at(texts, position)) for _number, texts in self.sheet["rows"]} - {None}
        rows = self.table.rows(self.table.model._default_manager.filter(pk__in=keys))
        if self.plan.is_locking:
            rows = rows.select_for_update(of=("self",)).order_by("pk")
        return {row.pk: row for row in rows}

    def _find_row(self, number, texts, stored, seen):
        """The planned row of these texts, or None where it cannot be told which row it is."""
        text = _at(texts, self.columns.index(self.table.columns[0])).strip()
        if not text:
            key = uuid.uuid5(self.plan.seed, f"{self.table.key}:{number}")
            row = self.table.model(pk=key)
            self.plan.new_rows[key] = row
            return PlannedRow(number, row, is_new=True)
        key = _as_uuid(text)
        problem = ""
        if key is None:
            problem = _("不是 id。新增的行,这一格留空。")
        elif key not in stored:
            problem = _("没有这个 id 的行,可能已被删除。新增的行,这一格留空。")
        elif key in seen:
            problem = _("和第%d行是同一个 id。") % seen[key]
        if problem:
            self._add_problem(number, "id", problem, text)
            return None
        seen[key] = number
        return PlannedRow(number, stored[key], is_new=False)

    def _fill(self, planned, texts):
        """Set what the texts of the file change, and note each change."""
        for position, column in enumerate(self.columns):
            if column is None:
                continue
            text = cells.from_cell_text(_at(texts, position))
            if column.is_writable:
                self._fill_cell(planned, column, text)
            elif isinstance(column, FixedColumn) and not planned.is_new:
                self._check_fixed(planned, column, text)
        self._check_version(planned, texts)

    def _fill_cell(self, planned, column, text):
        old = column.get(planned.row)
        lookups = self.plan.lookups
        if planned.is_new and not text:
            if column.is_required:
                self.note(planned, column.label, _("必填,不能为空。"))
            return
        old_text = "" if planned.is_new else column.text(old, lookups)
        if not planned.is_new and text == old_text:
            return
        try:
            value = column.parse(text, lookups) if text else column.blank()
        except ValidationError as error:
            self.note(planned, column.label, " ".join(error.messages), text)
            return
        if not planned.is_new and value == old:
            return
        if column.name == self.table.parent_field and not planned.is_new:
            self.note(planned, column.label, _("不能改到别处。请在那里新增一行。"), text)
            return
        column.set(planned.row, value)
        planned.changes.append((column, old_text, column.text(value, lookups)))

    def _check_fixed(self, planned, column, text):
        stored = cells.from_cell_text(column.cell(column.get(planned.row), self.plan.lookups))
        if text and text != stored:
            message = _("这一行是“%s”的,不能改。如果是行错位了,请重新导出。") % stored
            self.note(planned, column.label, message, text)

    def _check_version(self, planned, texts):
        """Warn of what somebody else saved after the file was exported."""
        version = getattr(planned.row, VERSION, None)
        names = [column and column.name for column in self.columns]
        if planned.is_new or not planned.changes or version is None or VERSION not in names:
            return
        exported = _at(texts, names.index(VERSION)).strip()
        if exported and exported != str(version):
            planned.warnings.append(_("导出之后有人改过这一条。请核对,不要覆盖同事的修改。"))

    def _require_columns(self):
        """New rows need columns that a file of changes may leave out."""
        if any(row.is_new for row in self.rows):
            for column in self.table.writable:
                if column.is_required and column not in self.columns:
                    self._add_problem(1, column.label, _("缺少这一列:新增的行要填它。"))

    def _attach_related(self):
        """Give touched rows the rows they name, so that looking at those costs no query."""
        touched = [planned.row for planned in self.rows if planned.is_touched]
        for field_ in self.table.related_fields:
            keys = {getattr(row, field_.attname) for row in touched} - {None}
            missing = keys - self.plan.new_rows.keys()
            found = field_.related_model._default_manager.in_bulk(missing) if missing else {}
            found |= self.plan.new_rows
            for row in touched:
                key = getattr(row, field_.attname)
                if key is not None and not field_.is_cached(row):
                    setattr(row, field_.name, found[key])

    def _name_new_rows(self):
        """Let the sheets of children name parents that the file makes."""
        for planned in self.rows:
            if planned.is_new and not self.table.parent_field:
                self.plan.lookups[self.table.model].add(planned.row)

    def _place_last(self):
        """Put new children for which the file gives no position after their siblings."""
        parent, model = self.table.parent_field, self.table.model
        new = [planned for planned in self.rows if planned.is_new and planned.is_sound]
        if not (parent and new and "position" in self.table.fields):
            return
        key = model._meta.get_field(parent).attname
        parents = {getattr(planned.row, key) for planned in new}
        siblings = model._default_manager.filter(**{f"{key}__in": parents}).order_by()
        last = dict(siblings.values_list(key).annotate(Max("position")))
        for planned in new:
            belongs_to = getattr(planned.row, key)
            if "position" not in planned.changed_names:
                planned.row.position = last.get(belongs_to, 0) + 1
            last[belongs_to] = max(last.get(belongs_to, 0), planned.row.position)

    def _clean(self, planned):
        """Ask the model itself; relations are known to be right."""
        row = planned.row
        checked = {
            column.field.name
            for column in self.table.writable
            if (planned.is_new or column.name in planned.changed_names)
            and not isinstance(column, RelationColumn)
        }
        exclude = {field_.name for field_ in row._meta.fields} - checked
        for method, arguments in ((row.clean_fields, [exclude]), (row.clean, [])):
            try:
                method(*arguments)
            except ValidationError as error:
                self.note_errors(planned, error)
                return

    def note_errors(self, planned, error):
        """Add what a model says, each at its column."""
        labels = {column.name: column.label for column in self.table.columns}
        by_name = getattr(error, "error_dict", None) or {"": error.error_list}
        for name, errors in by_name.items():
            for message in ValidationError(errors).messages:
                self.note(planned, labels.get(name, ""), message)


def _at(texts, position):
    """The text of a column; rows are stored without the blank cells at their end."""
    return texts[position] if position < len(texts) else ""


def _as_uuid(text):
    try:
        return uuid.UUID(text.strip())
    except ValueError:
        return None
