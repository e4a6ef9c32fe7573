"""Limits of the API: fair, shared by all processes, told, and never told to somebody else."""

import threading

import pytest
from django.db import connection

from partners.limits import take_from_partner
from partners.models import DailyUse
from publishing.request_limits import Limit
from qingdao_portal.client import IN_PROCESS
from tests.factories import make_key, make_partner, publish_measure

pytestmark = pytest.mark.django_db
LIST, PROBLEM = "/api/v1/measures/", "application/problem+json"
PUBLIC = "public, max-age=60, s-maxage=1, stale-while-revalidate=1, stale-if-error=86400"


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """The clock of the limits stands still, ten seconds into a minute. Call it to set it."""

    take = Limit.take

    def set_to(seconds):
        monkeypatch.setattr(Limit, "take", lambda limit, key: take(limit, key, seconds))

    set_to(6010)
    return set_to


@pytest.fixture
def limited(settings):
    settings.API_REQUESTS_PER_MINUTE = 4


@pytest.fixture
def partner():
    return make_partner(requests_per_minute=10)


@pytest.fixture
def bearer(partner):
    return {"Authorization": f"Bearer {make_key(partner)[1]}"}


def ask(client, address=LIST, **headers):
    return client.get(address, headers=headers)


class TestWithoutAKey:
    def test_so_many_are_answered_and_the_next_is_told_when_to_come(self, client, limited, clock):
        assert [ask(client).status_code for _ in range(5)] == [200, 200, 200, 200, 429]
        refused = ask(client)
        assert refused.headers["Content-Type"] == PROBLEM
        assert refused.headers["Retry-After"] == "50"
        assert refused.headers["RateLimit"] == '"default";r=0;t=50'
        assert refused.headers["RateLimit-Policy"] == '"default";q=4;w=60'
        assert refused.headers["Cache-Control"] == "no-store"
        assert refused.headers["Access-Control-Allow-Origin"] == "*"
        clock(6060)
        assert ask(client).status_code == 200

    def test_networks_are_counted_apart(self, client, limited):
        for _ in range(5):
            ask(client)
        assert client.get(LIST, REMOTE_ADDR="192.0.2.9").status_code == 200

    def test_every_route_is_limited_but_the_page_for_people(self, client, limited):
        for _ in range(5):
            ask(client)
        for address in ("/api/v1/", "/api/v1/openapi.json", "/api/v1/nothing/", "/api/v1/changes/"):
            assert ask(client, address).status_code == 429
        for address in ("/api/docs/", "/about/"):
            assert ask(client, address).status_code == 200

    def test_what_has_not_changed_costs_nothing(self, client, limited):
        tag = ask(client).headers["ETag"]
        for _ in range(20):
            assert ask(client, **{"If-None-Match": tag}).status_code == 304

    def test_an_answer_for_all_says_nothing_of_one(self, client, limited):
        """While caches may keep it; near the limit each answer is its client's own."""
        first, second, third = [ask(client) for _ in range(3)]
        for response in (first, second):
            assert response.headers["Cache-Control"] == PUBLIC
            assert "RateLimit" not in response.headers
            assert response.headers["RateLimit-Policy"] == '"default";q=4;w=60'
        assert third.headers["Cache-Control"].startswith("private, ")
        assert third.headers["RateLimit"] == '"default";r=1;t=50'
        assert third.content == first.content

    def test_the_portal_itself_is_not_limited_and_nobody_passes_for_it(self, client, limited):
        for _ in range(5):
            assert client.get(LIST, **{IN_PROCESS: True}).status_code == 200
        for _ in range(5):
            response = ask(client, **{IN_PROCESS: "1"})
        assert response.status_code == 429

    def test_errors_are_counted_and_tell(self, client, limited):
        response = ask(client, "/api/v1/measures/?x=1")
        assert response.status_code == 400
        assert response.headers["RateLimit"] == '"default";r=3;t=50'


