"""The table of background tasks, under a Chinese name."""

from django.utils.translation import gettext_lazy as _
from django_tasks_db.apps import TasksAppConfig


class PortalTasksConfig(TasksAppConfig):
    verbose_name = _("后台任务")
