"""Measures by the thousand, labelled as examples, to see how the portal grows.

Made from the real entries that are live: their documents are copied in the database, with other
identifiers and titles. Never for a portal that anybody reads.
"""

from dataclasses import dataclass
from itertools import islice

from django.contrib.auth import get_user_model
from django.db import connection, transaction

from guide.models import Measure, Provision
from publishing import services
from publishing.models import Edition, WorkflowEvent
from publishing.rows import WorkflowState
from regions.models import City
from search.index import index_editions
from search.tallies import count_anew

LABEL = "示例"
SLUG = "example-load-"
BATCH = 1000  # measures in one transaction
# By the number in the slug: most are live, some are on their way, some are gone.
STATES = {
    0: WorkflowState.DRAFT,
    1: WorkflowState.SUBMITTED,
    2: WorkflowState.RETURNED,
    3: WorkflowState.APPROVED,
    4: WorkflowState.WITHDRAWN,
}
STATE_CYCLE = 20

# One row per measure and edition, in the order in which they would have been published.
_COPY_EDITIONS = """
WITH template AS (
    SELECT row_number() OVER (ORDER BY id) - 1 AS place, count(*) OVER () AS places, *
    FROM publishing_edition WHERE id = ANY(%(templates)s)
), new AS (
    SELECT measure.id AS entry_id, measure.slug, measure.title, measure.position, number,
        row_number() OVER (ORDER BY number, measure.slug) + %(newest)s AS sequence
    FROM guide_measure AS measure CROSS JOIN generate_series(1, %(editions)s) AS number
    WHERE measure.id = ANY(%(measures)s)
)
INSERT INTO publishing_edition (id, kind, entry_id, slug, number, event, note, document, facets,
    "references", position, published_at, first_published_at, published_by_id, is_current)
SELECT new.sequence, 'measure', new.entry_id,
    new.slug, new.number,
    CASE WHEN new.number = 1 THEN 'published'
         WHEN %(changes)s AND new.number = %(editions)s AND new.position %% %(cycle)s = %(gone)s
         THEN 'withdrawn'
         WHEN %(changes)s AND new.number %% 3 = 0 THEN 'minor' ELSE 'published' END,
    %(label)s || new.number,
    template.document || jsonb_build_object('id', new.entry_id, 'slug', new.slug,
        'title', new.title, 'position', new.position,
        'summary', (template.document ->> 'summary') || %(label)s || new.number),
    template.facets, template."references", new.position,
    now(), now(), %(by)s, new.number = %(editions)s
FROM new JOIN template ON template.place = new.position %% template.places
ORDER BY new.sequence
"""

# In this order; an edition's rows by its sequence, as all after the first one were made here.
_REMOVE = """
DELETE FROM search_posting USING search_document AS document
    WHERE document_id = document.id AND slug LIKE %(slugs)s;
DELETE FROM search_suggestion USING search_document AS document
    WHERE document_id = document.id AND slug LIKE %(slugs)s;
DELETE FROM search_document WHERE slug LIKE %(slugs)s;
DELETE FROM publishing_workflowevent USING guide_measure AS measure
    WHERE entry_id = measure.id AND slug LIKE %(slugs)s;
DELETE FROM publishing_listing WHERE edition_id >= %(first)s;
DELETE FROM publishing_announcement WHERE edition_id >= %(first)s;
DELETE FROM publishing_edition WHERE id >= %(first)s
"""


