"""Background tasks in the staff area: what the package shows, in Chinese, the name first."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from django_tasks_db.admin import DBTaskResultAdmin
from django_tasks_db.models import DBTaskResult

admin.site.unregister(DBTaskResult)


@admin.register(DBTaskResult)
class TaskAdmin(DBTaskResultAdmin):
    list_display = [
        *("name", "status", "enqueued_at", "started_at", "finished_at"),
        *("priority", "queue_name"),
    ]

    def get_readonly_fields(self, request, obj=None):
        names = [*super().get_readonly_fields(request, obj), "number"]
        names.remove("id")
        return names

    @admin.display(description=_("任务"))
    def name(self, result):
        return result.task_name

    @admin.display(description=_("编号"))
    def number(self, result):
        return result.pk

    @admin.display(description=_("出错位置"))
    def formatted_traceback(self, obj):
        return super().formatted_traceback(obj)

    @admin.display(description=_("不早于"))
    def display_run_after(self, obj):
        return super().display_run_after(obj)
