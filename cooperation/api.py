"""The API of the cooperation zones."""

from django.utils.translation import gettext_lazy as _

from cooperation.documents import ZoneDocument
from publishing.api.filters import (
    TEXT,
    CatalogueFacetFilter,
    EntryFilterSet,
    FacetFilter,
)
from publishing.api.schemas import EditionFacts, ItemFields
from publishing.api.tables import EDITION_COLUMNS, day, each, fields
from publishing.api.views import EntryViewSet, HistoryViewSet


class ZoneItem(ItemFields, ZoneDocument):
    """A zone as it is now."""

    class Meta(ZoneDocument.Meta):
        fields = [*ItemFields.FIELDS, *ZoneDocument.Meta.fields]


class ZoneEdition(EditionFacts, ZoneItem):
    """A zone as it was in one edition."""

    class Meta(ZoneItem.Meta):
        fields = [*EditionFacts.FIELDS, *ZoneItem.Meta.fields]


class ZoneFilter(EntryFilterSet):
    county = FacetFilter(
        schema={"pattern": "^[0-9]{6}$"}, description=_("参与区市县的6位行政区划代码。")
    )
    city = CatalogueFacetFilter("cities", description=_("城市,/api/v1/cities/ 里的 slug。"))
    theme = FacetFilter(schema=TEXT, description=_("主题,须完全一致。"))


class Zones:
    """What the views of zones share."""

    kind = "zone"
    label = _("合作区")
    tag = "zones"


class ZoneViewSet(Zones, EntryViewSet):
    singular = "Zone"
    plural = "Zones"
    serializer_class = ZoneItem
    filterset_class = ZoneFilter
    csv_columns = {
        **fields("slug", "title", "url", "theme", "zone_kind"),
        "signatories": each("signatories", "name"),
        "cities": each("cities", "short_name"),
        "signed_on": day("signed_on"),
        "aims": each("aims", "text"),
        **fields("summary", "evidence", "caveat"),
        **EDITION_COLUMNS,
    }


class ZoneHistoryViewSet(Zones, HistoryViewSet):
    singular = "ZoneEdition"
    plural = "ZoneEditions"
    serializer_class = ZoneEdition
