"""Tables: what one sheet holds. Made from an admin's fieldsets, so that form and file agree."""

from dataclasses import dataclass
from functools import cached_property

from django.contrib.admin.utils import flatten, flatten_fieldsets
from django.core.exceptions import FieldDoesNotExist
from django.db import models

from exchange.columns import (
    FactColumn,
    FixedColumn,
    IdColumn,
    RelationColumn,
    RelationsColumn,
    column_for,
    translation_columns,
)


@dataclass(frozen=True)
class Table:
    """The rows of one model in a file: the admin's own, or those of one of its inlines."""

    model: type[models.Model]
    model_admin: object
    fields: tuple
    readonly: tuple
    parent_field: str = ""  # "" for the admin's own rows

    @property
    def key(self):
        return self.model._meta.model_name

    @property
    def label(self):
        """The name of the sheet."""
        return str(self.model._meta.verbose_name_plural)

    @cached_property
    def columns(self):
        """`id`, the parent, the form's fields in their order, translations, then mere facts."""
        parents = self._parent_columns() if self.parent_field else []
        own = [self._column(name) for name in self.fields if name != self.parent_field]
        own = [column for column in own if column]
        translated = translation_columns(self.model) if self._is_translated else []
        facts = [] if self.parent_field else list(self.model_admin.exchange_facts)
        return [IdColumn(self.model._meta.pk), *parents, *own, *translated, *facts]

    @cached_property
    def by_heading(self):
        """Columns by the heading in the file: the Chinese label, or the field's name."""
        columns = {column.name: column for column in self.columns}
        return columns | {column.label: column for column in self.columns}

    @cached_property
    def writable(self):
        return [column for column in self.columns if column.is_writable]

    @cached_property
    def related_fields(self):
        """Foreign keys that planning and exporting read, apart from those that are only shown."""
        return [column.field for column in self.writable if isinstance(column, RelationColumn)]

    @cached_property
    def joined(self):
        """What to select with the rows, so that showing one costs no query."""
        names = [field.name for field in self.related_fields]
        names += [column.name for column in self.columns if self._is_shown_relation(column)]
        return [*names, *_ancestors(self.model)]

    def rows(self, queryset):
        """The queryset with all that columns read."""
        many = [column for column in self.columns if isinstance(column, RelationsColumn)]
        keys = {column.key: column.annotation() for column in many}
        return queryset.select_related(*self.joined).annotate(**keys)

    def children_of(self, parents):
        """The rows of this table that belong to a queryset of parents, in the parents' order."""
        own = self.model._meta.ordering
        chosen = parents.order_by().values("pk")
        rows = self.model._default_manager.filter(**{f"{self.parent_field}__in": chosen})
        return rows.order_by(self.parent_field, *own)

    def _parent_columns(self):
        field = self.model._meta.get_field(self.parent_field)
        label = field.related_model._meta.verbose_name
        parent = RelationColumn(field)
        parent.label = str(label)
        title = FactColumn(
            f"{field.name}_title", f"{label}名称", lambda row: getattr(row, field.name)
        )
        return [parent, title]

    def _column(self, name):
        try:
            field = self.model._meta.get_field(name)
        except FieldDoesNotExist:
            return None  # something that only the form shows
        if name == "translations":
            return None
        if name not in self.readonly and field.editable:
            return column_for(field)
        if field.many_to_one and not field.null:
            return FixedColumn(field)
        return FactColumn(name, field.verbose_name, lambda row: getattr(row, name))

    @property
    def _is_translated(self):
        return "translations" in self.fields and self.model.translatable

    def _is_shown_relation(self, column):
        if column.is_writable or not isinstance(column, FactColumn):
            return False
        names = {field.name for field in self.model._meta.fields if field.many_to_one}
        return column.name in names


def tables_of(model_admin):
    """The admin's own table, then those of its inlines that have no admin of their own."""
    fields = tuple(flatten_fieldsets(model_admin.fieldsets))
    main = Table(model_admin.model, model_admin, fields, tuple(model_admin.readonly_fields))
    inlines = (
        inline
        for inline in model_admin.inlines
        if not model_admin.admin_site.is_registered(inline.model)
    )
    children = [
        Table(
            inline.model,
            model_admin,
            tuple(flatten(inline.fields)),
            tuple(inline.readonly_fields),
            parent_field=inline.model.parent_field,
        )
        for inline in inlines
    ]
    return [main, *children]


def _ancestors(model):
    """The paths from a child to its parent, and to that one's parent."""
    paths, path = [], ""
    while parent := getattr(model, "parent_field", ""):
        path = f"{path}__{parent}" if path else parent
        paths.append(path)
        model = model._meta.get_field(parent).related_model
    return paths
