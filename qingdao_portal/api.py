"""The JSON API: one router for all routes, its self-description and its documentation."""

from django.urls import include, path, re_path
from rest_framework.routers import SimpleRouter

from contacts.api import HotlineViewSet, OfficeViewSet
from cooperation.api import ZoneHistoryViewSet, ZoneViewSet
from guide.api import DomainViewSet, MeasureHistoryViewSet, MeasureViewSet, ScenarioViewSet
from projects.api import ProgrammeViewSet, ProjectHistoryViewSet, ProjectViewSet
from publishing.api.changes import ChangesView
from qingdao_portal.api_description import DocsView, OpenApiView, RootView, UnknownAddressView
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

v1 = [
    path("", RootView.as_view(), name="root"),
    path("changes/", ChangesView.as_view(), name="changes"),
    path("search/", SearchView.as_view(), name="search"),
    path("openapi.json", OpenApiView.as_view(), name="openapi"),
    *router.urls,
]
urlpatterns = [
    path("v1/", include((v1, "api"))),
    path("docs/", DocsView.as_view(), name="api-docs"),
    re_path("", UnknownAddressView.as_view()),
]
