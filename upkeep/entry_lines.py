"""The lines of the to-do that count entries and plans."""

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from publishing import plans, registry
from publishing.models import Schedule
from publishing.queues import queues
from upkeep.todo import Line, register


def list_address(model, **parameters):
    """The list of a model in the staff area, filtered."""
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
    return f"{reverse(name)}?{urlencode(parameters)}"


def waiting_entries(user, now):
    """One line for each queue and kind of entry."""
    for queue in list(queues.values()):
        for kind in registry.kinds.values():
            yield Line(
                group=queue.label,
                label=kind.model._meta.verbose_name,
                count=queue.narrow(user, kind.model.objects.all(), now).count(),
                url=list_address(kind.model, todo=queue.name),
            )


def failed_plans(user, now):
    yield Line(
        group=_("定时未能执行"),
        label=Schedule._meta.verbose_name,
        count=plans.failed(Schedule.objects.all(), user).count(),
        url=list_address(Schedule, todo="failed"),
    )


register(waiting_entries, order=10)
register(failed_plans, order=20)
