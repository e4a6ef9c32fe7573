"""No page elsewhere can make a browser of staff send a form: each route that takes one is known."""

import pytest
from django.conf import settings as portal_settings
from django.http import HttpResponse
from django.test import Client

from tests.security.routes import all_routes

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]

# Forms of readers, who have no session: a signed key, the browser's word where it comes from, or
# nothing to gain. tests/feedback, tests/editorial/check_links/ and tests/search hold these.
WITHOUT_TOKEN = {
    "/feedback/": "the form's key is signed and used once",
    "/feedback/state/": "changes nothing",
    "/feedback/useful/": "counts, and only for pages of this site",
    "/search/count/": "counts",
    "/check/1/": "the form's key is signed for its link",
    "/check/1": "the same",
}


def test_nothing_but_forms_of_readers_does_without_a_token():
    exempt = {
        route.address()
        for route in all_routes()
        if getattr(route.view, "csrf_exempt", False) and not route.path.startswith("api/")
    }
    assert exempt == WITHOUT_TOKEN.keys()


def refuse(request, reason=""):
    return HttpResponse(reason, status=403)


def test_no_route_of_staff_takes_a_form_without_its_token(root, site, settings):
    """The session is there, the form's token is not: what a page elsewhere could make of it."""
    settings.CSRF_FAILURE_VIEW = f"{__name__}.refuse"  # hundreds of pages need not be drawn
    client = Client(enforce_csrf_checks=True)
    client.cookies = root.cookies
    client.get("/admin/login/")
    tried = 0
    for route in all_routes():
        if not route.path.startswith("admin/"):
            continue
        address = route.address(pk=site.pk, object_id=site.pk)
        response = client.post(address, {"post": "yes", "note": "示例", "_selected_action": "1"})
        assert response.status_code == 403, address
        tried += 1
    assert tried > 300


def test_a_token_of_somebody_else_is_none(root):
    mine, theirs = Client(enforce_csrf_checks=True), Client(enforce_csrf_checks=True)
    mine.cookies = root.cookies
    mine.get("/admin/password_change/")
    theirs.get("/admin/login/")
    token = theirs.cookies[portal_settings.CSRF_COOKIE_NAME].value
    sent = {"csrfmiddlewaretoken": token, "old_password": "x"}
    assert mine.post("/admin/password_change/", sent).status_code == 403


def test_a_true_token_from_another_site_is_none(root):
    client = Client(enforce_csrf_checks=True)
    client.cookies = root.cookies
    client.get("/admin/password_change/")
    token = client.cookies[portal_settings.CSRF_COOKIE_NAME].value
    sent = {"csrfmiddlewaretoken": token, "old_password": "x"}
    elsewhere = {"Origin": "https://evil.example"}
    assert client.post("/admin/password_change/", sent, headers=elsewhere).status_code == 403
    assert client.post("/admin/password_change/", sent).status_code == 200  # with its errors


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_the_api_takes_no_form_at_all(client, method):
    for route in all_routes():
        if route.path.startswith("api/"):
            response = getattr(client, method)(route.address())
            assert response.status_code in (404, 405), route
