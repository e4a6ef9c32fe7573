"""The table of background tasks, under a Chinese name; each of them is called by its own."""

from django.utils.translation import gettext_lazy as _
from django_tasks_db.apps import TasksAppConfig


class PortalTasksConfig(TasksAppConfig):
    verbose_name = _("后台任务")

    def ready(self):
        super().ready()
        from django_tasks_db.models import DBTaskResult

        DBTaskResult.add_to_class("__str__", lambda result: result.task_name)
