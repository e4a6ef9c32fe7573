"""The portal before anything was loaded."""

import pytest

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("address", ["/", "/guide/", "/projects/", "/cooperation/", "/about/"])
def test_an_empty_portal_answers_too(client, address):
    assert client.get(address).status_code == 200
