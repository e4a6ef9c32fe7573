"""The store around the real application: what it keeps, for whom, and how long."""

import pytest
from django.conf import settings as portal_settings
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from guide.models import Measure
from publishing.catalogue import SiteVersion, catalogue_at, current_version
from qingdao_portal import kept_parts
from qingdao_portal.api_deprecation import Deprecation
from qingdao_portal.response_store import GENERATION
from qingdao_portal.response_store.store import Store
from qingdao_portal.response_store.wsgi import (
    StoredAnswers,
    ToldAnswers,
    look_at_site,
    site_generation,
)
from tests.factories import make_hotline, publish, publish_measure, withdraw
from tests.response_store.asking import ask
from tests.response_store.watching import seeing

pytestmark = pytest.mark.django_db


ADDRESS = "/guide/measures/example/"


PUBLIC = [
    *("/", "/guide/", ADDRESS, f"{ADDRESS}qingdao/", "/about/", "/en/guide/", "/sitemap.xml"),
    *("/guide/?page=1", "/guide/?view=elder", f"{ADDRESS}?from=yantai&to=qingdao", "/robots.txt"),
    *("/search/?q=示例", "/feeds/changes.atom", "/api/v1/", "/api/v1/measures/?page_size=1"),
    *("/api/v1/measures/example/", "/api/v1/changes/?after=0", "/manifest.webmanifest"),
]


PRIVATE = [
    *("/admin/login/", "/feedback/", "/check/example/", "/healthz", "/readyz", "/metrics"),
    *("/sw.js", "/static/css/base.css", "/api/v1/changes/?after=0&wait=0", "/en/feedback/"),
    "/api/v1/export/measure.csv",
]


class Counting:
    """The application, noting what it was asked."""

    def __init__(self):
        self.django = get_wsgi_application()
        self.asked = []

    def __call__(self, environ, start_response):
        self.asked.append(environ)
        return self.django(environ, start_response)


@pytest.fixture(scope="module", autouse=True)
def published(once_per_module):
    return publish_measure(slug="example", title="示例举措", cities=["qingdao"])


@pytest.fixture
def measure(published):
    """The published measure, for a test that changes it."""
    return Measure.objects.get(pk=published.pk)


@pytest.fixture
def portal(monkeypatch):
    """The store around the application, both on the connection of the test."""
    # At the end of a request Django closes what is in a transaction, as the test is.
    monkeypatch.setattr(connections["default"], "close_if_unusable_or_obsolete", lambda: None)
    watch = seeing(site_generation)
    return StoredAnswers(Counting(), Store(10_000_000), watch)


def is_kept(portal, address, *, then=None, **headers):
    """Whether a second request like this one, or like `then`, is answered without Django."""
    ask(portal, address, **headers)
    before = len(portal.application.asked)
    ask(portal, address, **(headers if then is None else then))
    return len(portal.application.asked) == before


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_answer_is_made_once_and_is_what_django_says(portal, client, address):
    made, kept = ask(portal, address), ask(portal, address)
    assert len(portal.application.asked) == 1
    assert kept == made
    django = client.get(address)
    assert (made.status, made.body) == (django.status_code, django.content)
    own = {"etag", "accept-ranges", "content-length"}
    assert made.headers.keys() - own == {name.lower() for name in django.headers} - own
    for name in ("content-type", "cache-control", "vary"):
        assert made.headers[name] == django.headers[name]


@pytest.mark.parametrize("address", PRIVATE)
def test_what_is_not_public_is_never_kept_and_sees_the_whole_request(portal, address):
    assert not is_kept(portal, address, accept_encoding="br", user_agent="example")
    assert portal.application.asked[-1]["HTTP_USER_AGENT"] == "example"
    assert len(portal.store) == 0


def test_caches_on_the_way_ask_again_within_seconds_and_help_out_when_the_portal_is_away(
    portal, settings
):
    control = ask(portal, "/").headers["cache-control"]
    for words in ("public", "s-maxage=1", "stale-while-revalidate=", "stale-if-error="):
        assert words in control
    settings.TRUST_PROXY = True  # it puts a notice on the page from before
    assert "stale-if-error" not in ask(portal, "/about/").headers["cache-control"]


