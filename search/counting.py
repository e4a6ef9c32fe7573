"""Count what readers look for: words and numbers, nothing about who asked.

Pages are the same for everybody and may come from a cache, so the count is sent by the page that
shows the results, and once more when a result is followed.
"""

import re

from django.db import connection
from django.utils import timezone

from search.models import WordCount
from search.texts import normalise

MAX_TEXT = 40
MAX_WORDS = 20_000  # different ones; more are somebody's game
MAX_COUNT = 1_000_000
# Numbers of identity cards, phones and accounts have no place in a list that staff read.
_PERSONAL = re.compile(r"[0-9]{7,}|[0-9]{3} ?[0-9]{4} ?[0-9]{4}|@")

_COUNT = """
INSERT INTO search_wordcount AS known (text, searches, results, clicks, last_on)
SELECT %(text)s, %(searches)s, %(results)s, %(clicks)s, %(today)s
WHERE (SELECT reltuples FROM pg_class WHERE oid = 'search_wordcount'::regclass) < %(most)s
    OR EXISTS (SELECT FROM search_wordcount WHERE text = %(text)s)
ON CONFLICT (text) DO UPDATE SET
    searches = least(known.searches + excluded.searches, %(top)s),
    clicks = least(known.clicks + excluded.clicks, %(top)s),
    results = CASE WHEN excluded.searches > 0 THEN excluded.results ELSE known.results END,
    last_on = excluded.last_on
"""


def countable(text):
    """The text as it is counted, '' for what is not: too long, empty, or somebody's number."""
    if _PERSONAL.search(text):
        return ""
    text = normalise(text)
    return text if 0 < len(text) <= MAX_TEXT else ""


def count_search(text, *, results):
    """Somebody saw the results for this text."""
    _count(text, searches=1, results=min(results, MAX_COUNT))


def count_click(text):
    """Somebody followed a result for this text."""
    _count(text, clicks=1)


def _count(text, *, searches=0, results=0, clicks=0):
    text = countable(text)
    if text:
        values = {
            "text": text,
            "searches": searches,
            "results": results,
            "clicks": clicks,
            "today": timezone.localdate(),
            "most": MAX_WORDS,
            "top": MAX_COUNT,
        }
        with connection.cursor() as cursor:
            cursor.execute(_COUNT, values)


def forget(*, before):
    """Drop words that were last looked for before a day. Return how many."""
    return WordCount.objects.filter(last_on__lt=before).delete()[0]
