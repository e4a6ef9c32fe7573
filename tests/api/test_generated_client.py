"""A client generated from the committed document, against a live server with the real data."""

import importlib
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.utils import timezone

from partners.keys import make_key
from partners.models import Partner
from tests.api.conftest import OPENAPI_FILE
from tests.staff.signing_in import make_member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("real_portal")]

PACKAGE = "generated_portal_client"


@pytest.fixture(scope="module")
def generated(tmp_path_factory):
    """`generated("api.measures.list_measures")`: a module of the client, made once."""
    directory = tmp_path_factory.mktemp("client")
    programs = Path(sys.executable).parent  # the generator calls ruff
    subprocess.run(
        [
            *(programs / "openapi-python-client", "generate", "--fail-on-warning"),
            *("--meta", "none", "--path", OPENAPI_FILE, "--output-path", directory / PACKAGE),
        ],
        env=os.environ | {"PATH": f"{programs}:{os.environ['PATH']}"},
        capture_output=True,
        check=True,
        timeout=120,
    )
    sys.path.insert(0, str(directory))
    yield lambda name: importlib.import_module(f"{PACKAGE}.{name}")
    sys.path.remove(str(directory))


@pytest.fixture(scope="module")
def client(generated, real_portal):
    with generated("client").Client(base_url=real_portal) as client:
        yield client


@pytest.fixture(scope="module")
def key(real_portal, django_db_blocker):
    """A partner's key, committed as the live server sees it; gone with the data."""
    with django_db_blocker.unblock():
        partner = Partner.objects.create(name="示例合作方")
        day = timezone.localdate()
        return make_key(partner=partner, label="示例", expires_on=day, by=make_member())[1]


LISTS = [
    *("measures", "projects", "zones"),
    *("domains", "scenarios", "cities", "counties", "hotlines", "programmes"),
]


@pytest.mark.parametrize("name", LISTS)
def test_lists_are_read_into_typed_objects_without_loss(generated, client, name):
    tag = name if name in LISTS[:3] else "reference"
    answer = generated(f"api.{tag}.list_{name}").sync_detailed(client=client, page_size=100)
    assert answer.status_code == 200
    assert answer.parsed.results
    again = [item.to_dict() for item in answer.parsed.results]
    assert (
        again == client.get_httpx_client().get(f"/api/v1/{name}/?page_size=100").json()["results"]
    )


def test_the_change_feed_is_followed_to_its_end(generated, client):
    read = generated("api.changes.list_changes").sync
    seen, after = [], 0
    while True:
        page = read(client=client, after=after, limit=15)
        seen += [change.sequence for change in page.results]
        after = page.next_after
        if page.next_ is None:
            break
    assert seen == list(range(1, len(seen) + 1))
    assert len(seen) == 40


def test_items_history_and_search_are_read(generated, client):
    item = generated("api.measures.get_measure").sync("medical-years", client=client)
    assert (item.slug, item.edition) == ("medical-years", 1)
    history = generated("api.measures.list_measure_editions").sync("medical-years", client=client)
    assert [line.edition for line in history.results] == [1]
    found = generated("api.search.search").sync(client=client, q="公积金")
    assert found.results[0].title


def test_errors_are_typed(generated, client):
    missing = generated("api.zones.get_zone").sync("nothing", client=client)
    assert (type(missing).__name__, missing.status) == ("Problem", 404)
    refused = generated("api.measures.list_measures").sync(client=client, city="atlantis")
    assert type(refused).__name__ == "BadRequestProblem"
    assert refused.errors[0].parameter == "city"


def test_a_key_is_sent_and_a_wrong_one_refused(generated, real_portal, key):
    authenticated = generated("client").AuthenticatedClient
    read = generated("api.root.get_root").sync_detailed
    with authenticated(base_url=real_portal, token=key) as partner:
        answer = read(client=partner)
    assert answer.parsed.links
    assert "partner" in answer.headers["RateLimit-Policy"]
    with authenticated(base_url=real_portal, token="qp_example") as stranger:
        refused = read(client=stranger)
    assert (refused.status_code, type(refused.parsed).__name__) == (401, "Problem")
