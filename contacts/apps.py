from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ContactsConfig(AppConfig):
    name = "contacts"
    verbose_name = _("联系方式")

    def ready(self):
        from . import documents, search  # noqa: F401 - register what others ask for
