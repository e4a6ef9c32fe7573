"""Generated requests to every operation: each answer is as the OpenAPI document says.

Schemathesis makes valid and invalid input from the document itself and runs all of its checks,
among them: no server error, only documented statuses, types and shapes, invalid input refused,
valid input accepted, undocumented methods answered 405.
"""

import json
from pathlib import Path

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, settings

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("real_data", "kept_connection")]

ROOT = Path(__file__).parent.parent.parent
# Where the slugs come from that a parameter of this name, or a path of this list, takes.
SLUGS = {
    "domain": "guide.domain",
    "scenario": "guide.scenario",
    "city": "regions.city",
    "measures": "guide.measure",
    "domains": "guide.domain",
    "scenarios": "guide.scenario",
    "cities": "regions.city",
    "hotlines": "contacts.hotline",
    "projects": "projects.project",
    "zones": "cooperation.zone",
}


def document_with_known_slugs():
    """The committed document, with the slugs of the data that no document can know."""
    document = json.loads((ROOT / "docs/api/openapi.json").read_text("utf-8"))
    for path, operations in document["paths"].items():
        for parameter in operations["get"].get("parameters", []):
            name = path.split("/")[3] if parameter["name"] == "slug" else parameter["name"]
            if name in SLUGS:
                parameter["schema"] = {"type": "string", "enum": slugs_of(SLUGS[name])}
    return document


def slugs_of(model):
    rows = json.loads((ROOT / f"fixtures/{model.split('.')[0]}.json").read_text("utf-8"))
    return [row["fields"]["slug"] for row in rows if row["model"] == model]


@pytest.fixture(scope="module")
def kept_connection():
    """Let requests use the test's connection and transaction, as Django's test client does."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


schema = schemathesis.openapi.from_dict(document_with_known_slugs())
# Not what gunicorn serves: the thread around that looks at the database by a connection of its own.
schema.app = get_wsgi_application()
schema.config.checks.negative_data_rejection.expected_statuses = ["400", "404", "405", "406", "414"]


@schema.parametrize()
@settings(
    max_examples=25,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
def test_every_answer_is_as_the_openapi_document_says(case):
    # Over WSGI nobody takes the compression off.
    case.call_and_validate(headers={"Accept-Encoding": "identity"})
