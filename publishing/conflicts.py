"""Two people changed one row: what each must be asked about, and both put together.

Pure functions of three states (`publishing.form_state`): `mine`, what somebody is about to save;
`theirs`, what a colleague saved meanwhile; `base`, what both began with, None where unknown.
"""

from dataclasses import dataclass

from publishing.form_state import posted_rows

MINE, THEIRS = "mine", "theirs"
CHOICE_PREFIX = "choose-"
_ABSENT = object()


@dataclass(frozen=True)
class Choice:
    """One thing that both changed, or only the colleague did. `field` is '' for a whole row.

    `mine` and `theirs` are the texts of a field; of a row its fields, None where it is deleted.
    """

    prefix: str
    pk: str
    field: str
    mine: dict | None
    theirs: dict | None
    is_mine_untouched: bool

    @property
    def key(self):
        return choice_key(self.prefix, self.pk, self.field)

    @property
    def default(self):
        """What was typed, if anything was; a row that a colleague worked on is not just deleted."""
        return THEIRS if self.is_mine_untouched or self.mine is None else MINE


def choice_key(prefix, pk, field):
    """The name of the inputs that say which of the two is kept."""
    return CHOICE_PREFIX + "-".join(part for part in (prefix, pk, field) if part)


def choices_between(mine, theirs, base):
    """All that `theirs` changed and `mine` does not say too, in the order of the form."""
    base_fields = base["fields"] if base else {}
    choices = _fields("", "", mine["fields"], theirs["fields"], base_fields)
    for prefix, their_rows in theirs["rows"].items():
        my_rows = mine["rows"].get(prefix, {})
        base_rows = base["rows"].get(prefix, {}) if base else {}
        for pk in dict.fromkeys([*their_rows, *my_rows]):
            row = my_rows.get(pk), their_rows.get(pk), base_rows.get(pk)
            choices += _row(prefix, pk, *row)
    return choices


def _row(prefix, pk, mine, theirs, base):
    if mine is not None and theirs is not None:
        return _fields(prefix, pk, mine, theirs, base or {})
    if mine is None and theirs in (None, base):
        return []  # deleted by both, or by me while the colleague left it alone
    return [Choice(prefix, pk, "", mine, theirs, is_mine_untouched=mine == base)]


def _fields(prefix, pk, mine, theirs, base):
    choices = []
    for name, their_texts in theirs.items():
        my_texts, base_texts = mine.get(name, {}), base.get(name, _ABSENT)
        if their_texts not in (my_texts, base_texts):
            is_untouched = my_texts == base_texts
            choices.append(Choice(prefix, pk, name, my_texts, their_texts, is_untouched))
    return choices


def merged(page, data, theirs, picks):
    """The posted `data` as if it had been typed over `theirs`, each choice as picked.

    What nobody was asked about stays as posted. `picks` maps the keys of choices to MINE or THEIRS.
    """
    result = data.copy()
    for name, texts in theirs["fields"].items():
        if picks.get(choice_key("", "", name)) == THEIRS:
            _put(result, name, texts)
    for formset in page.formsets:
        their_rows = theirs["rows"].get(formset.prefix, {})
        _replace_rows(result, formset, _merged_rows(formset, data, their_rows, picks))
    return result


def _merged_rows(formset, data, their_rows, picks):
    """The inputs of the rows: those that are stored, in their order, then the new ones."""
    posted = posted_rows(formset, data)
    inputs = {pk: _inputs(data, prefix) for pk, prefix in posted if pk}
    stored = []
    for pk, row in their_rows.items():
        merged_row = _merged_row(formset.prefix, pk, inputs.get(pk), row, picks)
        stored.append(merged_row | {formset.model._meta.pk.name: [pk]})
    new = [_inputs(data, prefix) for pk, prefix in posted if not pk]
    for pk, row in inputs.items():
        is_kept = picks.get(choice_key(formset.prefix, pk, "")) == MINE and "DELETE" not in row
        if pk not in their_rows and is_kept:  # deleted meanwhile: made anew
            new.append(row | {formset.model._meta.pk.name: []})
    return stored, new


def _merged_row(prefix, pk, mine, theirs, picks):
    """The inputs of a row that is stored; `mine` is None if it was not there to be typed into."""
    pick = picks.get(choice_key(prefix, pk, ""))
    if mine is None:
        return _all_inputs(theirs) | ({"DELETE": ["on"]} if pick == MINE else {})
    if "DELETE" in mine:
        return _all_inputs(theirs) if pick == THEIRS else mine
    for name, texts in theirs.items():
        if picks.get(choice_key(prefix, pk, name)) == THEIRS:
            _put(mine, name, texts)
    return mine


def _replace_rows(result, formset, rows):
    stored, new = rows
    prefix, keep = f"{formset.prefix}-", ("MIN_NUM_FORMS", "MAX_NUM_FORMS")
    for key in [key for key in result if key.startswith(prefix) and not key.endswith(keep)]:
        del result[key]
    for index, inputs in enumerate([*stored, *new]):
        for name, values in inputs.items():
            if values:
                result.setlist(f"{prefix}{index}-{name}", values)
    result[f"{prefix}TOTAL_FORMS"] = str(len(stored) + len(new))
    result[f"{prefix}INITIAL_FORMS"] = str(len(stored))


def _inputs(data, prefix):
    return {key[len(prefix) :]: data.getlist(key) for key in data if key.startswith(prefix)}


def _all_inputs(row):
    return {name + end: values for name, texts in row.items() for end, values in texts.items()}


def _put(inputs, name, texts):
    """Replace what `inputs` (a dict or the posted data) has for one field."""
    set_values = getattr(inputs, "setlist", inputs.__setitem__)
    for key in [key for key in inputs if key == name or key.startswith(f"{name}-")]:
        del inputs[key]
    for end, values in texts.items():
        set_values(name + end, values)
