"""The API of cities and counties."""

from django.utils.translation import gettext_lazy as _

from publishing.api.views import CatalogueViewSet
from regions.documents import CityDocument, CityPart, CountyDocument


class CityViewSet(CatalogueViewSet):
    singular = "City"
    plural = "Cities"
    label = _("城市")
    collection = "cities"
    lookup_field = "slug"
    serializer_class = CityDocument


class CountyViewSet(CatalogueViewSet):
    """The counties of all cities, each with its city; the catalogue holds them by city."""

    singular = "County"
    plural = "Counties"
    label = _("区市县")
    lookup_field = "code"
    lookup_value_regex = "[0-9]{6}"
    path_parameters = {
        "code": ({"type": "string", "pattern": "^[0-9]{6}$"}, _("6位行政区划代码。"))
    }
    narrowed_by = {"city": ("cities", lambda county, city: county["city"]["id"] == city["id"])}
    serializer_class = CountyDocument

    def rows(self):
        return [
            county | {"city": {name: city[name] for name in CityPart.Meta.fields}}
            for city in self.catalogue["cities"]
            for county in city["counties"]
        ]
