"""What the database would refuse, and what the user may not do, for all rows of a sheet at once."""

import json

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.db.models import CheckConstraint, UniqueConstraint
from django.utils.translation import gettext as _

from publishing.models import Edition
from publishing.rows import Entry
from staff import access

# What says whose a row is, the first that a table has: told as the column of a refusal.
PLACES = ("city", "domain", "zone")


def check(plan):
    """Add to the plan of a sheet the problems of its touched rows."""
    touched = [planned for planned in plan.rows if planned.is_touched]
    if not touched:
        return
    _check_rights(plan, touched)
    _check_unique(plan, [planned for planned in touched if planned.is_sound])
    _check_old_addresses(plan, [planned for planned in touched if planned.is_sound])
    _check_constraints(plan, [planned for planned in touched if planned.is_sound])


def _check_rights(plan, touched):
    """Each row by `staff.access`: as it is stored, and where it would be put."""
    request, model_admin, table = plan.plan.request, plan.plan.model_admin, plan.table
    user, model = request.user, table.model
    column = _place_label(table)
    stored = {planned.row.pk for planned in touched if not planned.is_new}
    allowed = _changeable(user, model, stored)
    may_add = access.may_add(user, model) and (
        bool(table.parent_field) or model_admin.has_add_permission(request)
    )
    readonly = set() if table.parent_field else set(model_admin.get_readonly_fields(request))
    may_place = _placing(plan, user, touched)
    for planned in touched:
        if planned.is_new and not may_add:
            plan.note(planned, "id", _("您不能在这里新增,只能修改已有的行。"))
        elif not planned.is_new and planned.row.pk not in allowed:
            plan.note(planned, column, _("您没有权限修改这一行。"))
        elif not may_place(planned):
            plan.note(planned, column, _("您没有权限把内容放到这里。"))
        for name in sorted(planned.changed_names & readonly):
            plan.note(planned, name, _("您不能修改这一列。"))


def _placing(plan, user, touched):
    """A function that tells whether a new or moved row may stand where it would."""
    table = plan.table
    if table.parent_field:
        field = table.model._meta.get_field(table.parent_field)
        parents = {getattr(planned.row, field.attname) for planned in touched if planned.is_new}
        allowed = _changeable(user, field.related_model, parents - {None})
        allowed |= plan.plan.new_rows.keys()  # refused by themselves where they are not allowed
        return lambda planned: not planned.is_new or getattr(planned.row, field.attname) in allowed
    names = [name for name in PLACES if _has_field(table.model, name)]
    known = {}

    def may_place(planned):
        if not (planned.is_new or planned.changed_names & set(names)):
            return True
        place = tuple(getattr(planned.row, f"{name}_id") for name in names)
        if place not in known:
            known[place] = access.may_place(user, planned.row)
        return known[place]

    return may_place


def _changeable(user, model, keys):
    rows = access.changeable(user, model._default_manager.filter(pk__in=keys))
    return set(rows.values_list("pk", flat=True)) if keys else set()


def _place_label(table):
    labels = {column.name: column.label for column in table.columns}
    names = [*PLACES, table.parent_field]
    return next((labels[name] for name in names if name in labels), "id")


def _has_field(model, name):
    return any(field.name == name for field in model._meta.fields)


def _check_unique(plan, touched):
    """What must be unique, against the other rows of the file and against all stored rows."""
    table, model = plan.table, plan.table.model
    groups = [(f.name,) for f in model._meta.concrete_fields if f.unique and not f.primary_key]
    groups += [c.fields for c in model._meta.constraints if isinstance(c, UniqueConstraint)]
    if not groups or not touched:
        return
    names = {name: model._meta.get_field(name).attname for group in groups for name in group}
    stored = model._default_manager.exclude(pk__in=[planned.row.pk for planned in touched])
    if table.parent_field:
        key = model._meta.get_field(table.parent_field).attname
        stored = stored.filter(**{f"{key}__in": {getattr(p.row, key) for p in touched}})
    rows = list(stored.values(*names.values()))
    for group in groups:
        attributes = [names[name] for name in group]
        taken = {tuple(row[attribute] for attribute in attributes): 0 for row in rows}
        for planned in touched:
            values = tuple(getattr(planned.row, attribute) for attribute in attributes)
            if None in values:
                continue
            if values in taken:
                plan.note(planned, _labels(table, group), _already_there(taken[values]))
            taken.setdefault(values, planned.number)


def _already_there(number):
    if number:
        return _("和文件里第%d行重复。") % number
    return _("数据库里已经有了。要修改那一行,请填它的 id。")


def _labels(table, names):
    labels = {column.name: column.label for column in table.columns}
    return "、".join(labels.get(name, name) for name in names)


def _check_old_addresses(plan, touched):
    """An address must not be one that still leads readers to another entry."""
    model = plan.table.model
    if not issubclass(model, Entry):
        return
    moved = [planned for planned in touched if "slug" in planned.changed_names]
    editions = Edition.objects.of_kind(model.kind).filter(slug__in=[p.row.slug for p in moved])
    owners = {}
    for slug, entry_id in editions.values_list("slug", "entry_id").distinct() if moved else ():
        owners.setdefault(slug, set()).add(entry_id)
    for planned in moved:
        if owners.get(planned.row.slug, set()) - {planned.row.pk}:
            text = _("这个网址名曾经属于另一个条目,旧链接仍指向它。请换一个。")
            plan.note(planned, _labels(plan.table, ["slug"]), text, planned.row.slug)


def _check_constraints(plan, touched):
    """Ask PostgreSQL for the check constraints of all rows in one query, without saving any."""
    model = plan.table.model
    constraints = [c for c in model._meta.constraints if isinstance(c, CheckConstraint)]
    if not constraints or not touched:
        return
    fields = model._meta.concrete_fields
    values = [
        {"n": number} | {f.column: f.value_from_object(planned.row) for f in fields}
        for number, planned in enumerate(touched)
    ]
    quote, editor = connection.ops.quote_name, connection.schema_editor()
    tests = ", ".join(f"({c._get_check_sql(model, editor)}) IS NOT FALSE" for c in constraints)
    types = ", ".join(f"{quote(f.column)} {f.db_type(connection)}" for f in fields)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT n, {tests} FROM jsonb_to_recordset(%s::jsonb) AS candidate(n int, {types})"  # noqa: S608
            " ORDER BY n",
            [json.dumps(values, cls=DjangoJSONEncoder)],
        )
        results = cursor.fetchall()
    for number, *passed in results:
        for constraint, is_met in zip(constraints, passed, strict=True):
            if not is_met:
                plan.note(touched[number], "", str(constraint.get_violation_error_message()))
