"""The API of hotlines and offices."""

from django.utils.translation import gettext_lazy as _

from contacts.documents import HotlineDocument, OfficePart
from publishing.api.views import CatalogueViewSet


def is_of_domain(hotline, domain):
    return any(hotline["id"] == part["id"] for part in domain["hotlines"])


class HotlineViewSet(CatalogueViewSet):
    singular = "Hotline"
    plural = "Hotlines"
    label = _("热线")
    collection = "hotlines"
    lookup_field = "slug"
    narrowed_by = {"domain": ("domains", is_of_domain)}
    serializer_class = HotlineDocument


class OfficeViewSet(CatalogueViewSet):
    singular = "Office"
    plural = "Offices"
    label = _("办事地点")
    collection = "offices"
    lookup_field = "id"
    lookup_value_regex = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
    path_parameters = {"id": ({"type": "string", "format": "uuid"}, _("办事地点的标识。"))}
    narrowed_by = {"city": ("cities", lambda office, city: office["city"]["id"] == city["id"])}
    serializer_class = OfficePart
