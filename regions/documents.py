"""How documents embed cities and counties, and what the catalogue says of them."""

from publishing.document_fields import PartSerializer
from publishing.registry import register_collection, register_part
from regions.models import City, County, StatisticalZone


class CityPart(PartSerializer):
    class Meta:
        model = City
        fields = ["id", "slug", "code", "name", "short_name", "translations"]


class CountyPart(PartSerializer):
    city = CityPart()

    class Meta:
        model = County
        fields = ["id", "code", "name", "kind", "in_metro_plan", "note", "city", "translations"]


class StatisticalZonePart(PartSerializer):
    class Meta:
        model = StatisticalZone
        fields = ["id", "code", "name", "translations"]


class CountyDocument(CountyPart):
    """A county with what only the reference lists show."""

    class Meta(CountyPart.Meta):
        fields = [*CountyPart.Meta.fields[:-1], "pinyin", "lng", "lat", "translations"]


class CountyOfCity(CountyDocument):
    """A county inside its city."""

    city = None

    class Meta(CountyDocument.Meta):
        fields = [name for name in CountyDocument.Meta.fields if name != "city"]


class CityDocument(CityPart):
    """A city with its divisions; development zones apart, they are no divisions."""

    counties = CountyOfCity(many=True)
    statistical_zones = StatisticalZonePart(many=True)

    class Meta(CityPart.Meta):
        fields = [
            *CityPart.Meta.fields[:-1],
            *("pinyin", "kind", "lng", "lat", "counties", "statistical_zones", "translations"),
        ]


def city_documents():
    cities = City.objects.prefetch_related("counties", "statistical_zones")
    return CityDocument(cities, many=True).data


register_part(City, CityPart)
register_part(County, CountyPart)
register_collection("cities", city_documents)
