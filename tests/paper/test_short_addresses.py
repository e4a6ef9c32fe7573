"""What is printed stays true: short addresses, QR codes, leaflets."""

import re

import pytest

from publishing.templatetags.paper import qr_code
from tests.factories import publish, publish_measure, publish_project, publish_zone, withdraw

pytestmark = pytest.mark.django_db


def test_each_kind_has_its_letter(client):
    publish_measure(slug="example")
    publish_project(slug="example")
    publish_zone(slug="example")
    for short, page in {
        "/m/example": "/guide/measures/example/",
        "/p/example": "/projects/2024/example/",
        "/z/example": "/cooperation/example/",
    }.items():
        response = client.get(short)
        assert (response.status_code, response["Location"]) == (301, page)


def test_a_printed_address_outlives_renaming_and_withdrawal(client):
    measure = publish_measure(slug="example")
    measure.slug = "example-2"
    measure.save()
    publish(measure)
    assert client.get("/m/example")["Location"] == "/guide/measures/example-2/"
    withdraw(measure, reason="示例撤回原因")
    response = client.get("/m/example", follow=True)
    assert response.status_code == 410
    assert "示例撤回原因" in response.content.decode()


@pytest.mark.parametrize("address", ["/m/nothing", "/x/example", "/M/example", "/m/", "/m/a/b"])
def test_what_is_not_there_is_404(client, address):
    publish_measure(slug="example")
    assert client.get(address).status_code == 404


@pytest.mark.parametrize(
    ("page", "printed"),
    [
        ("/guide/measures/example/?start=2026-03-02&from=yantai", "/m/example"),
        ("/guide/measures/example/qingdao/?start=2026-03-02", "/guide/measures/example/qingdao/"),
        ("/projects/2024/example/", "/p/example"),
        ("/cooperation/example/", "/z/example"),
    ],
)
def test_each_leaflet_carries_its_code_and_the_address_in_letters(client, settings, page, printed):
    """Nothing of the reader's own is in them: whoever scans it starts afresh."""
    settings.PORTAL_URL = "https://portal.example"
    publish_measure(slug="example")
    publish_project(slug="example")
    publish_zone(slug="example")
    text = client.get(page).content.decode()
    assert qr_code(f"https://portal.example{printed}") in text
    address = re.search(r'<p class="pass-on__address"><a href="([^"]*)"[^>]*>([^<]*)<', text)
    assert address[1] == f"https://portal.example{printed}"
    assert address[2] == f"portal.example{printed}"


def test_a_code_says_in_words_that_it_is_one():
    svg = qr_code('https://portal.example/m/a"><script>')
    assert svg.startswith('<svg class="qr" role="img" aria-label="二维码')
    assert "script" not in svg
    assert 'fill="#fff"' in svg  # on a dark page too


def test_a_preview_prints_no_address_that_leads_nowhere(client, admin_user):
    """A draft has no public page yet."""
    measure = publish_measure(slug="example")
    client.force_login(admin_user)
    page = client.get(f"/admin/guide/measure/{measure.pk}/preview/")
    assert page.status_code == 200
    assert "pass-on" not in page.content.decode()
