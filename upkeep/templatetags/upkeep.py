"""What waits for the user, on the first page; how true an entry still is, on its page."""

from django import template
from django.utils import timezone

from publishing import reviews
from upkeep.calendar import week_for
from upkeep.todo import groups_for

register = template.Library()


@register.inclusion_tag("upkeep/todo.html")
def todo(user):
    """The to-do of this user and the week ahead."""
    return {"groups": groups_for(user), "week": week_for(user)}


@register.inclusion_tag("upkeep/entry_panel.html", takes_context=True)
def entry_panel(context):
    """When the entry on the page is due, what it lacks and which of its links are dead."""
    entry = context["original"]
    due_on = reviews.due_on(entry)
    return {
        "entry": entry,
        "may_verify": context.get("may_verify"),
        "due_on": due_on,
        "is_overdue": due_on <= timezone.localdate(),
    }
