from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CooperationConfig(AppConfig):
    name = "cooperation"
    verbose_name = _("县域合作")

    def ready(self):
        from . import documents, proofreading, search  # noqa: F401 - register what others ask for
