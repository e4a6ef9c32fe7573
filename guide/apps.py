from django.apps import AppConfig
from django.db.models.signals import post_save
from django.utils.translation import gettext_lazy as _


class GuideConfig(AppConfig):
    name = "guide"
    verbose_name = _("指南")

    def ready(self):
        from . import documents, proofreading, search, todo  # noqa: F401 - register what others ask for
        from .provision_reviews import ask_cities

        post_save.connect(ask_cities, sender="publishing.Edition")