def test_a_publish_is_seen_at_once_by_who_knows_of_it(portal, measure):
    assert "示例举措" in ask(portal, ADDRESS).text
    measure.title = "示例新名称"
    measure.save()
    assert is_kept(portal, ADDRESS)
    publish(measure)
    assert "示例新名称" in ask(portal, ADDRESS).text
    withdraw(measure)
    assert ask(portal, ADDRESS).status == 410
    assert ask(portal, "/api/v1/measures/example/").status == 410


def test_a_changed_hotline_is_seen_too(portal, measure):
    ask(portal, "/api/v1/hotlines/")
    make_hotline(name="示例新热线")
    assert "示例新热线" in ask(portal, "/api/v1/hotlines/").text


def test_the_same_bytes_after_a_publish_are_not_sent_again(portal):
    tag = ask(portal, "/accessibility/").headers["etag"]
    publish_measure()
    assert ask(portal, "/accessibility/", if_none_match=tag).status == 304


def test_a_kept_answer_says_too_that_its_route_will_go(portal, settings):
    settings.API_DEPRECATIONS = {"listZones": Deprecation("2027-01-01", sunset="2027-07-01")}
    made, kept = (ask(portal, "/api/v1/zones/") for _ in range(2))
    again = ask(portal, "/api/v1/zones/", if_none_match=kept.headers["etag"])
    assert (len(portal.application.asked), again.status) == (1, 304)
    for reply in (made, kept, again):
        assert reply.headers["deprecation"] == "@1798732800"
        assert reply.headers["sunset"]
        assert 'rel="sunset"' in reply.headers["link"]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PROPFIND"])
def test_only_reading_is_answered_from_the_store(portal, method):
    ask(portal, "/")
    assert ask(portal, "/", method).status == 405


def test_head_is_made_like_get_and_kept_for_it(portal):
    head = ask(portal, ADDRESS, "HEAD")
    get = ask(portal, ADDRESS)
    assert len(portal.application.asked) == 1
    assert (head.status, head.headers, head.body) == (200, get.headers, b"")


def test_what_is_missing_is_neither_kept_nor_different(portal, client):
    assert not is_kept(portal, "/no-such-page/")
    reply, django = ask(portal, "/no-such-page/", accept_encoding="gzip"), client.get("/nothing/")
    assert reply.status == 404
    assert reply.headers["content-encoding"] == "gzip"
    assert {"etag", "content-encoding"}.isdisjoint(ask(portal, "/no-such-page/").headers)
    assert ask(portal, "/no-such-page/").headers["content-type"] == django["Content-Type"]
    assert ask(portal, "/no-such-page/", "HEAD").body == b""


