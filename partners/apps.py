from django.apps import AppConfig
from django.db.models.signals import post_save
from django.utils.translation import gettext_lazy as _


class PartnersConfig(AppConfig):
    """Sites and programs of others that read the API: keys, use, and webhooks."""

    name = "partners"
    verbose_name = _("合作方")

    def ready(self):
        from publishing.models import Edition
        from qingdao_portal import clock, operations

        from . import numbers, tasks

        operations.register_numbers(numbers.Numbers())
        post_save.connect(tasks.wake, sender=Edition)
        clock.was_set.connect(tasks.deliver_soon)