class TestWithAKey:
    def test_it_raises_the_limit_and_changes_no_byte(self, client, limited, bearer):
        anonymous = ask(client)
        for left in range(9, -1, -1):
            response = ask(client, **bearer)
            assert response.status_code == 200
            assert response.content == anonymous.content
            for name in ("ETag", "Vary", "Content-Type"):
                assert response.headers[name] == anonymous.headers[name]
            assert response.headers["RateLimit"] == f'"partner";r={left};t=50'
            assert response.headers["RateLimit-Policy"] == '"partner";q=10;w=60'
            assert response.headers["Cache-Control"].startswith("private, ")
        refused = ask(client, **bearer)
        assert (refused.status_code, refused.headers["Retry-After"]) == (429, "50")
        assert ask(client).status_code == 200  # its network has not lost anything

    def test_all_keys_of_a_partner_share_its_limit(self, client, partner, bearer):
        other = {"authorization": f"bearer  {make_key(partner)[1]}"}
        for _ in range(5):
            ask(client, **bearer), ask(client, **other)
        assert ask(client, **bearer).status_code == 429
        stranger = {"Authorization": f"Bearer {make_key(make_partner())[1]}"}
        assert ask(client, **stranger).status_code == 200

    @pytest.mark.parametrize("token", ["", "qp_", "qp_" + "a" * 43, "nonsense", "\xe9" * 10])
    def test_a_key_that_is_no_good_is_told_so(self, client, limited, token):
        response = ask(client, Authorization=f"Bearer {token}")
        assert (response.status_code, response.headers["Content-Type"]) == (401, PROBLEM)
        assert response.headers["WWW-Authenticate"] == 'Bearer error="invalid_token"'
        assert response.headers["Cache-Control"] == "no-store"

    def test_guessing_is_limited(self, client, limited):
        for _ in range(4):
            ask(client, Authorization="Bearer nonsense")
        assert ask(client, Authorization="Bearer nonsense").status_code == 429

    def test_what_somebody_else_put_there_is_not_taken_for_a_key(self, client):
        assert ask(client, Authorization="Basic dTpw").status_code == 200

    def test_use_is_counted_by_partner_and_day(self, client, partner, bearer):
        for _ in range(12):
            ask(client, **bearer)
        use = DailyUse.objects.get()
        assert (use.partner, use.answered, use.refused) == (partner, 10, 2)

    def test_a_key_costs_three_queries_more(self, client, bearer, django_assert_num_queries):
        publish_measure()
        ask(client, **bearer)  # the first one notes when the key was used
        with django_assert_num_queries(2 + 1):  # version, rows; the count of the network
            ask(client)
        with django_assert_num_queries(2 + 3):  # the key, the count and the day of the partner
            ask(client, **bearer)


@pytest.mark.django_db(transaction=True)
def test_processes_that_ask_at_the_same_time_share_one_limit():
    """Each thread has a connection of its own, as each worker process has."""
    partner = make_partner(requests_per_minute=30)
    outcomes, start = [], threading.Barrier(4)

    def work():
        start.wait()
        try:
            outcomes.extend(take_from_partner(partner).use.is_over for _ in range(10))
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == [False] * 30 + [True] * 10
    use = DailyUse.objects.get()
    assert (use.answered, use.refused) == (30, 10)


def test_refusals_are_as_the_openapi_document_says(client, openapi, limited):
    for item in openapi["paths"].values():
        operation = item["get"]
        assert operation["security"] == [{}, {"partnerKey": []}]
        assert {"401", "429"} <= operation["responses"].keys()
    assert openapi["components"]["securitySchemes"]["partnerKey"]["scheme"] == "bearer"
    for _ in range(5):
        response = ask(client)
    described = openapi["paths"][LIST]["get"]["responses"]["429"]
    assert described["headers"].keys() <= response.headers.keys()
    assert (
        response.json().keys() == openapi["components"]["schemas"]["Problem"]["properties"].keys()
    )
