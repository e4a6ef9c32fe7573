"""Facets: by what results are narrowed, and the links that do it."""

from typing import NamedTuple

from django.http import Http404
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from search.presenting import KIND_LABELS

LABELS = {
    "kind": gettext_lazy("类别"),
    "domain": gettext_lazy("领域"),
    "city": gettext_lazy("城市"),
    "scenario": gettext_lazy("生活场景"),
}


class Chosen(NamedTuple):
    """By what the reader narrowed the results: `{"domain": "medical"}`."""

    parameters: dict

    @property
    def facets(self):
        return [f"{name}:{value}" for name, value in self.parameters.items()]


class Choice(NamedTuple):
    label: str
    number: int
    link: str
    is_chosen: bool


def values_of(catalogue):
    """`{facet: {value: label}}`, in the order in which they are shown."""
    return {
        "kind": KIND_LABELS,
        "domain": {part["slug"]: part["name"] for part in catalogue["domains"]},
        "city": {part["slug"]: part["short_name"] for part in catalogue["cities"]},
        "scenario": {part["slug"]: part["name"] for part in catalogue["scenarios"]},
    }


def filters_of(parameters, catalogue):
    """What is `Chosen` in the parameters of an address; a blank one is none. Or Http404."""
    chosen = {}
    for name, labels in values_of(catalogue).items():
        value = parameters.get(name, "")
        if value and value not in labels:
            raise Http404(_("没有这个筛选条件。"))
        if value:
            chosen[name] = value
    return Chosen(chosen)


def facet_groups(numbers, chosen, catalogue, parameters):
    """`[(label, choices)]` of the groups that part the results; the chosen value leads back."""
    groups = []
    for name, labels in values_of(catalogue).items():
        choices = [
            _choice(name, value, labels[value], numbers, chosen, parameters)
            for value in labels
            if numbers.get(f"{name}:{value}") or chosen.parameters.get(name) == value
        ]
        if len(choices) > 1 or name in chosen.parameters:
            groups.append((LABELS[name], choices))
    return groups


def _choice(name, value, label, numbers, chosen, parameters):
    is_chosen = chosen.parameters.get(name) == value
    others = {key: kept for key, kept in parameters.items() if key != name}
    link = others if is_chosen else others | {name: value}
    return Choice(label, numbers.get(f"{name}:{value}", 0), f"?{urlencode(link)}", is_chosen)
