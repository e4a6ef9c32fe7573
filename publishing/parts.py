"""Find and replace the quoted parts inside a document (plain JSON values)."""

from uuid import UUID

_REMOVED = object()


def referenced_ids(document):
    """The UUIDs of all rows embedded in `document`, the document's own excluded."""
    found = set()
    for value in document.values():
        _collect_ids(value, found)
    return sorted(found - {UUID(document["id"])})


def _collect_ids(value, found):
    if isinstance(value, dict):
        if "id" in value:
            found.add(UUID(value["id"]))
        for item in value.values():
            _collect_ids(item, found)
    elif isinstance(value, list):
        for item in value:
            _collect_ids(item, found)


def replace_part(document, part_id, part):
    """`document` with each embedded dict of that `id` replaced by `part`.

    A `part` of None removes the dict: from a list the element, elsewhere the value becomes None.
    Nothing else of the document changes, and the argument is left as it was.
    """
    return {key: _replace_value(value, str(part_id), part) for key, value in document.items()}


def _replace_value(value, part_id, part):
    replaced = _replace(value, part_id, part)
    return None if replaced is _REMOVED else replaced


def _replace(value, part_id, part):
    if isinstance(value, dict):
        if value.get("id") == part_id:
            return _REMOVED if part is None else part
        return {key: _replace_value(item, part_id, part) for key, item in value.items()}
    if isinstance(value, list):
        items = (_replace(item, part_id, part) for item in value)
        return [item for item in items if item is not _REMOVED]
    return value
