"""Where an entry stands between its working copy and what the public reads."""

from django.db.models import Case, Exists, F, OuterRef, Subquery, TextChoices, Value, When
from django.db.models.fields.json import KeyTransform
from django.db.models.functions import JSONObject
from django.utils.translation import gettext_lazy as _

from publishing import registry
from publishing.models import Edition


class State(TextChoices):
    DRAFT = "draft", _("草稿,未发布")
    PUBLISHED = "published", _("已发布")
    CHANGED = "changed", _("有未发布的修改")
    WITHDRAWN = "withdrawn", _("已撤回")


LIVE = (State.PUBLISHED, State.CHANGED)


def with_state(entries):
    """Annotate a queryset of entries with `state` and with what the list shows of `edition`.

    `edition` is None or a dict with the number and what the public path needs; `edition_at` is
    when the public side last changed. A minor edition without a note was made by a quoted row,
    not from the entry's rows: edits before it are still unpublished.
    """
    editions = Edition.objects.filter(kind=entries.model.kind, entry_id=OuterRef("pk"))
    newest = editions.newest()
    own = editions.exclude(event=Edition.Event.MINOR, note="").order_by("-number")
    shown = JSONObject(number="number", slug="slug", year=KeyTransform("year", "document"))
    return entries.annotate(
        edition=Subquery(newest.values(shown=shown)),
        edition_at=Subquery(newest.values("published_at")),
        edition_event=Subquery(newest.values("event")),
        own_edition_at=Subquery(own.values("published_at")[:1]),
        state=Case(
            When(edition_event=None, then=Value(State.DRAFT)),
            When(edition_event=Edition.Event.WITHDRAWN, then=Value(State.WITHDRAWN)),
            When(changed_at__gt=F("own_edition_at"), then=Value(State.CHANGED)),
            default=Value(State.PUBLISHED),
        ),
    )


def only_live(entries):
    """Narrow a queryset of entries to those that are public now."""
    live = Edition.objects.current().filter(kind=entries.model.kind, entry_id=OuterRef("pk"))
    return entries.filter(Exists(live))


def is_live(entry):
    """Whether an entry from `with_state` is public now."""
    return entry.state in LIVE


def public_path(entry):
    """The path at which the public reads an entry from `with_state`, '' where it does not.

    The slug is the published one: staff may have changed the entry's since.
    """
    if not is_live(entry):
        return ""
    return registry.kind_of(entry).path(entry.edition)


def note_nothing_to_publish(entry):
    """Count the entry as published after `publish` found its document unchanged.

    Staff's own notes are not public, so saving them leaves nothing to publish. An edit made
    since the entry was loaded is kept as unpublished.
    """
    entries = type(entry).objects.filter(pk=entry.pk, changed_at=entry.changed_at)
    entries.update(changed_at=entry.own_edition_at)
