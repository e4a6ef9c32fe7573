"""A small portal with one of each kind, for attacks that need pages to be there."""

import pytest
from django.core.wsgi import get_wsgi_application
from django.db import connections

from guide.models import Guide
from qingdao_portal.response_store.store import Store
from qingdao_portal.response_store.wsgi import StoredAnswers, site_generation
from tests.admin.conftest import root
from tests.factories import (
    make_cities,
    make_domain,
    make_hotline,
    make_message,
    make_programme,
    make_scenario,
    publish_measure,
    publish_project,
    publish_zone,
)
from tests.response_store.watching import seeing

__all__ = ["root"]


@pytest.fixture
def portal(monkeypatch):
    """The application as gunicorn serves it, the store of answers around it."""
    # At the end of a request Django closes what is in a transaction, as the test is.
    monkeypatch.setattr(connections["default"], "close_if_unusable_or_obsolete", lambda: None)
    watch = seeing(site_generation)
    return StoredAnswers(get_wsgi_application(), Store(10_000_000), watch)


@pytest.fixture(scope="module")
def site(once_per_module):
    """One of each kind, published, and a reader's message. Returns the measure."""
    make_cities()
    Guide.objects.create(name="示例指南", measures_total=28, published_on="2025-04-28")
    make_programme(2024)
    measure = publish_measure(
        slug="example",
        domain=make_domain(slug="medical"),
        scenarios=[make_scenario(slug="seeing-a-doctor")],
        hotlines=[make_hotline()],
        cities=["qingdao"],
    )
    publish_project(slug="example", cities=["qingdao"])
    publish_zone(slug="example")
    make_message(measure, reference="ACDEFHJKMNPRTWX")
    return measure
