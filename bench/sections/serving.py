"""Answers that are kept: how near the portal is to a server that does nothing but answer."""

import base64
from pathlib import Path

from bench import fleet
from bench.load import Contender, compare
from bench.processes import running
from bench.report import table
from bench.sections import pages

TITLE = "Answers from the store, against gunicorn and nginx with the same bytes"


def run(bench):
    fleet.prepare()
    paths = pages.paths()
    portal = fleet.the_portal()
    with running([portal]):
        tables = [pages.machine_note(), _through_gunicorn(bench, portal, paths)]
    if not fleet.has_nginx():
        return "\n\n".join([*tables, "nginx: not measured (apt-get install nginx)."])
    return "\n\n".join([*tables, _through_nginx(bench, paths)])


def _through_gunicorn(bench, portal, paths):
    """All pages, and for three of them the answer that nothing has changed."""
    requests = {name: (path, {}) for name, path in paths.items()}
    for name in ("home", "measure", "API list"):
        known = dict(fleet.answer_of(portal.address + paths[name])[1])["ETag"]
        requests[f"{name}, 304"] = paths[name], {"If-None-Match": known}
    answers, contenders = {}, []
    for number, (path, headers) in enumerate(requests.values()):
        answers[f"/{number}"] = fleet.answer_of(portal.address + path, headers.items())
    bare = fleet.bare(answers)
    with running([bare]):
        for number, (name, (path, headers)) in enumerate(requests.items()):
            contenders += [
                Contender(f"{name} bare", bare, f"/{number}", headers),
                Contender(name, portal, path, headers),
            ]
        results = compare(contenders, **bench.turns)
    rows = [
        (
            name,
            results[f"{name} bare"].cpu / results[name].cpu,
            results[name].spread,
            results[f"{name} bare"].spread,
            f"{results[name].cpu * 1e6:.0f}",
            f"{results[name].bytes / 1000:.1f}",
        )
        for name in requests
    ]
    spread = ["p99 / p50", "bare: p99 / p50"]
    header = ["through gunicorn", "of bare gunicorn", *spread, "µs CPU", "kB"]
    return table(header, rows)


def _through_nginx(bench, paths):
    """The page cache of deploy/nginx against a file of the same nginx."""
    portal = fleet.the_portal(TRUST_PROXY="1")
    with running([portal]):
        files = {}
        for name, path in paths.items():
            body = fleet.answer_of(portal.address + path)[2]
            files[_file(name)] = base64.b64decode(body)
        nginx = fleet.behind_nginx(portal, files)
        with running([nginx]):
            contenders = []
            for name, path in paths.items():
                contenders += [
                    Contender(f"{name} file", nginx, f"/static/{_file(name)}"),
                    Contender(name, nginx, path),
                ]
            results = compare(contenders, **bench.turns)
    rows = [
        (
            name,
            results[f"{name} file"].cpu / results[name].cpu,
            results[name].spread,
            results[f"{name} file"].spread,
            f"{results[name].cpu * 1e6:.0f}",
        )
        for name in paths
    ]
    spread = ["p99 / p50", "file: p99 / p50"]
    return table(["through nginx", "of a static file", *spread, "µs CPU"], rows)


def _file(name):
    return Path(name.replace(" ", "-")).with_suffix(".html").name
