"""What a year's board may be narrowed to: one circle, one city, or both."""

from typing import NamedTuple

from django.http import Http404
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from projects.board import NO_CIRCLE, narrowed
from projects.models import Project


class Choice(NamedTuple):
    """One value of a filter: its name, the address that chooses it and what it leaves."""

    value: str
    name: str
    query: str
    is_chosen: bool
    standings: list

    @property
    def count(self):
        return len(self.standings)


class BoardFilter:
    """The filters in the address of a board. Raises Http404 for a value that is not known."""

    def __init__(self, request, catalogue):
        self.circles = {code: str(label) for code, label in Project.Circle.choices}
        self.circles[NO_CIRCLE] = _("未归圈")
        self.cities = {city["slug"]: city["short_name"] for city in catalogue["cities"]}
        self.circle = self._value(request, "circle", self.circles)
        self.city = self._value(request, "city", self.cities)

    @staticmethod
    def _value(request, name, known):
        value = request.GET.get(name, "")
        if value and value not in known:
            raise Http404(_("没有这个筛选项。"))
        return value

    def __bool__(self):
        return bool(self.circle or self.city)

    @property
    def names(self):
        """What is chosen, in words."""
        names = (self.circles.get(self.circle), self.cities.get(self.city))
        return [name for name in names if name]

    def narrow(self, standings):
        return narrowed(standings, circle=self.circle, city=self.city)

    def circle_choices(self, standings):
        """The circles that the year's standings are in. Counts are those of the whole year."""
        return self._choices(standings, self.circles, "circle", city=self.city)

    def city_choices(self, standings):
        return self._choices(standings, self.cities, "city", circle=self.circle)

    def _choices(self, standings, names, field, **kept):
        chosen = getattr(self, field)
        choices = [
            Choice(
                value,
                name,
                query_of(**{field: value, **kept}),
                value == chosen,
                narrowed(standings, **{field: value}),
            )
            for value, name in names.items()
        ]
        return [choice for choice in choices if choice.standings or choice.is_chosen]

    def without(self, field):
        """The address that takes one filter back."""
        return query_of(**{"circle": self.circle, "city": self.city, field: ""})


def query_of(*, circle="", city=""):
    """`?circle=…&city=…` of those that have a value; `?` for none."""
    chosen = {"circle": circle, "city": city}
    return "?" + urlencode({name: value for name, value in chosen.items() if value})
