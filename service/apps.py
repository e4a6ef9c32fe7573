from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ServiceConfig(AppConfig):
    """What keeps the portal in service; it has no tables."""

    name = "service"
    verbose_name = _("运行维护")

    def ready(self):
        from qingdao_portal import operations

        from . import (
            numbers,
            replica_numbers,
            sentry,
            tasks,  # noqa: F401 - the mirror follows publications
        )

        operations.register_numbers(numbers.Numbers())
        operations.register_check(numbers.warnings)
        operations.register_numbers(replica_numbers.ReplicaNumbers())
        operations.register_check(replica_numbers.warnings)
        sentry.start()
