from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GuideConfig(AppConfig):
    name = "guide"
    verbose_name = _("指南")

    def ready(self):
        from . import documents, proofreading  # noqa: F401 - register documents and their checks
