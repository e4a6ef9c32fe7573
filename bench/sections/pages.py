"""The addresses that sections ask for, one of each kind."""

from bench import fleet
from bench.processes import cores


def paths():
    """`{name: address}` of the entries that the portal starts with."""
    measure, domain = fleet.a_measure()
    return {
        "home": "/",
        "domain": f"/guide/domains/{domain}/",
        "measure": f"/guide/measures/{measure}/",
        "project year": "/projects/2024/",
        "search": "/search/?q=%E5%8C%BB%E4%BF%9D",
        "API list": "/api/v1/measures/?page_size=28",
        "API detail": f"/api/v1/measures/{measure}/",
        "changes": "/api/v1/changes/",
    }


def machine_note():
    server, load = cores()
    if server == load:
        return "Server and load share the one core that there is."
    return f"Server on core {server[0]}, load on core {load[0]}, PostgreSQL where there is room."
