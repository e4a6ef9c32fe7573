"""How cells name rows of other tables: 青岛 rather than a UUID."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

SEPARATOR = "/"


class Names:
    """The names of all rows of a model, both ways. Loaded in one query.

    `recipes` lists what a row may be called, the one that exports use first; each is a tuple of
    field paths, joined by a slash. A row's id is always a name too. Where a first name is not
    unique, the id takes its place in exports, and in imports it is refused.
    """

    def __init__(self, model, recipes):
        self.model = model
        self.recipes = recipes
        self.first = {}  # pk -> first name
        self.rows = {}  # name -> set of pks
        paths = [path for recipe in recipes for path in recipe]
        for pk, *values in model._default_manager.values_list("pk", *paths):
            self._add(pk, dict(zip(paths, values, strict=True)))

    def add(self, row):
        """Let later sheets of the same import name a row that is not stored yet."""
        paths = [path for recipe in self.recipes for path in recipe]
        self._add(row.pk, {path: _follow(row, path) for path in paths})

    def of(self, pk):
        """How exports call the row; '' for none."""
        if pk is None:
            return ""
        name = self.first.get(pk, "")
        return name if len(self.rows.get(name, ())) == 1 else str(pk)

    def find(self, name):
        """The primary key of the row that is called so. Raises ValidationError."""
        found = self.rows.get(name, set())
        if len(found) == 1:
            return next(iter(found))
        label = self.model._meta.verbose_name
        if found:
            text = _("不止一个%(kind)s叫“%(name)s”,请改填它的 id。")
        else:
            text = _("没有叫“%(name)s”的%(kind)s。")
        raise ValidationError(text, params={"kind": label, "name": name[:80]})

    def _add(self, pk, values):
        self.rows.setdefault(str(pk), set()).add(pk)
        for recipe in self.recipes:
            name = _join(values[path] for path in recipe)
            if name:
                self.first.setdefault(pk, name)
                self.rows.setdefault(name, set()).add(pk)


class Lookups:
    """The `Names` of each model, loaded when first asked for. One object per request."""

    def __init__(self, admin_site):
        self.admin_site = admin_site
        self._names = {}

    def __getitem__(self, model):
        if model not in self._names:
            self._names[model] = Names(model, self._recipes(model))
        return self._names[model]

    def _recipes(self, model):
        declared = ()
        if self.admin_site.is_registered(model):
            declared = self.admin_site.get_model_admin(model).exchange_names
        recipes = declared or unique_names(model)
        return [(recipe,) if isinstance(recipe, str) else tuple(recipe) for recipe in recipes]


def unique_names(model):
    """The fields of a model that name a row by themselves."""
    kinds = (models.CharField, models.PositiveSmallIntegerField)
    return [
        field.name
        for field in model._meta.concrete_fields
        if field.unique and not field.null and not field.primary_key and isinstance(field, kinds)
    ]


def _follow(row, path):
    for name in path.split("__"):
        row = getattr(row, name, None)
    return row


def _join(values):
    texts = [str(value or "").strip() for value in values]
    return SEPARATOR.join(texts) if all(texts) else ""
