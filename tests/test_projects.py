"""What the document of a project says."""

import pytest

from publishing.services import publish
from tests.factories import make_project

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("value", "printed"), [("237", "237"), ("99.50", "99.5"), ("300", "300")])
def test_a_figure_is_printed_as_it_was_reported(value, printed):
    project = make_project()
    project.indicators.create(name="示例指标", value=value)
    assert publish(entry=project, by=None).document["indicators"][0]["value"] == printed
