"""Which live entries have certain words, for lists that are narrowed by them."""

from django.db.models.expressions import RawSQL

from search.lexemes import pairs
from search.models import Tally
from search.tallies import TERM
from search.texts import runs

MOST_FOUND = 300  # entries, those in which the rarest word tells most
MOST_READ = 2000  # postings of the rarest term

_FIND = """
SELECT document.item_id::uuid FROM (
    SELECT document_id, weight FROM search_posting WHERE term = %s
    ORDER BY weight DESC, document_id LIMIT %s
) AS posting JOIN search_document AS document ON document.id = document_id
WHERE document.kind = %s AND NOT EXISTS (
    SELECT FROM unnest(%s::text[]) AS term WHERE NOT EXISTS (
        SELECT FROM search_posting AS other
        WHERE other.document_id = document.id AND other.term = term.term
    )
)
ORDER BY posting.weight DESC, document.id LIMIT %s
"""


def entries_with(kind, text):
    """A subquery for the identifiers of live entries in which each word of `text` occurs.

    `[]` where none can be. One query, for the rarest word.
    """
    terms = _terms_of(text)
    known = Tally.objects.filter(kind=TERM, text__in=terms, number__gt=0)
    numbers = dict(known.values_list("text", "number"))
    if not terms or numbers.keys() != terms:
        return []
    rarest, *others = sorted(terms, key=lambda term: (numbers[term], term))
    # What readers write is passed beside the statement.
    return RawSQL(_FIND, [rarest, MOST_READ, kind, others, MOST_FOUND])  # noqa: S611


def _terms_of(text):
    """What must all be there: every pair of neighbouring characters, every word of letters."""
    terms = set()
    for run, is_chinese in runs(text):
        terms.update(pairs(run) if is_chinese and len(run) > 1 else [run])
    return terms
