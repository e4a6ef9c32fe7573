from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RegionsConfig(AppConfig):
    name = "regions"
    verbose_name = _("地区")

    def ready(self):
        from . import documents  # noqa: F401 - registers what is published or quoted
