"""Answers that are made: the portal without its store, against peers of like content."""

from bench import fleet
from bench.load import Contender, compare
from bench.processes import running
from bench.report import table
from bench.sections import pages

TITLE = "Answers that are made, against Wagtail and plain DRF"
DRF_LIST, DRF_DETAIL = "/measures/", "/measures/{}/"


def run(bench):
    fleet.prepare()
    paths = pages.paths()
    measure, domain = fleet.a_measure()
    wagtail = fleet.Wagtail()
    asked = {
        "Wagtail": f"/{domain}/{measure}/",
        "DRF list": DRF_LIST,
        "DRF detail": DRF_DETAIL.format(measure),
    }
    portal = fleet.the_portal(store=False)
    pages_peer, api_peer = wagtail.server(), fleet.drf()
    peers = {"Wagtail": pages_peer, "DRF list": api_peer, "DRF detail": api_peer}
    with running([portal, pages_peer, api_peer]):
        bare = fleet.bare({"/": fleet.answer_of(portal.address + paths["measure"])})
        with running([bare]):
            contenders = [
                Contender("bare", bare, "/"),
                *(Contender(name, portal, path) for name, path in paths.items()),
                *(Contender(name, peers[name], path) for name, path in asked.items()),
            ]
            results = compare(contenders, **bench.turns)
    facts = {
        **_by_name(paths, fleet.counted(paths.values())),
        **_by_name({"Wagtail": asked["Wagtail"]}, wagtail.counted([asked["Wagtail"]])),
        **_drf_facts(asked),
    }
    return "\n\n".join([pages.machine_note(), _all(results, facts), _against_peers(results)])


def _drf_facts(asked):
    own = {name: path for name, path in asked.items() if name != "Wagtail"}
    return _by_name(own, fleet.counted(own.values(), "bench.peers.drf_settings"))


def _by_name(paths, facts):
    return {name: facts[path] for name, path in paths.items()}


def _all(results, facts):
    rows = [
        (
            name,
            facts[name]["queries"],
            f"{facts[name]['bytes'] / 1000:.1f}",
            results["bare"].cpu / results[name].cpu,
            results[name].spread,
            f"{results[name].cpu * 1e3:.2f}",
        )
        for name in facts
    ]
    return table(["made", "queries", "kB", "of bare gunicorn", "p99 / p50", "ms CPU"], rows)


def _against_peers(results):
    compared = {
        "measure page / Wagtail's content page": ("Wagtail", "measure"),
        "API list of 28 / DRF with nested serializers": ("DRF list", "API list"),
        "API detail / DRF with nested serializers": ("DRF detail", "API detail"),
    }
    rows = [(name, results[peer].cpu / results[own].cpu) for name, (peer, own) in compared.items()]
    return table(["portal / peer", "times as fast"], rows)
