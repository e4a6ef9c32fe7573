"""How an entry would look if it were published now. Nothing here saves anything."""

import json

from django.core.exceptions import FieldDoesNotExist
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone

from publishing import registry
from publishing.models import Edition
from publishing.services import newest_edition


def draft_document(entry):
    """The document of the entry's rows as they are now, as it would come out of an edition."""
    return json.loads(json.dumps(registry.kind_of(entry).build(entry), cls=DjangoJSONEncoder))


def preview_item(entry):
    """What the public page would be given, with the number the edition would get."""
    last = newest_edition(entry)
    now = timezone.now()
    edition = Edition(
        kind=entry.kind,
        entry_id=entry.pk,
        slug=entry.slug,
        number=last.number + 1 if last else 1,
        document=draft_document(entry),
        published_at=now,
        first_published_at=last.first_published_at if last else now,
    )
    return edition.item


def changed_parts(entry):
    """The names of what differs from the newest edition, in the document's order.

    None where nothing was ever published; empty where publishing would change nothing.
    """
    last = newest_edition(entry)
    if last is None:
        return None
    draft = draft_document(entry)
    keys = [key for key in draft if draft[key] != last.document.get(key)]
    return list(dict.fromkeys(str(_name_of(type(entry), key)) for key in keys))


def _name_of(model, key):
    """A key of the document in the words of the form: a field's or a related model's name."""
    for name in (key, key.removesuffix("_html"), key.replace("_limit", "_value")):
        try:
            field = model._meta.get_field(name)
        except FieldDoesNotExist:
            continue
        if field.auto_created:  # the rows of an inline
            return field.related_model._meta.verbose_name_plural
        return field.verbose_name
    return key
