"""Complete what a reader has begun to type, and find the words nearest to one without results."""

from django.db.models import Max

from search.lexemes import pairs
from search.models import Suggestion
from search.texts import compact

MAX_SUGGESTIONS = 8
MAX_START = 40
MAX_NEAREST = 6
MOST_READ = 1000  # beginnings that fit


def suggest(start):
    """Titles and keywords that begin so, or whose pinyin does; likely ones first. One query."""
    key = compact(start[:MAX_START])
    return list(matching(key)) if key else []


def matching(key):
    """The texts whose key begins so, as a queryset; of very many, the first in the index."""
    first = Suggestion.objects.filter(key__startswith=key).values("pk")[:MOST_READ]
    found = Suggestion.objects.filter(pk__in=first).values("text")
    ranked = found.annotate(best=Max("weight")).order_by("-best", "text")
    return ranked.values_list("text", flat=True)[:MAX_SUGGESTIONS]


def nearest_words(text, vocabulary):
    """Words of the portal that look or sound most like the text; none for none."""
    text = compact(text)
    if not text:
        return []
    near = [*vocabulary.like_sounding(text), *vocabulary.neighbours(text)]
    wanted = {*pairs(text), *text}
    shared = {
        word: len(wanted & {*pairs(word), *word}) / (len(word) + 1) for word in vocabulary.words
    }
    ranked = sorted(
        (word for word, share in shared.items() if share), key=lambda w: (-shared[w], w)
    )
    return list(dict.fromkeys([*near, *ranked]))[:MAX_NEAREST]
