from django.apps import AppConfig
from django.db.models.signals import post_save
from django.utils.translation import gettext_lazy as _


class PublishingConfig(AppConfig):
    name = "publishing"
    verbose_name = _("发布")

    def ready(self):
        from publishing.checks import log_filter
        from publishing.checks.services import revoke_links_of_withdrawn
        from publishing.models import Edition

        log_filter.install()
        post_save.connect(revoke_links_of_withdrawn, sender=Edition)
