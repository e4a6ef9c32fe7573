"""Columns: how a field of a row becomes the text of a cell, and back.

Every column has `get` (the value of a row), `cell` (what a file shows for a value; text, number
or None) and, where it may be imported, `parse` (the value of a cell's text, which is not blank;
raises ValidationError) and `set`. Values of one column compare with `==`.
"""

import datetime
import math
import uuid
from decimal import Decimal, InvalidOperation

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from exchange import cells
from qingdao_portal.dates import PartialDateField

ID = "id"


class Column:
    """A field of the model that is text. The other kinds differ in what they override."""

    is_writable = True

    def __init__(self, field):
        self.field = field
        self.name = field.name
        self.label = str(field.verbose_name)
        self.is_required = not (field.blank or field.has_default())  # of a new row
        self.accepts = ""  # what may be filled in, told on the import page

    def get(self, row):
        return getattr(row, self.field.attname)

    def cell(self, value, lookups):
        return cells.as_cell_text(value or "")

    def parse(self, text, lookups):
        most = self.field.max_length  # of long texts, only forms would ask
        if most and len(text) > most:
            raise ValidationError(
                _("最多%(most)d字,这里有%(length)d字。"),
                params={"most": most, "length": len(text)},
            )
        return text

    def blank(self):
        """The value of a blank cell. Raises ValidationError where something is required."""
        if not self.field.blank:
            raise ValidationError(_("必填,不能为空。"))
        return None if self.field.null else ""

    def set(self, row, value):
        setattr(row, self.field.attname, value)

    def text(self, value, lookups):
        """The value as a preview shows it."""
        return cells.from_cell_text(str(self.cell(value, lookups)))


class NumberColumn(Column):
    """Whole numbers, decimals and floats; a number in a workbook, too."""

    def __init__(self, field):
        super().__init__(field)
        self.accepts = _("数字")
        is_float = isinstance(field, models.FloatField)
        is_decimal = isinstance(field, models.DecimalField)
        self.type = float if is_float else Decimal if is_decimal else int

    def cell(self, value, lookups):
        return "" if value is None else value

    def parse(self, text, lookups):
        try:
            if not text.isascii() or "_" in text or len(text) > 30:
                raise ValueError(text)
            number = self.type(text)
            if not math.isfinite(number):
                raise ValueError(text)
        except (ValueError, InvalidOperation) as error:
            message = _("要填整数。") if self.type is int else _("要填数字。")
            raise ValidationError(message) from error
        return number

    def text(self, value, lookups):
        if value is None:
            return ""
        return f"{value.normalize():f}" if self.type is Decimal else str(value)


class BooleanColumn(Column):
    """是 or 否; blank for “unknown” where the field allows it."""

    def __init__(self, field):
        super().__init__(field)
        self.accepts = _("是、否或留空") if field.null else _("是、否")

    def cell(self, value, lookups):
        return "" if value is None else _("是") if value else _("否")

    def parse(self, text, lookups):
        return cells.parse_boolean(text)

    def blank(self):
        if not self.field.null:
            raise ValidationError(_("请填“是”或“否”。"))
        return None


class ChoiceColumn(Column):
    """The label of a choice, as staff see it in forms; its stored value is understood too."""

    def __init__(self, field):
        super().__init__(field)
        self.labels = {value: str(label) for value, label in field.flatchoices}
        self.values = {str(value): value for value in self.labels}
        self.values |= {label: value for value, label in self.labels.items()}
        self.accepts = "、".join(self.labels.values())

    def cell(self, value, lookups):
        return cells.as_cell_text(self.labels.get(value, str(value or "")))

    def parse(self, text, lookups):
        if text not in self.values:
            raise ValidationError(
                _("不能填“%(text)s”,可以填:%(choices)s。"),
                params={"text": text[:80], "choices": self.accepts},
            )
        return self.values[text]


class DateColumn(Column):
    def __init__(self, field):
        super().__init__(field)
        self.accepts = _("日期,例如 2024-02-14")

    def cell(self, value, lookups):
        return value.isoformat() if value else ""

    def parse(self, text, lookups):
        return cells.parse_date(text)


class PartialDateColumn(Column):
    def __init__(self, field):
        super().__init__(field)
        self.accepts = _("2024、2024-02 或 2024-02-14")

    def parse(self, text, lookups):
        return cells.parse_partial(text)


class TimeColumn(Column):
    def __init__(self, field):
        super().__init__(field)
        self.accepts = _("时间,例如 09:00")

    def cell(self, value, lookups):
        return f"{value:%H:%M}" if value else ""

    def parse(self, text, lookups):
        return cells.parse_time(text)


class LinesColumn(Column):
    """Several short texts, one per line of the cell."""

    def __init__(self, field):
        super().__init__(field)
        self.accepts = _("每行一个")

    def cell(self, value, lookups):
        return cells.as_cell_text("\n".join(value or ()))

    def parse(self, text, lookups):
        return [line.strip() for line in text.splitlines() if line.strip()]

    def blank(self):
        return []


