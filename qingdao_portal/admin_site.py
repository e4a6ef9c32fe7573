"""The staff area: its name, and the order in which its index lists things."""

from django.contrib.admin.apps import AdminConfig
from django.contrib.admin.sites import AdminSite
from django.utils.translation import gettext_lazy as _

# What staff work on every day comes first; apps not named here come last.
APP_ORDER = [
    *("guide", "projects", "cooperation", "feedback", "finder", "contacts", "regions", "sources"),
    "publishing",
    "upkeep",
    "partners",
    *("staff", "auth", "django_tasks_database"),
]


class PortalAdminSite(AdminSite):
    site_header = _("青岛都市圈同城生活指南 · 工作台")
    site_title = _("工作台")
    index_title = _("编辑和发布")

    def get_urls(self):
        """All but “view on site”: it fails at a malformed id, and nothing leads to it."""
        return [url for url in super().get_urls() if getattr(url, "name", "") != "view_on_site"]

    def get_app_list(self, request, app_label=None):
        """Apps as in `APP_ORDER`, models in the order in which they were registered."""
        registered = list(self._registry)
        apps = super().get_app_list(request, app_label)
        for app in apps:
            app["models"].sort(key=lambda row: registered.index(row["model"]))
        return sorted(apps, key=lambda app: _rank(app["app_label"]))


class PortalAdminConfig(AdminConfig):
    default_site = "qingdao_portal.admin_site.PortalAdminSite"


def _rank(app_label):
    return APP_ORDER.index(app_label) if app_label in APP_ORDER else len(APP_ORDER)
