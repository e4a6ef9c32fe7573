"""Searches with as many entries as `make bench` was told to make, and how right they are.

How long they take is measured with the test data; whether they find the right entry, with the
entries that the portal starts with, as its readers do: over HTTP.
"""

import json
from urllib.parse import quote

from bench import portal
from bench.http import Client
from bench.report import median, percentile, table

TITLE = "Search"
MEDIAN_SECONDS, P95_SECONDS = 0.05, 0.1  # at 100,000 editions
PLAIN = portal.ROOT / "var" / "bench-plain"  # without test data
ADDRESSES = {
    "page": "/search/?q={}",
    "page, narrowed": "/search/?city=qingdao&kind=measure&q={}",
    "API": "/api/v1/search/?q={}",
    "suggestions": "/search/suggest/?q={}",
}


def run(bench):
    from tests.search.relevance import cases

    found = cases()
    queries = [query for query, _right in found][:: 10 if bench.is_quick else 2]
    client = Client(bench.address)
    rows = [(name, *_shares(client, address, queries)) for name, address in ADDRESSES.items()]
    times = table(["search", "median / 50 ms", "95 % / 100 ms"], rows)
    return f"{times}\n\n{_hit_rates(found)}"


def _shares(client, address, queries):
    times = [client.times(address.format(quote(query)), 1)[0] for query in queries]
    return median(times) / MEDIAN_SECONDS, percentile(times, 0.95) / P95_SECONDS


def _hit_rates(found):
    """Of the relevance set, how many queries have a right entry among the first results."""
    from tests.search.relevance import name_of

    places = []
    portal.manage(PLAIN, "prepare")
    with portal.running(PLAIN) as address:
        client = Client(address)
        for query, right in found:
            path = f"/api/v1/search/?page_size=3&q={quote(query)}"
            results = json.loads(client.get(path)[1])["results"]
            names = [name_of(result) for result in results]
            places.append(next((n for n, name in enumerate(names, 1) if name in right), 0))
    total = len(places)
    return (
        f"{total} everyday queries: {sum(map(bool, places)) / total:.1%} with a right entry among "
        f"the first three, {places.count(1) / total:.1%} with one as the first."
    )
