"""The JSON API: one router for all routes, its self-description and its documentation."""

from django.urls import include, path, re_path
from rest_framework.routers import SimpleRouter

from contacts.api import HotlineViewSet, OfficeViewSet
from cooperation.api import ZoneHistoryViewSet, ZoneViewSet
from guide import hsds_api
from guide.api import DomainViewSet, MeasureHistoryViewSet, MeasureViewSet, ScenarioViewSet
from projects.api import ProgrammeViewSet, ProjectHistoryViewSet, ProjectViewSet
from publishing.api.changes import ChangesView
from publishing.api.exports import ExportView
from qingdao_portal.api_description import (
    ChangelogView,
    DocsView,
    OpenApiView,
    RootView,
    UnknownAddressView,
)
from qingdao_portal.catalog import CatalogView
from regions.api import CityViewSet, CountyViewSet
from search.api import SearchView

EDITIONS_OF = r"{}/(?P<slug>[-a-zA-Z0-9_]{{1,80}})/editions"

router = SimpleRouter()
router.register("measures", MeasureViewSet, basename="measure")
router.register(EDITIONS_OF.format("measures"), MeasureHistoryViewSet, basename="measure-edition")
router.register("projects", ProjectViewSet, basename="project")
router.register(EDITIONS_OF.format("projects"), ProjectHistoryViewSet, basename="project-edition")
router.register("zones", ZoneViewSet, basename="zone")
router.register(EDITIONS_OF.format("zones"), ZoneHistoryViewSet, basename="zone-edition")
router.register("domains", DomainViewSet, basename="domain")
router.register("scenarios", ScenarioViewSet, basename="scenario")
router.register("cities", CityViewSet, basename="city")
router.register("counties", CountyViewSet, basename="county")
router.register("hotlines", HotlineViewSet, basename="hotline")
router.register("offices", OfficeViewSet, basename="office")
router.register("programmes", ProgrammeViewSet, basename="programme")

EXPORTED = {view.kind: view.csv_columns for view in (MeasureViewSet, ProjectViewSet, ZoneViewSet)}

v1 = [
    path("", RootView.as_view(), name="root"),
    path("changes/", ChangesView.as_view(), name="changes"),
    path("search/", SearchView.as_view(), name="search"),
    path("export/<slug:kind>.<slug:extension>", ExportView.as_view(tables=EXPORTED), name="export"),
    path("catalog.jsonld", CatalogView.as_view(), name="catalog"),
    path("hsds/", hsds_api.HsdsRootView.as_view(), name="hsds"),
    path("hsds/services", hsds_api.HsdsServicesView.as_view(), name="hsds-service-list"),
    path("hsds/services/<uuid:id>", hsds_api.HsdsServiceView.as_view(), name="hsds-service-detail"),
    path("openapi.json", OpenApiView.as_view(), name="openapi"),
    *router.urls,
]
urlpatterns = [
    path("v1/", include((v1, "api"))),
    path("docs/", DocsView.as_view(), name="api-docs"),
    path("changelog/", ChangelogView.as_view(), name="api-changelog"),
    re_path("", UnknownAddressView.as_view()),
]
