"""The API of the guide: measures, domains, scenarios."""

from django.utils.translation import gettext_lazy as _

from guide.documents import DomainDocument, MeasureDocument, ScenarioPart
from publishing.api.filters import CatalogueFacetFilter, EntryFilterSet
from publishing.api.schemas import EditionFacts, ItemFields
from publishing.api.tables import EDITION_COLUMNS, each, fields, limit
from publishing.api.views import CatalogueViewSet, EntryViewSet, HistoryViewSet


class MeasureItem(ItemFields, MeasureDocument):
    """A measure as it is now."""

    class Meta(MeasureDocument.Meta):
        fields = [*ItemFields.FIELDS, *MeasureDocument.Meta.fields]


class MeasureEdition(EditionFacts, MeasureItem):
    """A measure as it was in one edition."""

    class Meta(MeasureItem.Meta):
        fields = [*EditionFacts.FIELDS, *MeasureItem.Meta.fields]


class MeasureFilter(EntryFilterSet):
    domain = CatalogueFacetFilter("domains", description=_("领域,/api/v1/domains/ 里的 slug。"))
    city = CatalogueFacetFilter(
        "cities", description=_("惠及的城市(已落实、已公布或推进中),/api/v1/cities/ 里的 slug。")
    )
    scenario = CatalogueFacetFilter(
        "scenarios", description=_("生活场景,/api/v1/scenarios/ 里的 slug。")
    )


class Measures:
    """What the views of measures share."""

    kind = "measure"
    label = _("指南条目")
    tag = "measures"


class MeasureViewSet(Measures, EntryViewSet):
    singular = "Measure"
    plural = "Measures"
    serializer_class = MeasureItem
    filterset_class = MeasureFilter
    csv_columns = {
        **fields("slug", "title", "url"),
        "domain": lambda item: item["domain"]["name"],
        "scenarios": each("scenarios", "name"),
        "cities": each("cities", "short_name"),
        **fields("scope", "audience", "summary"),
        "promised_limit": limit("promised_limit"),
        "statutory_limit": limit("statutory_limit"),
        "fee": lambda item: item["fee"]["kind"],
        "materials": each("materials", "name"),
        "hotlines": each("hotlines", "number"),
        **fields("keywords", "official_number", "guide_confidence", "evidence", "caveat"),
        **EDITION_COLUMNS,
    }


class MeasureHistoryViewSet(Measures, HistoryViewSet):
    singular = "MeasureEdition"
    plural = "MeasureEditions"
    serializer_class = MeasureEdition


class DomainViewSet(CatalogueViewSet):
    singular = "Domain"
    plural = "Domains"
    label = _("领域")
    collection = "domains"
    lookup_field = "slug"
    serializer_class = DomainDocument


class ScenarioViewSet(CatalogueViewSet):
    singular = "Scenario"
    plural = "Scenarios"
    label = _("生活场景")
    collection = "scenarios"
    lookup_field = "slug"
    serializer_class = ScenarioPart
