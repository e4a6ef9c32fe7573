"""Complete what a reader has begun to type, and find the words nearest to one without results."""

from search.lexemes import pairs
from search.models import Suggestion
from search.texts import compact

MAX_SUGGESTIONS = 8
MAX_START = 40
MAX_NEAREST = 6
MOST_READ = 300  # beginnings that fit


def suggest(start):
    """Titles and keywords that begin so, or whose pinyin does; likely ones first. One query."""
    key = compact(start[:MAX_START])
    best = {}
    for text, weight in matching(key) if key else ():
        best[text] = max(weight, best.get(text, 0))
    return sorted(best, key=lambda text: (-best[text], text))[:MAX_SUGGESTIONS]


def matching(key):
    """`(text, weight)` whose key begins so, as a queryset; of very many, the first in the index."""
    found = Suggestion.objects.filter(key__startswith=key)
    return found.values_list("text", "weight")[:MOST_READ]


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