@dataclass(frozen=True)
class Load:
    """How much to make. `changes`: also minor editions and withdrawals, as the years bring them."""

    measures: int
    editions: int
    changes: bool = False

    @property
    def editions_each(self):
        return max(1, self.editions // max(1, self.measures))


def templates():
    """The sequences of the live measures to copy. Raises ValueError where there are none."""
    live = Edition.objects.current().of_kind("measure").exclude(slug__startswith=SLUG)
    found = list(live.order_by("id").values_list("id", flat=True))
    if not found:
        raise ValueError("No measure is live that could be copied.")
    return found


def made_already():
    """How many of these measures are there from earlier runs."""
    return Measure.objects.filter(slug__startswith=SLUG).count()


def make(load, copied):
    """Make what is missing of `load` from `copied`. Yield after each batch how many it made.

    Each batch is one transaction, after which everything fits together: it can be interrupted at
    any time and goes on where it was.
    """
    numbers = iter(range(made_already(), load.measures))
    while batch := list(islice(numbers, BATCH)):
        with transaction.atomic():
            services.lock_publishing()
            _trust_references()
            measures = make_measures(batch, load, copied)
            copy_editions(measures, load, copied)
            services.adopt_editions()
            index_editions(_live(measures))
        yield len(batch)


def remove():
    """Remove all that was made. Yield after each batch how many measures went.

    Raises ValueError where something was published after it: the sequence would have a hole.
    """
    made = Edition.objects.of_kind("measure").filter(slug__startswith=SLUG)
    first = made.order_by("id").values_list("id", flat=True).first()
    if first is None:
        return
    if Edition.objects.filter(id__gte=first).exclude(slug__startswith=SLUG).exists():
        raise ValueError("Something was published after the test data: drop the database.")
    with transaction.atomic():
        services.lock_publishing()
        _trust_references()
        with connection.cursor() as cursor:
            cursor.execute(_REMOVE, {"first": first, "slugs": f"{SLUG}%"})
        services.make_lists_anew()
        count_anew()
        while batch := list(Measure.objects.filter(slug__startswith=SLUG)[:BATCH]):
            Measure.objects.filter(pk__in=[measure.pk for measure in batch]).delete()
            yield len(batch)


def _live(measures):
    return list(Edition.objects.current().filter(entry_id__in=[m.pk for m in measures]))


def tidy():
    """Give the planner its statistics, as the database does by itself some minutes later."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")


def _trust_references():
    """Leave out the check of each reference, of millions that are made from what is there."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT usesuper FROM pg_user WHERE usename = current_user")
        if cursor.fetchone()[0]:
            cursor.execute("SET LOCAL session_replication_role = replica")


def make_measures(numbers, load, copied):
    """Rows as the forms would have left them, with a provision for each city."""
    originals = list(Measure.objects.filter(pk__in=_entries(copied)).order_by("pk"))
    measures = [_copy_of(originals[n % len(originals)], n, _state(n, load)) for n in numbers]
    Measure.objects.bulk_create(measures)
    cities = list(City.objects.all())
    Provision.objects.bulk_create(
        Provision(measure=measure, city=city) for measure in measures for city in cities
    )
    WorkflowEvent.objects.bulk_create(
        WorkflowEvent(
            kind=Measure.kind,
            entry_id=measure.pk,
            action=WorkflowEvent.Action.SUBMITTED,
            comment=LABEL,
            version=measure.version,
        )
        for measure in measures
    )
    return measures


def _entries(copied):
    return Edition.objects.filter(pk__in=copied).values("entry_id")


def _state(number, load):
    state = STATES.get(number % STATE_CYCLE, WorkflowState.PUBLISHED)
    is_gone = state == WorkflowState.WITHDRAWN
    return WorkflowState.PUBLISHED if is_gone and not load.changes else state


def _copy_of(original, number, state):
    return Measure(
        slug=f"{SLUG}{number:07}",
        title=f"{LABEL}{number:07} {original.title}",
        domain_id=original.domain_id,
        summary=original.summary,
        scope=original.scope,
        evidence=original.evidence,
        caveat=LABEL,
        position=1000 + number,
        workflow_state=state,
        approved_version=1 if state == WorkflowState.APPROVED else None,
        last_verified_on=original.last_verified_on,
    )


def copy_editions(measures, load, copied):
    """Give each measure its editions, contiguous in sequence after the newest there is."""
    newest = Edition.objects.order_by("-id").values_list("id", flat=True).first() or 0
    gone = next(n for n, state in STATES.items() if state == WorkflowState.WITHDRAWN)
    with connection.cursor() as cursor:
        cursor.execute(
            _COPY_EDITIONS,
            {
                "templates": copied,
                "measures": [measure.pk for measure in measures],
                "editions": load.editions_each,
                "newest": newest,
                "changes": load.changes,
                "cycle": STATE_CYCLE,
                "gone": gone,
                "label": LABEL,
                "by": _somebody(),
            },
        )


def _somebody():
    return get_user_model().objects.order_by("pk").values_list("pk", flat=True).first()
