"""All addresses of the portal. They are a promise: one that changes gets a redirect."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

from qingdao_portal import (  # noqa: F401
    converters,
    feeds,
    machine_files,
    offline,
    operations,
    pictures,
    site_maps,
    views,
)

# In every language: Chinese at the plain address, the others below /en/, /ko/ and /ja/.
pages = [
    path("", include("guide.urls")),
    path("guide/finder/", include("finder.urls")),
    path("search/", include("search.urls")),
    path("projects/", include("projects.urls")),
    path("cooperation/", include("cooperation.urls")),
    path("cities/", include("regions.urls")),
    path("feedback/", include("feedback.urls")),
    path("privacy/", include("feedback.privacy_urls")),
    path("about/", views.about, name="about"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("sitemap/", views.sitemap_page, name="sitemap"),
]

urlpatterns = [
    *i18n_patterns(*pages, prefix_default_language=False),
    path("sitemap.xml", site_maps.sitemap_xml),
    path("sitemap-<slug:name>.xml", site_maps.sitemap_part),
    path("robots.txt", machine_files.robots_txt),
    path(".well-known/security.txt", machine_files.security_txt),
    path("manifest.webmanifest", machine_files.web_manifest, name="manifest"),
    path("<letter:letter>/<slug:slug>.png", pictures.entry_picture, name="entry-picture"),
    path("sw.js", offline.service_worker, name="service-worker"),
    path("offline/", offline.offline_page, name="offline"),
    path("embed/", include("guide.embed_urls")),
    path("feeds/changes.atom", feeds.changes, name="feed"),
    path("feeds/domains/<slug:slug>.atom", feeds.domain_changes, name="domain-feed"),
    path("feeds/cities/<slug:slug>.atom", feeds.city_changes, name="city-feed"),
    path("feeds/measures/<slug:slug>.atom", feeds.measure_changes, name="measure-feed"),
    path("healthz", operations.healthz),
    path("readyz", operations.readyz),
    path("metrics", operations.metrics),
    path("", include("publishing.urls")),
    path("check/", include("publishing.checks.urls")),
    path("api/", include("qingdao_portal.api")),
    path("admin/", include("staff.urls")),
    path("admin/", admin.site.urls),
]

handler400 = "qingdao_portal.errors.bad_request"
handler403 = "qingdao_portal.errors.permission_denied"
handler404 = "qingdao_portal.errors.page_not_found"
handler500 = "qingdao_portal.errors.server_error"
