from datetime import timedelta

import pytest

from publishing.catalogue import forget_catalogue
from tests.factories import make_domain, publish_measure


@pytest.fixture
def patient(monkeypatch):
    """Readers here take as long as is asked of them."""
    monkeypatch.setattr("feedback.forms.FASTEST", timedelta(0))


@pytest.fixture
def measure():
    forget_catalogue()  # its rows have other ids in each test
    domain = make_domain(slug="medical", name="示例医疗")
    return publish_measure(slug="example", title="示例举措", domain=domain, cities=["qingdao"])
