"""Every kind of answer would get an A+ from Mozilla's HTTP Observatory."""

import re
from pathlib import Path

import pytest
from django.test import Client, override_settings

from tests.security.observatory import policy_of, score, total

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]

PAGES = [
    *(
        "/",
        "/about/",
        "/accessibility/",
        "/privacy/",
        "/sitemap/",
        "/offline/",
        "/search/?q=示例",
        "/en/",
    ),
    *("/guide/", "/guide/domains/medical/", "/guide/scenarios/seeing-a-doctor/"),
    *("/guide/measures/example/", "/guide/measures/example/qingdao/"),
    *("/guide/measures/example/history/", "/guide/measures/example/editions/1/"),
    *("/guide/compare/", "/guide/compare/example/", "/guide/finder/", "/guide/handbook/"),
    *("/projects/", "/projects/2024/", "/projects/2024/example/"),
    *("/cooperation/", "/cooperation/example/", "/cities/qingdao/"),
    *("/feedback/", "/feedback/state/", "/feedback/state/ACDEFHJKMNPRTWX/", "/feedback/nothing/"),
    *("/check/nothing/", "/nothing/", "//example.org/", "/?q=%00", "/m/example", "/about"),
    *("/api/docs/", "/api/v1/", "/api/v1/measures/", "/api/v1/nothing/", "/api/v1/changes/?a=1"),
    *("/feeds/changes.atom", "/projects/2024.ics", "/guide/compare.csv", "/sitemap.xml"),
    *("/robots.txt", "/sw.js", "/manifest.webmanifest", "/search/suggest/?q=示例", "/healthz"),
    *("/static/css/base.css", "/static/js/search.js", "/static/nothing.css"),
    *("/admin/", "/admin/login/", "/admin/nothing/", "/admin/second-factor/"),
]
STAFF_PAGES = ["/admin/", "/admin/guide/measure/", "/admin/feedback/message/", "/admin/nothing/"]
FOR_OTHER_SITES = [
    *("/embed/measures/example/", "/embed/domains/medical/", "/embed/element.js"),
    *("/m/example.png", "/static/icons/share.png"),
]


@pytest.fixture
def https():
    """A client of a server with TLS; middleware reads the settings when a client is made."""
    production = {
        "SECURE_HSTS_SECONDS": 31_536_000,
        "SECURE_HSTS_INCLUDE_SUBDOMAINS": True,
        "SECURE_HSTS_PRELOAD": True,
        "SECURE_SSL_REDIRECT": True,
        "SESSION_COOKIE_SECURE": True,
        "CSRF_COOKIE_SECURE": True,
    }
    with override_settings(**production):
        yield Client()


def ask(client, address):
    response = client.get(address, secure=True)
    if response.streaming:
        response.getvalue()  # reads a file to its end and closes it
    return response


def assert_top_grade(response, *, missing=()):
    points = score(response)
    lost = {name: value for name, value in points.items() if value < 0}
    assert not lost, response.request["PATH_INFO"]
    assert total(points) >= 100
    for name in ("content-security-policy", "cross-origin-embedder-policy", "referrer-policy"):
        assert points[name] > 0, (name, response.request["PATH_INFO"])
    for name in ("cross-origin-opener-policy", "cross-origin-resource-policy", "x-frame-options"):
        assert points[name] > 0 or name in missing, (name, response.request["PATH_INFO"])


def test_every_kind_of_page_gets_the_top_grade(https):
    for address in PAGES:
        assert_top_grade(ask(https, address))


def test_the_staff_area_gets_the_top_grade(https, root, site):
    https.cookies = root.cookies
    for address in [*STAFF_PAGES, f"/admin/guide/measure/{site.pk}/change/"]:
        response = ask(https, address)
        assert response.status_code in (200, 404)
        assert_top_grade(response)


def test_what_other_sites_may_show_gets_the_top_grade_too(https):
    for address in FOR_OTHER_SITES:
        response = ask(https, address)
        assert response["Cross-Origin-Resource-Policy"] == "cross-origin", address
        assert_top_grade(response, missing={"cross-origin-resource-policy"})


def test_only_frames_for_other_sites_may_be_framed(https):
    for address in [*PAGES, *FOR_OTHER_SITES]:
        response = ask(https, address)
        ancestors = policy_of(response["Content-Security-Policy"])["frame-ancestors"]
        is_frame = address.startswith("/embed/") and address.endswith("/")
        assert ancestors == ({"*"} if is_frame else {"'none'"}), address


def test_no_page_may_use_a_device_of_the_reader(https):
    policy = https.get("/", secure=True)["Permissions-Policy"]
    for feature in ("camera", "geolocation", "microphone", "payment", "usb"):
        assert f"{feature}=()" in policy


def test_plain_http_leads_to_https_on_the_same_host(https):
    for address in ("/", "/guide/measures/example/", "/admin/login/", "/api/v1/measures/"):
        response = https.get(address)
        assert response.status_code == 301
        assert response["Location"] == f"https://testserver{address}"


def test_forms_send_nowhere_else_and_no_address_is_rebased(https):
    policy = policy_of(https.get("/feedback/", secure=True)["Content-Security-Policy"])
    assert policy["form-action"] == {"'self'"}
    assert policy["base-uri"] == {"'none'"}


def test_the_mirror_has_the_headers_of_the_portal(https):
    files = Path(__file__).parents[2] / "deploy/nginx"
    told = (files / "mirror-headers.conf").read_text() + (files / "safety-headers.conf").read_text()
    told = told.replace("$qingdao_portal_shown_to", "same-origin")  # but for shared pictures
    mirrored = dict(re.findall(r'^add_header (\S+) "?(.*?)"? always;$', told, re.MULTILINE))
    live = https.get("/", secure=True).headers
    for name in (
        *("Strict-Transport-Security", "X-Content-Type-Options", "X-Frame-Options"),
        *("Referrer-Policy", "Permissions-Policy", "Cross-Origin-Opener-Policy"),
        *("Cross-Origin-Resource-Policy", "Cross-Origin-Embedder-Policy"),
    ):
        assert mirrored[name] == live[name], name


@pytest.mark.parametrize(
    ("header", "value", "check", "points"),
    [
        ("Content-Security-Policy", "; ", "content-security-policy", -25),
        ("Content-Security-Policy", "default-src 'self'", "content-security-policy", 5),
        (
            "Content-Security-Policy",
            "default-src 'none'; script-src 'unsafe-inline'",
            "content-security-policy",
            -20,
        ),
        (
            "Content-Security-Policy",
            "default-src 'none'; img-src http:",
            "content-security-policy",
            -20,
        ),
        ("Strict-Transport-Security", "max-age=60", "strict-transport-security", -10),
        ("Referrer-Policy", "unsafe-url", "referrer-policy", -5),
        ("Cross-Origin-Opener-Policy", "nonsense", "cross-origin-opener-policy", -5),
        ("X-Content-Type-Options", "nonsense", "x-content-type-options", -5),
    ],
)
def test_the_scoring_notices_a_fault(https, header, value, check, points):
    response = https.get("/", secure=True)
    response.headers[header] = value
    assert score(response)[check] == points


def test_the_scoring_notices_a_cookie_without_its_flags(https):
    response = https.get("/admin/login/", secure=True)
    assert score(response)["cookies"] == 5
    (cookie,) = response.cookies.values()
    cookie["samesite"] = ""
    assert score(response)["cookies"] == -20
