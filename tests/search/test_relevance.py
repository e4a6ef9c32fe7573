"""Residents find the right entry with their own words."""

import pytest

from search.finding import find
from search.models import Synonym
from search.reading import read
from tests.search.relevance import FILE, cases, outcomes, rates

FIRST_THREE, FIRST = 0.95, 0.80


@pytest.mark.usefixtures("real_data")
def test_everyday_queries_have_a_right_entry_among_the_first_three(vocabulary):
    found = outcomes()
    among_three, first = rates(found)
    missed = [(o.query, o.found) for o in found if not o.place]
    assert among_three >= FIRST_THREE, missed
    assert first >= FIRST, [(o.query, o.place, o.found) for o in found if o.place != 1]


@pytest.mark.usefixtures("real_data")
def test_each_synonym_that_the_portal_starts_with_leads_to_something(vocabulary):
    words = Synonym.objects.values_list("word", flat=True)
    vain = [w for w in words if not find(read(w, vocabulary)).total]
    assert vain == []


def test_the_set_is_large_and_names_each_query_once():
    queries = [query for query, right in cases(FILE) if right]
    assert len(queries) >= 150
    assert len(queries) == len(set(queries))