class TestPoisoning:
    """What one client sends must not reach another one."""

    @pytest.mark.parametrize("address", ["/", "/sitemap.xml", "/api/v1/measures/"])
    @pytest.mark.parametrize(
        "headers",
        [
            {"x_forwarded_host": "evil.example"},
            {"x_forwarded_port": "666"},
            {"forwarded": "host=evil.example;proto=https"},
            {"x_original_url": "/evil/", "x_rewrite_url": "/evil/"},
            {"x_http_method_override": "DELETE"},
            {"accept_language": "ko"},
            {"user_agent": "<b>evil"},
            {"cookie": "theme=evil; other_site=1"},
            {"referer": "https://evil.example/"},
            {"save_data": "on"},
            {"accept_encoding": "evil, br;q=9"},
            {"range": "bytes=0-3"},
            {"if_none_match": "*"},
            {"if_modified_since": "Sat, 28 Nov 2099 01:05:04 GMT"},
        ],
        ids=lambda headers: next(iter(headers)),
    )
    def test_a_header_changes_nothing_for_the_next_client(self, portal, address, headers):
        clean = StoredAnswers(portal.application, Store(10_000_000), portal.watch)
        expected = ask(clean, address)
        ask(portal, address, **headers)
        assert ask(portal, address) == expected

    @pytest.mark.parametrize("scheme", ["http", "https"])
    def test_schemes_and_hosts_do_not_mix(self, portal, scheme, settings):
        settings.ALLOWED_HOSTS = ["testserver", "other.example"]
        address = "/api/v1/measures/"
        ask(portal, address, environ={"wsgi.url_scheme": "https"})
        ask(portal, address, host="other.example")
        reply = ask(portal, address, environ={"wsgi.url_scheme": scheme})
        assert f"{scheme}://testserver/api" in reply.text
        assert "other.example" not in reply.text

    def test_behind_a_proxy_the_scheme_it_tells_is_told_apart_too(self, portal, settings):
        settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
        ask(portal, "/api/v1/", x_forwarded_proto="https")
        assert "http://testserver/api" in ask(portal, "/api/v1/").text

    @pytest.mark.parametrize("host", ["evil.example", "testserver.evil.example", "evil@testserver"])
    def test_a_host_that_is_not_ours_is_refused_before_and_after(self, portal, host):
        assert ask(portal, "/", host=host).status == 400
        ask(portal, "/")
        assert ask(portal, "/", host=host).status == 400
        assert not is_kept(portal, "/", host=host)

    def test_a_script_name_from_outside_gets_into_no_link(self, portal):
        kept_parts.clear()
        assert "/evil/" not in ask(portal, "/", environ={"SCRIPT_NAME": "/evil"}).text
        assert "/evil/" not in ask(portal, "/").text

    def test_formats_of_the_api_do_not_mix(self, portal):
        lines = ask(portal, "/api/v1/measures/", accept="application/x-ndjson")
        table = ask(portal, "/api/v1/measures/", accept="text/csv")
        plain = ask(portal, "/api/v1/measures/")
        kinds = [reply.headers["content-type"].split(";")[0] for reply in (lines, table, plain)]
        assert kinds == ["application/x-ndjson", "text/csv", "application/json"]

    @pytest.mark.parametrize(
        "query",
        ["utm_source=evil", "page=1&utm_source=x", "PAGE=1", "%70age=1", "page%00=1", "=", "a[]=1"],
    )
    def test_an_unknown_parameter_never_has_a_copy_of_the_page(self, portal, query):
        reply = ask(portal, f"/guide/?{query}")
        assert reply.status in (302, 400)
        assert "evil" not in str(reply.headers)
        assert not is_kept(portal, f"/guide/?{query}")

    def test_a_parameter_that_is_there_twice_is_not_kept(self, portal):
        assert not is_kept(portal, "/guide/?page=1&page=1")
        assert not is_kept(portal, "/guide/finder/?example=1")  # its names are those of its data

    def test_an_order_of_parameters_is_an_address_of_its_own(self, portal, client):
        for address in ("/guide/?page=1&view=elder", "/guide/?view=elder&page=1"):
            assert ask(portal, address).body == client.get(address).content

    def test_a_body_of_a_get_is_answered_by_nobody_but_django(self, portal):
        assert is_kept(portal, "/", then={}) is not None
        before = len(portal.application.asked)
        ask(portal, "/", environ={"CONTENT_LENGTH": "9000000"})
        assert len(portal.application.asked) == before + 1


class TestPersonal:
    """Who is known to the portal is answered by the portal, and nothing of it is kept."""

    @pytest.mark.parametrize(
        "name", [portal_settings.SESSION_COOKIE_NAME, portal_settings.CSRF_COOKIE_NAME, "messages"]
    )
    def test_with_a_cookie_of_ours_nothing_is_kept(self, portal, name):
        for cookie in (f"{name}=x", f"other=1; {name}=x"):
            ask(portal, "/", cookie=cookie)
            assert len(portal.store) == 0
            assert not is_kept(portal, "/", cookie=cookie)

    def test_with_a_cookie_of_others_it_is_the_page_of_all(self, portal):
        assert is_kept(portal, "/", cookie="analytics=1", then={})
        assert "HTTP_COOKIE" not in portal.application.asked[0]

    def test_with_a_key_nothing_is_kept(self, portal):
        assert not is_kept(portal, "/api/v1/measures/", authorization="Bearer example")
        assert ask(portal, "/api/v1/measures/").status == 200

    def test_an_answer_that_tells_one_client_of_its_quota_is_not_kept(self, portal, settings):
        settings.API_REQUESTS_PER_MINUTE = 2  # told when half of them are used
        assert "ratelimit" not in ask(portal, "/api/v1/measures/").headers
        assert "ratelimit" in ask(portal, "/api/v1/zones/").headers
        assert not is_kept(portal, "/api/v1/zones/")
        assert "ratelimit" not in ask(portal, "/api/v1/measures/").headers

    def test_a_preview_a_draft_and_the_staff_area_are_not_kept(self, portal, measure, root):
        preview = f"/admin/guide/measure/{measure.pk}/preview/"
        cookie = f"{portal_settings.SESSION_COOKIE_NAME}=" + (
            root.cookies[portal_settings.SESSION_COOKIE_NAME].value
        )
        assert ask(portal, preview, cookie=cookie).status == 200
        assert ask(portal, preview).status == 302
        assert len(portal.store) == 0


