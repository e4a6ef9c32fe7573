"""How many documents hold each term and each telling word, kept as documents come and go.

The caller holds the publishing lock, as for all of the index.
"""

from collections import Counter

from django.db import connection

from search.models import Document, Posting, Tally

TERM, WORD = "t", "w"
DOCUMENTS = ("d", "")  # under which all of them are counted

_ADD = """
INSERT INTO search_tally (kind, text, number)
SELECT * FROM unnest(%s::text[], %s::text[], %s::int[])
ON CONFLICT (kind, text) DO UPDATE SET number = search_tally.number + excluded.number
"""
_ANEW = """
DELETE FROM search_tally;
INSERT INTO search_tally (kind, text, number)
    SELECT 't', term, count(*) FROM search_posting GROUP BY term;
INSERT INTO search_tally (kind, text, number)
    SELECT 'w', word, count(*) FROM search_document, unnest(words) AS word GROUP BY word;
INSERT INTO search_tally (kind, text, number) SELECT 'd', '', count(*) FROM search_document
"""


def of_new(documents):
    """What new documents add: `(document, weights, suggestions)` each."""
    counts = Counter({DOCUMENTS: len(documents)})
    for document, weights, _offered in documents:
        counts.update((WORD, word) for word in document.words)
        counts.update((TERM, term) for term in weights)
    return counts


def of_gone(keys):
    """What is to be added, all of it negative, for the documents with these keys being deleted."""
    documents = Document.objects.filter(key__in=keys)
    counts = Counter()
    for words in documents.values_list("words", flat=True):
        counts.subtract((WORD, word) for word in words)
        counts[DOCUMENTS] -= 1
    terms = Posting.objects.filter(document__in=documents).values_list("term", flat=True)
    counts.subtract((TERM, term) for term in terms)
    return counts


def add(counts):
    """Add to the counts. What goes and comes again with the same text changes few of them."""
    counts = sorted((*key, number) for key, number in counts.items() if number)
    if counts:
        with connection.cursor() as cursor:
            cursor.execute(_ADD, list(map(list, zip(*counts, strict=True))))


def count_anew():
    """Make all of it again from the index."""
    with connection.cursor() as cursor:
        cursor.execute(_ANEW)


def words():
    """The telling words of all documents."""
    return Tally.objects.filter(kind=WORD, number__gt=0).values_list("text", flat=True)
