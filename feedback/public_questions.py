"""Make a public question of an entry from a message: a row of the working copy, not more."""

import uuid

from django.db import transaction

from publishing import registry
from staff import access

_NAMESPACE = uuid.UUID("6f0b6b6c-3f53-4d0c-9f0e-1f6b5a2d7c41")


def entry_of(message):
    """The working row that the message is about, None where it has no questions."""
    kind = registry.kinds.get(message.entry_kind)
    if kind is None or not hasattr(kind.model, "questions"):
        return None
    return kind.model.objects.filter(pk=message.entry_id).first()


def may_make(user, entry):
    """Whether the user may add a question to the entry."""
    model = entry.questions.model
    return access.may_edit(user, entry) and access.may_add(user, model)


@transaction.atomic
def make(*, message, entry, question, answer):
    """Add the question once per message. Return False if it was made before."""
    last = entry.questions.order_by("-position").values_list("position", flat=True).first()
    _row, is_new = entry.questions.get_or_create(
        pk=uuid.uuid5(_NAMESPACE, str(message.pk)),
        defaults={"question": question, "answer": answer, "position": (last or 0) + 1},
    )
    return is_new