class TestWhatIsToldOfTheVersion:
    @pytest.fixture
    def told(self, monkeypatch):
        """The application without a store; `told.seen` is what the process saw a moment ago."""
        monkeypatch.setattr(connections["default"], "close_if_unusable_or_obsolete", lambda: None)
        watch = seeing(lambda: told.seen)
        told = ToldAnswers(Counting(), watch)
        told.seen = site_generation()
        return told

    @pytest.mark.parametrize("others", [0, 3])
    def test_a_page_of_a_measure_takes_one_query(self, told, others):
        for _ in range(others):
            publish_measure()
        told.seen = site_generation()
        ask(told, ADDRESS)  # what a process reads once
        with CaptureQueriesContext(connections["default"]) as queries:
            assert ask(told, ADDRESS).status == 200
        assert len(queries) == 1

    def test_nothing_is_older_than_the_version_it_is_made_for(self, told, measure):
        before = told.seen
        measure.title = "示例新名称"
        measure.save()
        publish(measure)
        assert "示例新名称" in ask(told, ADDRESS).text
        assert told.application.asked[-1][GENERATION] == before

    def test_each_public_change_has_its_moment(self):
        """By it the watch notices that a version is not the one of these numbers that it knew."""
        _generation, (version, before) = look_at_site()
        assert look_at_site()[1] == (version, before)
        for change in (publish_measure, make_hotline):
            change()
            _generation, (version, after) = look_at_site()
            assert version == current_version()
            assert after > before
            before = after

    def test_while_nothing_was_seen_the_database_is_asked(self, told):
        told.seen = None
        ask(told, ADDRESS)
        assert told.application.asked[-1][GENERATION] == site_generation()

    def test_a_cursor_never_passes_what_is_not_there(self, told):
        """The primary that had more may be lost; its numbers come again, with other editions."""
        version, day = current_version(), told.seen[-1]
        told.seen = (version.sequence + 3, version.revision + 3, day)
        address = f"/api/v1/changes/?after={version.sequence}"
        assert f'"next_after":{version.sequence},' in ask(told, address).text

    def test_what_lost_editions_have_shown_is_no_catalogue_of_theirs(self, told):
        """What is kept by a version must not be older than it, else it shows when that is due."""
        version, day = current_version(), told.seen[-1]
        told.seen = ahead = (version.sequence + 1, version.revision + 1, day)
        assert ask(told, "/guide/").status == 503
        make_hotline(name="示例新热线")
        publish_measure()
        assert "示例新热线" in str(catalogue_at(SiteVersion(*ahead[:2]))["hotlines"])

    @pytest.mark.parametrize(
        ("address", "headers"),
        [
            (ADDRESS, {"cookie": f"{portal_settings.SESSION_COOKIE_NAME}=x"}),
            ("/api/v1/measures/", {"authorization": "Bearer x"}),
            ("/api/v1/changes/?wait=0", {}),
        ],
    )
    def test_staff_partners_with_a_key_and_who_waits_see_this_moment(self, told, address, headers):
        told.seen = (0, 0, 1)
        ask(told, address, **headers)
        assert told.application.asked[-1][GENERATION] == site_generation()


def test_djangos_own_client_meets_no_store():
    assert Client().get("/about/").headers["ETag"].startswith("W/")
