from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PartnersConfig(AppConfig):
    """Sites and programs of others that read the API: their keys and how much they read."""

    name = "partners"
    verbose_name = _("合作方")
