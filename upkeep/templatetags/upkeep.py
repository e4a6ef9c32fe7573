"""What waits for the user, on the first page; how true an entry still is, on its page."""

from django import template
from django.conf import settings
from django.utils import timezone

from publishing import reviews
from publishing.completeness import completeness_of
from publishing.previews import draft_document
from publishing.proofreading import problems_in, problems_of
from staff import access
from upkeep.calendar import week_for
from upkeep.links import dead_links
from upkeep.todo import groups_for

register = template.Library()


@register.inclusion_tag("upkeep/todo.html")
def todo(user):
    """The to-do of this user and the week ahead."""
    return {
        "groups": groups_for(user),
        "week": week_for(user),
        "is_mail_missing": not settings.SENDS_MAIL and access.is_administrator(user),
    }


@register.inclusion_tag("upkeep/entry_panel.html", takes_context=True)
def entry_panel(context):
    """When the entry on the page is due, what it lacks and which of its links are dead."""
    entry = context["original"]
    document = draft_document(entry)
    due_on = reviews.due_on(entry)
    return {
        "may_verify": context.get("may_verify"),
        "due_on": due_on,
        "is_overdue": due_on <= timezone.localdate(),
        "completeness": completeness_of(document),
        "problems": problems_in(document),
        "dead_links": dead_links(entry=entry).get(entry.pk, []),
    }


@register.inclusion_tag("upkeep/_problems.html")
def proofreading(entry):
    """What stands against publishing the entry as its rows are now."""
    return {"problems": problems_of(entry)}
