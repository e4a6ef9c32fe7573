"""Find: one SQL statement over the postings ranks, counts facets and gives a page of results."""

import json
from typing import NamedTuple

from qingdao_portal.first_query import fetch_first
from qingdao_portal.replica import reading_connection
from search.reading import CHARACTER, Query
from search.registry import SUMMARY

PAGE_SIZE = 10
MAX_PAGE = 1000
FACETS = ("kind", "domain", "city", "scenario")

MOST_READ = 100  # postings of one term, the most telling ones
# The postings of all terms; a way counts where each of its terms is; of several ways the best; a
# rarer concept counts more; a document that covers more of the query comes first, and what it says
# in passing it covers in part. Of a term that is nearly everywhere, the documents in which it tells
# most are looked at, and it counts as common as it is. One character beside words finds nothing.
_FIND = """
WITH wanted AS (
    SELECT * FROM unnest(%(concepts)s::int[], %(ways)s::int[], %(terms)s::text[],
        %(factors)s::real[], %(sizes)s::int[], %(shares)s::real[])
        AS w(concept, way, term, factor, size, share)
), known AS (
    SELECT text, number FROM search_tally
    WHERE kind = 't' AND text IN (SELECT term FROM wanted)
), documents AS (
    SELECT greatest(number, 1) AS number FROM search_tally WHERE kind = 'd'
), read AS (
    SELECT term, posting.* FROM (SELECT DISTINCT term FROM wanted) AS term, LATERAL (
        SELECT document_id, weight FROM search_posting AS p WHERE p.term = term.term
        ORDER BY weight DESC, document_id LIMIT %(most_read)s
    ) AS posting
), common AS (
    SELECT concept, max(number) AS number FROM (
        SELECT concept, way, min(coalesce(known.number, 0)) AS number
        FROM wanted LEFT JOIN known ON text = term GROUP BY concept, way
    ) AS way WHERE number > %(most_read)s GROUP BY concept
), way AS (
    SELECT concept, way, document_id, factor * avg(read.weight) AS score
    FROM wanted AS w JOIN read USING (term)
    GROUP BY concept, way, document_id, factor, size HAVING count(*) = size
), concept AS (
    SELECT concept, document_id, max(score) AS score FROM way GROUP BY concept, document_id
), rarity AS (
    SELECT concept, max(share.share) AS share, max(share.share) * ln(1 + max(documents.number)::real
        / greatest(count(*), coalesce(max(common.number), 0))) AS rarity
    FROM concept JOIN (SELECT DISTINCT concept, share FROM wanted) AS share USING (concept)
    LEFT JOIN common USING (concept), documents GROUP BY concept
), covered AS (
    SELECT document_id, sum(score * rarity) AS score,
        sum(rarity * least(score / %(in_full)s, 1)) / (SELECT sum(rarity) FROM rarity)
            AS coverage
    FROM concept JOIN rarity USING (concept)
    GROUP BY document_id HAVING max(share) > %(hint)s::real OR count(*) > 1
), best AS (
    SELECT max(coverage) AS coverage, max(score * coverage) AS score FROM covered
), found AS MATERIALIZED (
    SELECT document.id, document.facets, document.position,
        document.title_key = %(title)s AS is_title,
        covered.score * covered.coverage
            * (%(kind_factors)s::jsonb ->> document.kind)::real AS score
    FROM covered JOIN search_document AS document ON document.id = document_id, best
    WHERE covered.coverage >= best.coverage * %(least_coverage)s
        AND covered.score * covered.coverage >= best.score * %(least_score)s
), chosen AS (
    SELECT * FROM found WHERE facets @> %(filters)s::varchar[]
), counted AS (
    SELECT facet, count(*) AS number FROM found, unnest(facets) AS facet
    WHERE %(filters)s::varchar[] = '{}' OR facets @> CASE split_part(facet, ':', 1) {cases} END
    GROUP BY facet
), page AS (
    SELECT id, row_number() OVER (ORDER BY is_title DESC, score DESC, position, id) AS place
    FROM chosen ORDER BY place LIMIT %(limit)s OFFSET %(offset)s
)
SELECT (SELECT count(*) FROM chosen),
    EXISTS (SELECT FROM known WHERE number > %(most_read)s),
    (SELECT json_object_agg(facet, number) FROM counted),
    (SELECT json_agg(json_build_object('kind', kind, 'id', item_id, 'slug', slug, 'title', title,
        'url', url, 'text', text, 'domain', domain, 'cities', cities,
        'translations', translations) ORDER BY place)
     FROM page JOIN search_document USING (id))
"""
_CASES = " ".join(f"WHEN '{name}' THEN %(but_{name})s::varchar[]" for name in FACETS)
FIND = _FIND.replace("{cases}", _CASES)
KIND_FACTORS = {
    "measure": 1.0,
    "question": 0.86,
    "project": 0.88,
    "zone": 0.88,
    "hotline": 0.8,
    "office": 0.8,
}
# Asked for by name, they are what is wanted.
ASKED_FOR = {
    "hotline": ("电话", "热线", "号码", "客服", "哪个号", "什么号", "啥号"),
    "office": ("地址", "窗口", "地点", "网点"),
    "zone": ("合作区", "县域", "毗邻"),
    "project": ("项目", "实事", "进展"),
}
ASKED_FACTOR = 1.8
# Of the best document's: what falls behind is more a nuisance than a result.
LEAST_COVERAGE, LEAST_SCORE = 0.45, 0.35


class Found(NamedTuple):
    """One page of `total` results. `facets`: facet -> number, as if its own group were open.

    `is_part`: there may be more, as of a common word only a part was read.
    """

    total: int
    is_part: bool
    facets: dict
    results: list


def find(query: Query, *, filters=(), page=1, page_size=PAGE_SIZE):
    """The page of what matches. `filters`: facets such as `kind:measure`.

    One query, none where there is nothing to look for.
    """
    if not query.concepts:
        return Found(0, False, {}, [])
    parameters = parameters_of(query, filters, page, page_size)
    ((total, is_part, facets, results),) = fetch_first(reading_connection(), FIND, parameters)
    return Found(total, is_part, _as_json(facets) or {}, _as_json(results) or [])


def parameters_of(query, filters, page, page_size):
    rows = [
        (number, way_number, term, way.factor, len(way.terms), concept.share)
        for number, concept in enumerate(query.concepts)
        for way_number, way in enumerate(concept.alternatives)
        for term in way.terms
    ]
    but = {
        f"but_{name}": [facet for facet in filters if not facet.startswith(f"{name}:")]
        for name in FACETS
    }
    columns = ("concepts", "ways", "terms", "factors", "sizes", "shares")
    return (
        dict(zip(columns, map(list, zip(*rows, strict=True)), strict=True))
        | but
        | {
            "most_read": MOST_READ,
            "in_full": SUMMARY,
            "hint": CHARACTER,
            "title": query.title_key,
            "kind_factors": json.dumps(_kind_factors(query)),
            "least_coverage": LEAST_COVERAGE,
            "least_score": LEAST_SCORE,
            "filters": list(filters),
            "limit": page_size,
            "offset": (page - 1) * page_size,
        }
    )


def _kind_factors(query):
    asked = {kind for kind, words in ASKED_FOR.items() if any(w in query.text for w in words)}
    return {
        kind: factor * (ASKED_FACTOR if kind in asked else 1)
        for kind, factor in KIND_FACTORS.items()
    }


def _as_json(value):
    return json.loads(value) if isinstance(value, str) else value
