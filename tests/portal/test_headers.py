"""The headers that keep pages, API and staff area safe."""

import pytest
from django.conf import settings as portal_settings
from django.test import Client

from tests.factories import publish_measure

pytestmark = pytest.mark.django_db

ADDRESSES = ["/", "/guide/measures/example/", "/api/v1/measures/", "/admin/login/", "/nothing/"]


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_answer_carries_the_strict_headers(client, address):
    publish_measure(slug="example")
    response = client.get(address)
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "nonce" not in policy  # a kept page would give the same to everybody
    assert "http:" not in policy
    assert "https:" not in policy
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "DENY"
    assert response["Referrer-Policy"] in ("strict-origin-when-cross-origin", "same-origin")
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"


def test_under_https_browsers_are_told_to_stay_there(settings):
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_HSTS_SECONDS = 31_536_000
    client = Client()  # the middleware reads the settings when it is made
    redirect = client.get("/")
    assert (redirect.status_code, redirect["Location"]) == (301, "https://testserver/")
    answer = client.get("/", secure=True)
    assert "max-age=31536000" in answer["Strict-Transport-Security"]
    assert client.get("/healthz").status_code == 200  # probes come from inside, without TLS


def test_cookies_of_staff_stay_in_the_staff_area():
    assert portal_settings.SESSION_COOKIE_PATH == "/admin/"
    assert portal_settings.CSRF_COOKIE_PATH == "/admin/"
    cookie = Client().get("/admin/login/").cookies[portal_settings.CSRF_COOKIE_NAME]
    assert cookie["path"] == "/admin/"
    assert cookie["httponly"]
