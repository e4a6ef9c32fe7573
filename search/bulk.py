"""Write the rows of many documents at once, as `COPY` takes them."""

import csv
import io

from django.db import connection

from search.models import Document, Posting, Suggestion


def write(documents):
    """Add `(document, weights, suggestions)`, none of which is there yet.

    `weights` is `{term: weight}`, `suggestions` is `{(key, text): weight}`.
    """
    Document.objects.bulk_create(document for document, _weights, _offered in documents)
    postings = [
        (term, document.pk, weight)
        for document, weights, _offered in documents
        for term, weight in weights.items()
    ]
    suggestions = [
        (key, document.pk, text, weight)
        for document, _weights, offered in documents
        for (key, text), weight in offered.items()
    ]
    # In the order of their indexes: what comes together is written together.
    _copy(Posting, ("term", "document_id", "weight"), sorted(postings))
    _copy(Suggestion, ("key", "document_id", "text", "weight"), sorted(suggestions))


def _copy(model, columns, rows):
    file = io.StringIO()
    csv.writer(file, quoting=csv.QUOTE_NONNUMERIC).writerows(rows)  # an empty text is no NULL
    file.seek(0)
    quote = connection.ops.quote_name
    names = ", ".join(map(quote, columns))
    with connection.cursor() as cursor:
        cursor.copy_expert(
            f"COPY {quote(model._meta.db_table)} ({names}) FROM STDIN (FORMAT csv)", file
        )
