from django.apps import AppConfig
from django.db.models.signals import post_save
from django.utils.translation import gettext_lazy as _


class PublishingConfig(AppConfig):
    name = "publishing"
    verbose_name = _("发布")

    def ready(self):
        from publishing.checks.services import revoke_links_of_withdrawn
        from publishing.models import Edition
        from publishing.tasks import see_to_plans
        from qingdao_portal import clock, log_filter

        log_filter.hide("/check/")
        clock.was_set.connect(see_to_plans)
        post_save.connect(revoke_links_of_withdrawn, sender=Edition)
