"""What goes live and what goes off in the days ahead."""

from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from django.urls import reverse
from django.utils import timezone

from publishing import plans, registry
from publishing.models import Schedule
from upkeep.entry_lines import list_address


@dataclass(frozen=True)
class Planned:
    """Something that the worker will do."""

    at: datetime
    act: str
    label: str
    title: str
    url: str

    @property
    def day(self) -> date:
        return timezone.localdate(self.at)


@dataclass(frozen=True)
class Week:
    """What is planned, by day: `days` is `[(date, [Planned, …]), …]`."""

    count: int
    url: str
    days: list


def week_for(user, now=None):
    """What is planned for today and the six days after, None for who may not look at plans."""
    if not user.has_perm("publishing.view_schedule"):
        return None
    planned = list(_planned(now or timezone.now()))
    days = [(day, list(items)) for day, items in groupby(planned, lambda item: item.day)]
    return Week(count=len(planned), url=list_address(Schedule, todo="week"), days=days)


def _planned(now):
    """In order of time; one query for the plans and one for each kind of entry."""
    waiting = list(plans.coming(Schedule.objects.all(), now))
    titles = {}
    for kind in registry.kinds.values():
        ids = [plan.entry_id for plan in waiting if plan.kind == kind.name]
        titles |= dict(kind.model.objects.filter(pk__in=ids).values_list("pk", "title"))
    for plan in waiting:
        options = registry.kinds[plan.kind].model._meta
        page = f"admin:{options.app_label}_{options.model_name}_change"
        yield Planned(
            at=plan.due_at,
            act=plan.act,
            label=plan.get_act_display(),
            title=titles.get(plan.entry_id, ""),
            url=reverse(page, args=[plan.entry_id]) if plan.entry_id in titles else "",
        )
