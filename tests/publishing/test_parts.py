"""Finding and replacing quoted parts inside documents."""

import uuid

from hypothesis import given
from hypothesis import strategies as st

from publishing.parts import referenced_ids, replace_part

OWN, PART, OTHER = (str(uuid.UUID(int=n)) for n in (1, 2, 3))


def test_the_own_id_is_no_reference():
    document = {"id": OWN, "city": {"id": PART}, "self": [{"id": OWN}]}
    assert referenced_ids(document) == [uuid.UUID(PART)]


def test_references_are_found_at_any_depth_and_once():
    document = {"id": OWN, "a": [{"b": {"id": PART, "c": {"id": OTHER}}}, {"id": PART}]}
    assert referenced_ids(document) == [uuid.UUID(PART), uuid.UUID(OTHER)]


def test_a_removed_part_leaves_its_list_or_becomes_null():
    document = {"id": OWN, "list": [{"id": PART}, {"id": OTHER}], "one": {"id": PART}}
    assert replace_part(document, PART, None) == {"id": OWN, "list": [{"id": OTHER}], "one": None}


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(values)
def test_a_document_without_the_part_stays_as_it_was(value):
    document = {"id": OWN, "value": value}
    assert replace_part(document, PART, {"id": PART, "name": "新"}) == document


@given(values)
def test_replacing_touches_the_part_and_nothing_else(value):
    document = {"id": OWN, "value": value, "part": {"id": PART, "name": "旧"}}
    replaced = replace_part(document, PART, {"id": PART, "name": "新"})
    assert replaced == {"id": OWN, "value": value, "part": {"id": PART, "name": "新"}}
    assert document["part"]["name"] == "旧"
