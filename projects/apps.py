from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProjectsConfig(AppConfig):
    name = "projects"
    verbose_name = _("十大实事")

    def ready(self):
        from . import documents, proofreading, search  # noqa: F401 - register what others ask for
