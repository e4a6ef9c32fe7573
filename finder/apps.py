from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FinderConfig(AppConfig):
    name = "finder"
    verbose_name = _("帮我找")

    def ready(self):
        from . import documents  # noqa: F401 - registers what the catalogue holds
