from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CooperationConfig(AppConfig):
    name = "cooperation"
    verbose_name = _("县域合作")

    def ready(self):
        from . import documents  # noqa: F401 - registers what is published or quoted
