"""What lists of entries may be filtered and ordered by, over the facets of editions."""

import re

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_filters import rest_framework as filters
from drf_spectacular.drainage import set_override

from publishing import registry
from publishing.api.parameters import not_among, parse_moment
from publishing.api.problems import ParameterError
from publishing.catalogue import catalogue_at
from publishing.lists.reading import ORDERS, Entries
from publishing.rows import Evidence

MAX_TEXT = 100
# Not only spaces, and none of the control characters that the front door refuses.
_REFUSED = r"\u0000-\u001f\u007f-\u009f\ufffe\uffff"
TEXT = {
    "maxLength": MAX_TEXT,
    "pattern": rf"^[^{_REFUSED}]*[^\s{_REFUSED}][^{_REFUSED}]*$",
}
SLUG = r"^[-a-zA-Z0-9_]{1,80}$"


class ParameterFilter(filters.Filter):
    """A filter that describes its parameter for the OpenAPI document.

    `schema` is JSON Schema; its `pattern` or `enum` is also what the value is checked by.
    """

    field_class = forms.CharField

    def __init__(self, *, description, schema=None, **kwargs):
        self.schema = {"type": "string", **(schema or {}), "description": description}
        super().__init__(strip=False, **kwargs)
        set_override(self, "field", self.schema)

    def filter(self, qs, value):
        if value:
            self.narrow(self.parent.asked, self.check(value))
        return qs

    def check(self, value):
        """`value` in the form that `narrow` takes. Raises ParameterError."""
        choices = self.schema.get("enum")
        if choices and value not in choices:
            self.refuse(not_among(choices))
        pattern = self.schema.get("pattern")
        if pattern and not re.fullmatch(pattern, value):
            self.refuse(_("格式不对,须符合 %s。") % pattern)
        if len(value) > self.schema.get("maxLength", MAX_TEXT):
            self.refuse(_("太长,最多%d个字。") % self.schema.get("maxLength", MAX_TEXT))
        return value

    def narrow(self, asked, value):
        """Note in `asked`, an `Asked`, what the value asks for."""
        raise NotImplementedError

    def refuse(self, detail):
        raise ParameterError((self.field_name, detail))


class FacetFilter(ParameterFilter):
    """Editions that carry the facet `<name>:<value>`; `facet` where the names differ."""

    def __init__(self, *, facet=None, **kwargs):
        self.facet = facet
        super().__init__(**kwargs)

    def narrow(self, asked, value):
        asked.facets.append(f"{self.facet or self.field_name}:{value}")


class ChoiceFacetFilter(FacetFilter):
    """A facet with the values of a `TextChoices`."""

    def __init__(self, choices, **kwargs):
        super().__init__(schema={"enum": [value for value in choices.values if value]}, **kwargs)


class CatalogueFacetFilter(FacetFilter):
    """A facet with the slugs of a list of the catalogue: a slug that is not there is a mistake."""

    def __init__(self, collection, **kwargs):
        self.collection = collection
        super().__init__(schema={"pattern": SLUG}, **kwargs)

    def check(self, value):
        parts = catalogue_at(self.parent.request.site_version)[self.collection]
        slugs = [part["slug"] for part in parts]
        if value not in slugs:
            self.refuse(not_among(slugs))
        return value


class WordsFilter(ParameterFilter):
    """Entries in which each word occurs, as search knows them."""

    def __init__(self, **kwargs):
        super().__init__(schema=TEXT, **kwargs)

    def narrow(self, asked, value):
        (find,) = registry.text_index
        asked.among = find(self.parent.kind, value)


class ModifiedAfterFilter(ParameterFilter):
    """Entries whose newest edition is later than a moment."""

    def __init__(self, **kwargs):
        super().__init__(schema={"format": "date-time"}, **kwargs)

    def check(self, value):
        try:
            return parse_moment(value)
        except ValueError:
            self.refuse(_("须为带时区的时间,如 2025-04-28T09:00:00Z;“+08:00”的加号要写成 %2B。"))

    def narrow(self, asked, value):
        asked.conditions.append(Q(published_at__gt=value))


class EntryOrdering(ParameterFilter):
    """The order of a list; equal ones in the order of their editions."""

    def __init__(self, **kwargs):
        names = [sign + name for name in ("position", *ORDERS) for sign in ("", "-")]
        super().__init__(schema={"enum": names, "default": "position"}, **kwargs)

    def narrow(self, asked, value):
        asked.order = value


class Asked:
    """What the filters of a request ask for together."""

    def __init__(self):
        self.facets, self.conditions, self.among, self.order = [], [], None, "position"


class EntryFilterSet(filters.FilterSet):
    """The filters that entries of all kinds have. Subclasses add their facets.

    `qs` are `Entries`: a filter only notes what it asks for, as the list that is walked along
    depends on all of them.
    """

    def filter_queryset(self, queryset):
        self.asked = Asked()
        super().filter_queryset(queryset)
        return Entries(
            self.kind,
            self.asked.facets,
            counts=catalogue_at(self.request.site_version)["counts"],
            narrow=Q(*self.asked.conditions) if self.asked.conditions else None,
            among=self.asked.among,
            order=self.asked.order,
        )

    evidence = ChoiceFacetFilter(Evidence, description=gettext_lazy("依据。"))
    q = WordsFilter(
        description=gettext_lazy(
            "标题、摘要、正文里的词;几个词用空格分开,须都出现。最多给出最相关的300条。"
        )
    )
    modified_after = ModifiedAfterFilter(
        description=gettext_lazy("只要这个时刻之后有新版本的条目(RFC 3339,带时区)。")
    )
    ordering = EntryOrdering(description=gettext_lazy("排序;前面加“-”为倒序。"))


class StrictFilterBackend(filters.DjangoFilterBackend):
    """Filters whose mistakes name the parameter."""

    def filter_queryset(self, request, queryset, view):
        if view.filterset_class.base_filters.keys().isdisjoint(request.query_params):
            return Entries(view.kind, counts=catalogue_at(request.site_version)["counts"])
        filterset = self.get_filterset(request, queryset, view)
        filterset.kind = view.kind
        if not filterset.is_valid():
            raise ParameterError(*((name, errors[0]) for name, errors in filterset.errors.items()))
        return filterset.qs
