"""The lines of the to-do that count entries and plans."""

from django.db.models import Q
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from publishing import plans, registry
from publishing.models import Schedule
from publishing.queues import Queue, queues
from publishing.queues import register as register_queue
from staff import access
from upkeep.links import dead_links
from upkeep.todo import Line, register

MOST_COUNTED = 100  # of what waits: nobody plans a day by more


def list_address(model, **parameters):
    """The list of a model in the staff area, filtered."""
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
    return f"{reverse(name)}?{urlencode(parameters)}"


def with_dead_links(user, entries, now):
    """Entries with a dead link that the user may mend: in the entry, or in a city's provision."""
    model, found = entries.model, dead_links()
    mine = access.changeable_condition(user, model)
    if hasattr(model, "provisions"):
        urls = {link.url for links in found.values() for link in links}
        provisions = model.provisions.rel.related_model.objects.filter(links__url__in=urls)
        mine |= Q(pk__in=access.changeable(user, provisions).values("measure"))
    return entries.filter(mine, pk__in=list(found))


def waiting_entries(user, now):
    """One line for each queue and kind of entry."""
    for queue in list(queues.values()):
        for kind in registry.kinds.values():
            waiting = queue.narrow(user, kind.model.objects.all(), now)
            # In no order: to sort them, all would be looked at.
            counted = waiting.order_by()[: MOST_COUNTED + 1].count()
            yield Line(
                group=queue.label,
                label=kind.model._meta.verbose_name,
                count=min(counted, MOST_COUNTED),
                url=list_address(kind.model, todo=queue.name),
                is_cut=counted > MOST_COUNTED,
            )


def failed_plans(user, now):
    yield Line(
        group=_("定时未能执行"),
        label=Schedule._meta.verbose_name,
        count=plans.failed(Schedule.objects.all(), user).count(),
        url=list_address(Schedule, todo="failed"),
    )


register_queue(Queue("dead-links", _("有失效链接"), with_dead_links))
register(waiting_entries, order=10)
register(failed_plans, order=20)
