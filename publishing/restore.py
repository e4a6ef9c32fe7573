"""An old edition back into the working copy. Nothing becomes public by it.

Each subject says in its `restore.py` how a document of its kind is written back into rows. Rows of
the entry are found again by their id and made anew with the same id where they are gone; rows that
the document only quotes must still exist, and those that do not are named to whoever restores.
"""

from collections import Counter

from django.db import DataError, IntegrityError
from django.db.models import Q
from django.utils.translation import gettext as _

from publishing import registry, services, wording
from publishing.models import Edition


class RestoreError(Exception):
    """A restoration that cannot be made; the message says why and is shown to staff."""


def restore(*, entry, document, version):
    """Make the rows of `entry` say what `document` says. Return what could not be brought back.

    All or nothing. `version` is the version of the entry that the user saw: raises RestoreError
    if somebody has saved since, or if the rows would break a rule of the database.
    """
    kind = registry.kind_of(entry)
    try:
        with services.batched_quotes():
            services.lock_publishing()
            entry = kind.model.objects.select_for_update(of=["self"]).get(pk=entry.pk)
            if entry.version != version:
                raise RestoreError(_("同事刚刚保存了修改。请看过新的比较,再决定是否恢复。"))
            writer = Writer()
            kind.restore(entry, document, writer)
    except (DataError, IntegrityError) as error:
        raise RestoreError(_("这一版的内容与现在的规则或其他条目冲突,不能恢复。")) from error
    return writer.missing


class Writer:
    """Writes parts of documents into rows, and notes in `missing` what it could not."""

    def __init__(self):
        self.missing = []

    def fields(self, row, part, *names):
        """Fields that the document has under the same name."""
        for name in names:
            setattr(row, name, part[name])

    def unique(self, row, part, name, **within):
        """A value that only one row may have (`within` narrows where); kept as it is if taken."""
        others = type(row).objects.filter(**within, **{name: part[name]}).exclude(pk=row.pk)
        self._set_unless_taken(row, part, name, part[name] is not None and others.exists())

    def address(self, entry, document):
        """The entry's slug, unless it is, or leads readers to, another entry by now."""
        same = Q(slug=document["slug"])
        others = type(entry).objects.filter(same).exclude(pk=entry.pk)
        once = Edition.objects.of_kind(entry.kind).filter(same).exclude(entry_id=entry.pk)
        self._set_unless_taken(entry, document, "slug", others.exists() or once.exists())

    def _set_unless_taken(self, row, part, name, is_taken):
        if is_taken:
            label = row._meta.get_field(name).verbose_name
            text = _("%(label)s“%(value)s”现在属于另一个条目,没有恢复。")
            self.missing.append(text % {"label": label, "value": part[name]})
        else:
            setattr(row, name, part[name])

    def verification(self, row, date_field, by_field, date):
        """A day on which somebody checked; who it was is only known while the day is the same."""
        if str(getattr(row, date_field) or "") != (date or ""):
            setattr(row, date_field, date)
            setattr(row, by_field, None)

    def find(self, model, part):
        """The row that a part quotes. None, and noted, if it is gone; None for no part."""
        if part is None:
            return None
        row = model.objects.filter(pk=part["id"]).first()
        if row is None:
            self._note_missing(model, part)
        return row

    def quoted(self, manager, parts):
        """The rows of a many-to-many relation."""
        rows = manager.model.objects.in_bulk([part["id"] for part in parts])
        present = {str(pk) for pk in rows}
        for part in parts:
            if part["id"] not in present:
                self._note_missing(manager.model, part)
        manager.set(rows.values())

    def children(self, related, parts, fill, *, row_key=None, part_key=None):
        """The rows of a reverse relation, in the order of `parts`.

        `fill(row, part)` writes and saves one, or leaves it out. Rows are matched by id, or by
        the two key functions where documents give no ids.
        """
        present = _by_key(related.all(), row_key or (lambda row: str(row.pk)))
        wanted = _by_key(parts, part_key or (lambda part: part["id"]))
        for key in present.keys() - wanted.keys():
            present[key].delete()
        for position, (key, part) in enumerate(wanted.items(), 1):
            row = present.get(key) or self._new_child(related, None if part_key else part)
            if row is not None:
                row.position = position
                fill(row, part)

    def _new_child(self, related, part=None):
        """A row, under the id of `part`; None, and noted, if that is in use somewhere else."""
        model = related.model
        row = model(**{related.field.name: related.instance})
        if part is not None:
            row.pk = part["id"]
            if model.objects.filter(pk=row.pk).exists():
                self._note_missing(model, part)
                return None
        return row

    def _note_missing(self, model, part):
        text = _("%(kind)s“%(title)s”已经不在了,没有恢复。")
        values = {"kind": model._meta.verbose_name, "title": wording.title_of(part)}
        self.missing.append(text % values)


def partial_date(date):
    """A partial date of a document as a field takes it."""
    return date["value"] if date else ""


def _by_key(items, key):
    """`{(key, how many before had it): item}`, in order."""
    seen = Counter()
    found = {}
    for item in items:
        value = key(item)
        found[value, seen[value]] = item
        seen[value] += 1
    return found
