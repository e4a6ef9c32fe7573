from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class UpkeepConfig(AppConfig):
    """What keeps entries true: the to-do, reminders, the link checker."""

    name = "upkeep"
    verbose_name = _("日常维护")

    def ready(self):
        from . import entry_lines, tasks  # noqa: F401 - register lines of the to-do, daily tasks
