from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SourcesConfig(AppConfig):
    name = "sources"
    verbose_name = _("来源")

    def ready(self):
        from . import documents  # noqa: F401 - registers what is published or quoted
