"""The staff area's bases: rows, children inside their parents, references, entries."""

from publishing.admin.editions import EditionAdmin
from publishing.admin.entries import EntryAdmin, StateFilter
from publishing.admin.fieldsets import TRANSLATIONS, for_staff, ground
from publishing.admin.references import OneChangeMixin, ReferenceAdmin
from publishing.admin.rows import ChildInline, CitationInline, RowAdmin
from publishing.admin.schedules import ScheduleAdmin

__all__ = [
    "TRANSLATIONS",
    "ChildInline",
    "CitationInline",
    "EditionAdmin",
    "EntryAdmin",
    "OneChangeMixin",
    "ReferenceAdmin",
    "RowAdmin",
    "ScheduleAdmin",
    "StateFilter",
    "for_staff",
    "ground",
]
