"""Print projects: status changes as steps, why something is behind."""

from django import template

from projects.board import columns_of

register = template.Library()


@register.filter
def status_steps(changes):
    """`[(status before, change)]` of a document's status changes; '' before the first."""
    befores = ["", *(change["status"] for change in changes or ())]
    return list(zip(befores, changes or (), strict=False))


@register.filter
def of_placement(standings, placement):
    """Those of `standings` whose project is `listed` or `concurrent`."""
    return [found for found in standings if found.project["placement"] == placement]


@register.filter
def board_columns(standings):
    """The columns of a board: `filled` as `[(code, standings)]`, `empty` as codes."""
    filled, empty = columns_of(standings)
    return {"filled": filled, "empty": empty}
