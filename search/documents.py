"""The words that staff add, as the catalogue holds them for every query."""

from publishing.registry import register_collection
from search.models import Synonym


def synonym_lists():
    """`{everyday word: words of the entries}`."""
    return dict(Synonym.objects.order_by("word").values_list("word", "means"))


register_collection("synonyms", synonym_lists, empty={})
