from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FeedbackConfig(AppConfig):
    """What readers report and ask, and what staff answer."""

    name = "feedback"
    verbose_name = _("读者反馈")

    def ready(self):
        from qingdao_portal import log_filter

        from . import tasks, todo  # noqa: F401 - register the daily task, lines of the to-do

        log_filter.hide("/feedback/state/")