class RelationColumn(Column):
    """Another row, by its name."""

    def __init__(self, field):
        super().__init__(field)
        self.accepts = _("%s的名称") % field.related_model._meta.verbose_name

    def cell(self, value, lookups):
        return cells.as_cell_text(lookups[self.field.related_model].of(value))

    def parse(self, text, lookups):
        return lookups[self.field.related_model].find(text)

    def blank(self):
        super().blank()
        return None


class RelationsColumn(Column):
    """Several other rows, one name per line. The queryset brings their keys (`annotation`)."""

    def __init__(self, field):
        super().__init__(field)
        self.is_required = False
        self.accepts = _("%s的名称,每行一个") % field.related_model._meta.verbose_name
        self.key = f"_keys_of_{field.name}"

    def annotation(self):
        through = self.field.remote_field.through._default_manager
        rows = through.filter(**{self.field.m2m_field_name(): OuterRef("pk")})
        return ArraySubquery(rows.values(f"{self.field.m2m_reverse_field_name()}_id"))

    def get(self, row):
        return frozenset(getattr(row, self.key, ()))

    def cell(self, value, lookups):
        names = lookups[self.field.related_model]
        return cells.as_cell_text("\n".join(sorted(names.of(pk) for pk in value)))

    def parse(self, text, lookups):
        names = lookups[self.field.related_model]
        lines = (line.strip() for line in text.splitlines())
        return frozenset(names.find(line) for line in lines if line)

    def blank(self):
        return frozenset()

    def set(self, row, value):
        setattr(row, self.key, value)

    def store(self, row):
        getattr(row, self.name).set(self.get(row))


class TranslationColumn(Column):
    """One translated text of a row."""

    def __init__(self, field, code, language):
        super().__init__(field)
        self.code = code
        self.name = f"{field.name}_{code}"
        self.label = f"{field.verbose_name}({language})"
        self.is_required = False

    def get(self, row):
        return row.translations.get(self.code, {}).get(self.field.name, "")

    def blank(self):
        return ""

    def set(self, row, value):
        texts = dict(row.translations.get(self.code, {}))
        texts.pop(self.field.name, None)
        if value:
            texts[self.field.name] = value
        others = {code: kept for code, kept in row.translations.items() if code != self.code}
        row.translations = others | ({self.code: texts} if texts else {})


class UuidColumn(Column):
    """The UUID of something that no foreign key can name, e.g. an entry of any kind."""

    def __init__(self, field):
        super().__init__(field)
        self.accepts = _("UUID,例如从导出的文件里复制")

    def parse(self, text, lookups):
        try:
            return uuid.UUID(text)
        except ValueError as error:
            raise ValidationError(_("要填 UUID。")) from error

    def cell(self, value, lookups):
        return str(value or "")


class IdColumn(Column):
    """Which row it is; blank for a new one."""

    is_writable = False

    def __init__(self, field):
        super().__init__(field)
        self.label = ID
        self.is_required = False
        self.accepts = _("不要改;新增的行留空")

    def cell(self, value, lookups):
        return str(value)


class FactColumn:
    """What a file shows and an import ignores."""

    is_writable = is_required = False

    def __init__(self, name, label, get):
        self.name = name
        self.label = str(label)
        self.get = get
        self.accepts = _("只供查看,导入时忽略")

    def cell(self, value, lookups):
        if isinstance(value, datetime.datetime):
            return f"{timezone.localtime(value):%Y-%m-%d %H:%M}"
        return "" if value is None else cells.as_cell_text(str(value))


class FixedColumn(FactColumn):
    """What an import must leave as it is: a different text means that rows were mixed up."""

    def __init__(self, field):
        label = field.related_model._meta.verbose_name
        super().__init__(field.name, label, lambda row: getattr(row, field.name))
        self.accepts = _("不能改")


def column_for(field):
    """The writable column of a model field."""
    if field.many_to_many:
        return RelationsColumn(field)
    if field.many_to_one:
        return RelationColumn(field)
    if field.flatchoices:
        return ChoiceColumn(field)
    return next(_BY_FIELD[kind] for kind in type(field).__mro__ if kind in _BY_FIELD)(field)


def translation_columns(model):
    """One column for each translatable field and language, in the order of languages."""
    return [
        TranslationColumn(model._meta.get_field(name), code, language)
        for code, language in settings.CONTENT_LANGUAGES
        for name in model.translatable
    ]


_BY_FIELD = {
    PartialDateField: PartialDateColumn,
    ArrayField: LinesColumn,
    models.BooleanField: BooleanColumn,
    models.DateField: DateColumn,
    models.TimeField: TimeColumn,
    models.IntegerField: NumberColumn,
    models.FloatField: NumberColumn,
    models.DecimalField: NumberColumn,
    models.CharField: Column,
    models.TextField: Column,
    models.UUIDField: UuidColumn,
}
