"""What changed from one document to another, as a person reads it.

`compare` is a pure function of two documents (`docs/architecture.md`): nothing is asked of the
database, and nothing that differs is left out.
"""

import json
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, replace

from django.db.models import TextChoices
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from publishing import registry, wording
from publishing.text_diff import Piece, text_pieces

_TITLE_LENGTH = 40


class Act(TextChoices):
    ADDED = "added", gettext_lazy("新增")
    REMOVED = "removed", gettext_lazy("删除")
    CHANGED = "changed", gettext_lazy("改动")
    MOVED = "moved", gettext_lazy("移动")


@dataclass(frozen=True)
class Difference:
    """What became of one field, or of one row of a list.

    A text that changed has `pieces`; another plain value `old` and `new` in words, '' for nothing;
    a row or a list of rows has its own differences `inner`.
    """

    label: str
    act: Act
    old: str = ""
    new: str = ""
    pieces: tuple[Piece, ...] = ()
    inner: tuple["Difference", ...] = ()


def compare(old, new):
    """The differences from document `old` to document `new`, in the order of the fields.

    Either may be None: nothing was public before, or nothing is there now. Empty exactly where
    the two documents are equal.
    """
    kind = registry.kinds[(new or old)["kind"]]
    return _compare_parts(kind.serializer(), old or {}, new or {})


def _compare_parts(serializer, old, new):
    """The differences between two dicts that one serializer made; {} stands for none."""
    names = [name for name in dict.fromkeys([*serializer.fields, *old, *new]) if name != "id"]
    changed = [name for name in names if old.get(name) != new.get(name)]
    differences = []
    for name in changed:
        is_html_of_changed = name.removesuffix("_html") in changed and name.endswith("_html")
        if not is_html_of_changed and not wording.is_constant(serializer, name):
            differences += _compare_field(serializer, name, old.get(name), new.get(name))
    return differences


def _compare_field(serializer, name, old, new):
    """The differences of one field whose values differ: one, or one per translated text."""
    field, label = serializer.fields.get(name), wording.label_of(serializer, name)
    if wording.is_translations(field):
        return _compare_translations(serializer, old, new)
    nested = wording.nested_in(serializer, name)
    if nested is None:
        return _compare_values(label, field, old, new)
    if isinstance(old or new, list):
        inner = _compare_rows(nested, old or [], new or [])
    elif "id" in nested.fields and not _is_same_row(old, new):
        return _changed(label, old and wording.title_of(old), new and wording.title_of(new))
    else:
        inner = _compare_parts(nested, old or {}, new or {})
    return [Difference(label, Act.CHANGED, inner=tuple(inner))] if inner else []


def _compare_values(label, field, old, new):
    if wording.is_text(field) and old and new:
        pieces = tuple(text_pieces(old, new))
        return [Difference(label, Act.CHANGED, pieces=pieces)]
    return _changed(label, wording.in_words(field, old), wording.in_words(field, new))


def _changed(label, old, new):
    """The difference between two plain values in words; none where neither says anything."""
    if not old and not new:
        return []
    act = Act.CHANGED if old and new else Act.ADDED if new else Act.REMOVED
    return [Difference(label, act, old=old or "", new=new or "")]


def _compare_translations(serializer, old, new):
    olds, news = wording.translated_texts(old), wording.translated_texts(new)
    differences = []
    for key in dict.fromkeys([*olds, *news]):
        if olds.get(key) != news.get(key):
            label = wording.translation_label(serializer, *key)
            field = serializer.fields.get(key[1])
            differences += _compare_values(label, field, olds.get(key), news.get(key))
    return differences


def _compare_rows(serializer, olds, news):
    """The differences between two lists of rows: which came, went, moved or changed inside."""
    old_keys, new_keys = _keys(olds), _keys(news)
    moved = _moved(old_keys, new_keys)
    old_at = {key: index for index, key in enumerate(old_keys)}
    differences = []
    for index, (key, new) in enumerate(zip(new_keys, news, strict=True)):
        if key not in old_at:
            differences.append(_whole_row(serializer, new, Act.ADDED))
            continue
        inner = _compare_parts(serializer, olds[old_at[key]], new)
        if inner or key in moved:
            row = Difference(_row_label(new), Act.CHANGED, inner=tuple(inner))
            differences.append(_with_move(row, old_at[key], index) if key in moved else row)
    gone = [old for key, old in zip(old_keys, olds, strict=True) if key not in set(new_keys)]
    return differences + [_whole_row(serializer, old, Act.REMOVED) for old in gone]


def _whole_row(serializer, row, act):
    """A row that came or went; with all it says, unless it is only quoted."""
    inner = []
    if not wording.is_quoted(serializer):
        ends = ({}, row) if act == Act.ADDED else (row, {})
        inner = _compare_parts(serializer, *ends)
    title = wording.title_of(row)
    if not inner or [part.old or part.new for part in inner] == [title]:
        return Difference(title, act)
    return Difference(_row_label(row), act, inner=tuple(inner))


def _with_move(row, old_index, new_index):
    act = Act.CHANGED if row.inner else Act.MOVED
    place = _("第%d项")
    return replace(row, act=act, old=place % (old_index + 1), new=place % (new_index + 1))


def _row_label(row):
    return Truncator(wording.title_of(row)).chars(_TITLE_LENGTH)


def _is_same_row(old, new):
    return bool(old and new) and old.get("id") == new.get("id")


def _keys(rows):
    """What each row is known by in both lists; rows known by the same are counted."""
    seen = Counter()
    keys = []
    for row in rows:
        key = _key(row)
        keys.append((key, seen[key]))
        seen[key] += 1
    return keys


def _key(row):
    """The row's id; where it has none, that of what it names, then its link, then all of it."""
    nested = [value for value in row.values() if isinstance(value, dict) and "id" in value]
    for part in (row, *nested):
        if "id" in part:
            return part["id"]
    return row.get("url") or json.dumps(row, sort_keys=True)


def _moved(old_keys, new_keys):
    """The keys in both lists that changed places: all but a longest run that kept its order."""
    new_at = {key: index for index, key in enumerate(new_keys)}
    common = [key for key in old_keys if key in new_at]
    ends, chains = [], []  # per length of a run: its smallest last place, and the run
    for key in common:
        length = bisect_left(ends, new_at[key])
        chain = (key, chains[length - 1] if length else None)
        ends[length : length + 1], chains[length : length + 1] = [new_at[key]], [chain]
    kept = set()
    chain = chains[-1] if chains else None
    while chain:
        kept.add(chain[0])
        chain = chain[1]
    return set(common) - kept
