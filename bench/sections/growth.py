"""Every page and list with the entries of today, with 10,000 and with 100,000.

What each costs in CPU, here and in PostgreSQL, as a ratio to what it costs with the entries of
today, beside how much more it says then; all three data sets are measured in turns. The first run
makes them, which takes long.
"""

import json
import subprocess
import sys
from urllib.parse import quote

from bench import portal
from bench.report import median, table

TITLE = "Growth"
IS_LONG = True  # run only where it is named
SIZES = {"28": None, "10,000": (10_000, 100_000), "100,000": (100_000, 1_000_000)}
ROUNDS, REQUESTS = 3, 30
FLAT = 1.3
PUBLISHED_SECONDS = 0.05
PAGES = {
    "home": "/",
    "guide": "/guide/",
    "guide, deep": "/guide/?at={deep}",
    "domain": "/guide/domains/medical/",
    "scenario": "/guide/scenarios/seeing-a-doctor/",
    "city": "/cities/qingdao/",
    "measure": "/guide/measures/{slug}/",
    "measure in a city": "/guide/measures/{slug}/qingdao/",
    "history": "/guide/measures/{slug}/history/",
    "comparison": "/guide/compare/",
    "comparison, narrowed": "/guide/compare/?domain=medical&differences=1",
    "site map": "/sitemap/",
    "finder": "/guide/finder/",
    "projects of a year": "/projects/2024/",
    "zones": "/cooperation/",
    "search": f"/search/?q={quote('医保')}",
    "search, several words": f"/search/?q={quote('公积金异地贷款')}",
    "suggestions": f"/search/suggest/?q={quote('公积')}",
    "feed": "/feeds/changes.atom",
    "feed of a domain": "/feeds/domains/medical.atom",
    "feed of a city": "/feeds/cities/rizhao.atom",
    "API: measures": "/api/v1/measures/",
    "API: deep": "/api/v1/measures/?cursor={deep}",
    "API: filters": "/api/v1/measures/?domain=medical&city=qingdao&scenario=seeing-a-doctor",
    "API: words": f"/api/v1/measures/?q={quote('医保')}",
    "API: by title": "/api/v1/measures/?ordering=title",
    "API: newest of a domain": "/api/v1/measures/?domain=medical&ordering=-updated_at",
    "API: measure": "/api/v1/measures/{slug}/",
    "API: changes": "/api/v1/changes/?after={sequence}&limit=20",
    "API: search": f"/api/v1/search/?q={quote('医保')}",
    "staff: first screen": "/admin/",
    "staff: measures": "/admin/guide/measure/",
    "staff: measures, a state": "/admin/guide/measure/?workflow_state__exact=submitted",
    "staff: one measure": "/admin/guide/measure/{pk}/change/",
    "staff: provisions": "/admin/guide/provision/",
    "staff: editions": "/admin/publishing/edition/",
    "staff: log": "/admin/staff/auditentry/",
}


def run(bench):
    folders = {name: _data(name, size) for name, size in SIZES.items()}
    found = {name: [] for name in folders}
    for _ in range(1 if bench.is_quick else ROUNDS):
        for name, folder in folders.items():
            found[name].append(_probe(folder, bench.requests(REQUESTS)))
    rows = [_row(page, found) for page in [*PAGES, "publishing"]]
    grown = [name for name, _first, cpu, size, *_blocks in rows if cpu > FLAT * max(size, 1)]
    header = [
        "page",
        *(f"{size} / 28" for size in list(SIZES)[1:]),
        "bytes, 100,000 / 28",
        *(f"blocks, {s}" for s in SIZES),
    ]
    published = [
        (size, median([r["publishing"][-1] for r in rounds]) / PUBLISHED_SECONDS)
        for size, rounds in found.items()
    ]
    return "\n\n".join(
        [
            table(header, rows),
            f"More than {FLAT} times what its bytes grew: {', '.join(grown) or 'none'}.",
            table(["publishing one of", "share of 50 ms"], published),
        ]
    )


def _row(page, found):
    cpu = {size: median([sum(r[page][:2]) for r in rounds]) for size, rounds in found.items()}
    blocks = [round(median([r[page][2] for r in rounds])) for rounds in found.values()]
    sizes = [rounds[0][page][3] for rounds in found.values()]
    first, *others = cpu.values()
    return (page, *(value / first for value in others), sizes[-1] / sizes[0], *blocks)


def _data(name, size):
    """The folder of a data set, made if it is not there yet."""
    folder = portal.ROOT / "var" / f"bench-{name.replace(',', '')}"
    portal.manage(folder, "prepare")
    if size:
        measures, editions = size
        options = (f"--measures={measures}", f"--editions={editions}", "--changes")
        portal.manage(folder, "make_load", *options, DEBUG="1")
    return folder


def _probe(folder, requests):
    command = [sys.executable, "-m", "bench.probe", str(requests)]
    done = subprocess.run(
        command,
        cwd=portal.ROOT,
        env=portal.environment(folder),
        input=json.dumps(PAGES),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    return json.loads(done.stdout)
