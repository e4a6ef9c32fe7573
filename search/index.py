"""Write the index: what an edition or the catalogue lets readers find, and nothing else.

Called in the transaction that publishes, under its lock. Only what differs is written.
"""

import hashlib
import json
from collections import Counter
from dataclasses import asdict
from itertools import islice

from django.db import transaction
from django.db.models import Exists, OuterRef, TextField, Value
from django.db.models.functions import Cast, Concat

from publishing.models import Catalogue, Edition
from search import bulk, tallies
from search.lexemes import LONGEST_TERM, own_words, telling_words, terms, words
from search.models import Document
from search.pinyin import initials, spelled
from search.registry import (
    KEYWORD,
    LABEL,
    SUMMARY,
    TITLE,
    findables_of_catalogue,
    findables_of_edition,
)
from search.texts import compact, runs

FORM = 1  # raise it when the same text gives other rows: `rebuild_search` then renews them
CATALOGUE = "catalogue"
BATCH = 500  # entries that are written together
STARTS = 4  # words of a title at which a suggestion may begin
LONGEST_KEY, LONGEST_SUGGESTION = 120, 120


def follow_edition(sender, instance, created, **kwargs):
    """Signal: an edition was made."""
    if created:
        index_edition(instance)


def follow_catalogue(sender, instance, **kwargs):
    """Signal: the catalogue was saved."""
    if instance.has_new_collections:
        index_catalogue(instance.content)


def index_edition(edition):
    """Make the index say what this newest edition of an entry says."""
    index_editions([edition])


def index_editions(editions):
    """The same for many entries at once."""
    _write(
        {owner_of(e): [] if e.is_withdrawn else findables_of_edition(e) for e in editions},
    )


def index_catalogue(content):
    """Make the index say what the reference lists say."""
    _write({CATALOGUE: findables_of_catalogue(content)})


def is_outdated():
    """Whether an older release made the index, or none did. Asks for one row, not for all."""
    edition = Edition.objects.current().order_by("id").first()
    findables = findables_of_edition(edition) if edition else []
    wanted = {findable.key: digest_of(findable) for findable in findables}
    known = Document.objects.filter(key__in=wanted).values_list("key", "digest")
    return dict(known) != wanted


def owner_of(edition):
    return f"{edition.kind}:{edition.entry_id}"


def rebuild():
    """Bring all of the index up to date. Yield how many owners were looked at, again and again."""
    editions = Edition.objects.current().order_by("id").iterator(chunk_size=BATCH)
    while batch := list(islice(editions, BATCH)):
        index_editions(batch)
        yield len(batch)
    catalogue = Catalogue.objects.first()
    if catalogue:
        index_catalogue(catalogue.content)
        yield 1


def drop_what_is_not_public():
    """Remove what no live edition accounts for. Return how many documents went."""
    owner = Concat("kind", Value(":"), Cast("entry_id", TextField()), output_field=TextField())
    live = Edition.objects.current().annotate(owner=owner).filter(owner=OuterRef("owner"))
    orphans = Document.objects.exclude(owner=CATALOGUE).exclude(Exists(live))
    keys = list(orphans.values_list("key", flat=True))
    for start in range(0, len(keys), BATCH):
        tallies.add(_drop(keys[start : start + BATCH]))
    return len(keys)


def drop_everything():
    """Empty the index."""
    Document.objects.all().delete()
    tallies.count_anew()


def _drop(keys):
    """Delete these documents; return what that adds to the tallies."""
    counts = tallies.of_gone(keys)
    Document.objects.filter(key__in=keys).delete()
    return counts


@transaction.atomic
def _write(owners):
    """Make the index say what `{owner: findables}` says of these owners. Writes what differs."""
    known = {owner: {} for owner in owners}
    rows = Document.objects.filter(owner__in=owners).values_list("owner", "key", "digest")
    for owner, key, digest in rows:
        known[owner][key] = digest
    new, stale = [], []
    for owner, findables in owners.items():
        wanted = {findable.key: (findable, digest_of(findable)) for findable in findables}
        stale += [key for key, old in known[owner].items() if wanted.get(key, ("", ""))[1] != old]
        new += [
            (owner, findable, digest)
            for key, (findable, digest) in wanted.items()
            if known[owner].get(key) != digest
        ]
    counts = _drop(stale) if stale else Counter()
    if new:
        documents = [_rows_of(*row) for row in new]
        bulk.write(documents)
        counts.update(tallies.of_new(documents))
    tallies.add(counts)


def digest_of(findable):
    """Of all that the rows of a findable are made from."""
    made_from = [FORM, own_words(), asdict(findable)]
    text = json.dumps(made_from, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _rows_of(owner, findable, digest):
    document = Document(
        key=findable.key,
        owner=owner,
        digest=digest,
        kind=findable.kind,
        item_id=findable.id,
        slug=findable.slug,
        title=findable.title,
        title_key=compact(findable.title),
        url=findable.url,
        text=findable.text,
        domain=findable.domain,
        cities=list(findable.cities),
        facets=findable.facets,
        words=sorted(_words_of(findable)),
        position=findable.position,
        translations=findable.translations,
    )
    return document, weights_of(findable), suggestions_of(findable)


def weights_of(findable):
    """`{term: weight}`: a term counts with the weightiest place it stands in."""
    weights = {}
    places = [(TITLE, findable.title), *((KEYWORD, text) for text in findable.keywords)]
    for texts in findable.translations.values():
        places += [(TITLE, texts["title"]), (SUMMARY, texts["text"])]
    for weight, text in [*places, *findable.fields]:
        for term in terms(text, characters=weight >= LABEL):
            weights[term] = max(weight, weights.get(term, 0))
    return weights


def _words_of(findable):
    texts = [findable.title, *findable.keywords]
    return {word for text in texts for word in telling_words(text) if len(word) <= LONGEST_TERM}


def suggestions_of(findable):
    """`{(key, text): weight}`: what the reader may begin to type -> what is offered."""
    found = {}
    titles = [findable.title, *(texts["title"] for texts in findable.translations.values())]
    offered = [*((TITLE, t) for t in titles), *((KEYWORD, t) for t in findable.keywords)]
    for weight, text in offered:
        for number, start in enumerate(_starts(text)):
            for key in {start, *_typed(start)}:
                place = key[:LONGEST_KEY], text[:LONGEST_SUGGESTION]
                found[place] = max(weight - number, found.get(place, 0))
    return found


def _starts(text):
    """The text from its beginning, then from its next words on; compact."""
    parts = [part for run, chinese in runs(text) for part in (words(run) if chinese else [run])]
    return ["".join(parts[n:]) for n in range(min(STARTS, len(parts)))]


def _typed(start):
    """The start in pinyin, as far as it is Chinese."""
    run, chinese = runs(start)[0]
    return spelled(run) | initials(run) if chinese and len(run) <= 16 else set()
