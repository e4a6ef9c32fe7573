from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ContactsConfig(AppConfig):
    name = "contacts"
    verbose_name = _("联系方式")

    def ready(self):
        from . import documents  # noqa: F401 - registers what is published or quoted
