"""Complete what a reader has begun to type, and find the words nearest to one without results."""

from qingdao_portal.first_query import fetch_first
from qingdao_portal.replica import reading_connection
from search.lexemes import pairs
from search.reading import SHORTEST_START
from search.registry import KEYWORD, TITLE
from search.texts import compact

MAX_SUGGESTIONS = 8
MAX_START = 40
MAX_NEAREST = 6
MOST_READ = 300  # beginnings that fit
# In the order of the index: in any other, or in none, PostgreSQL may read the whole table for them.
BEGINNING = """
SELECT key, text, weight FROM search_suggestion WHERE key LIKE %(pattern)s
ORDER BY key USING ~<~ LIMIT %(most)s
"""


def suggest(start):
    """Titles and keywords that begin so, or whose pinyin does; likely ones first. One query.

    What is typed in full comes before all that goes on: 医保 for yibao.
    """
    key = compact(start[:MAX_START])
    best = {}
    for found, text, weight in _beginning(key) if key else ():
        likely = (found == key and weight in (TITLE, KEYWORD), weight)  # from its beginning
        best[text] = max(likely, best.get(text, (False, 0)))
    return sorted(sorted(best), key=best.get, reverse=True)[:MAX_SUGGESTIONS]


def _beginning(start):
    """`(key, text, weight)` of what begins so; of very many, the first by their keys."""
    connection = reading_connection()
    pattern = f"{connection.ops.prep_for_like_query(start)}%"
    return fetch_first(connection, BEGINNING, {"pattern": pattern, "most": MOST_READ})


def nearest_words(text, vocabulary):
    """Words of the portal that look or sound nearly like the text; none where none is near."""
    text = compact(text)
    near = [*vocabulary.like_sounding(text), *vocabulary.neighbours(text)] if text else []
    if text.isascii():
        if len(text) >= SHORTEST_START:
            near += [*vocabulary.spelled_from(text), *vocabulary.spelled_near(text)]
        return list(dict.fromkeys(near))[:MAX_NEAREST]
    words = vocabulary.words - {text}
    shares = {word: _share(text, word) for word in words if not word.isascii()}
    alike = sorted((word for word in shares if shares[word]), key=lambda w: (-shares[w], w))
    return list(dict.fromkeys([*near, *alike]))[:MAX_NEAREST]


def _share(text, word):
    """How much of a word the text has, 0-1; 0 without a pair or most of the text's characters."""
    same_pairs, same = {*pairs(text)} & {*pairs(word)}, {*text} & {*word}
    if not same_pairs and 2 * len(same) <= len(text):
        return 0
    return (len(same_pairs) + len(same)) / (2 * len(word))
