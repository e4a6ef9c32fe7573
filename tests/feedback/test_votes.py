"""有用吗: counted for each page and day, and nothing else is known of who said it."""

import re

import pytest
from django.test import Client

from feedback import limits
from feedback.models import Usefulness
from feedback.pages import find_page
from publishing.catalogue import current_version
from publishing.request_limits import Limit
from tests.factories import publish_project, publish_zone
from tests.feedback.sending import ABOUT, text_of
from tests.pages.crawl import crawl, is_page
from tests.publishing.test_concurrent_publishing import in_threads

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("measure")]
AGAIN = Limit("example-again", requests=10**6, seconds=60)


def vote(client, useful="yes", about=ABOUT, **headers):
    return client.post("/feedback/useful/", {"about": about, "useful": useful}, headers=headers)


def counted():
    return list(Usefulness.objects.order_by("path").values_list("path", "yes", "no"))


def test_every_content_page_asks_and_leads_to_the_form(client):
    for address in ("/", ABOUT, f"{ABOUT}qingdao/", "/cities/qingdao/", "/about/"):
        text = text_of(client.get(address))
        assert 'action="/feedback/useful/"' in text, address
        assert f'name="about" value="{address}"' in text
        assert f"/feedback/?about={address}&amp;kind=correction" in text
        assert f"/feedback/?about={address}&amp;kind=question" in text
        assert "csrf" not in text


def test_every_page_that_asks_can_be_answered_about(client):
    publish_project(slug="example", cities=["qingdao"])
    publish_zone(slug="example")
    for address, response in crawl(client):
        text = text_of(response) if is_page(response) else ""
        if 'action="/feedback/useful/' in text:
            about = re.search('name="about" value="([^"]+)"', text)[1]
            assert find_page(about, current_version()).path, address


@pytest.mark.parametrize("address", ["/nothing/", "/feedback/", "/admin/login/", "/api/docs/"])
def test_pages_that_are_none_do_not(client, address):
    assert "/feedback/useful/" not in text_of(client.get(address))


def test_the_readers_choices_are_carried_through(client):
    text = text_of(client.get(f"{ABOUT}?from=yantai&to=qingdao"))
    assert 'action="/feedback/useful/?from=yantai&amp;to=qingdao"' in text
    data = {"about": ABOUT, "useful": "no"}
    response = client.post("/feedback/useful/?from=yantai&to=qingdao", data)
    assert response["Location"].endswith("&from=yantai&to=qingdao")
    assert f'href="{ABOUT}?from=yantai&amp;to=qingdao"' in text_of(client.get(response["Location"]))


def test_yes_and_no_are_counted_for_the_page_and_the_day(client, monkeypatch, measure):
    monkeypatch.setattr(limits, "SAME_VOTE", AGAIN)
    for useful in ("yes", "yes", "no"):
        assert vote(client, useful).status_code == 303
    vote(client, about=f"{ABOUT}yantai/")
    vote(client, about=f"{ABOUT}history/")
    assert counted() == [(ABOUT, 3, 1), (f"{ABOUT}yantai/", 1, 0)]
    assert Usefulness.objects.first().entry_id == measure.pk


def test_a_double_click_counts_once_and_another_page_counts_too(client):
    vote(client)
    assert vote(client).status_code == 303
    vote(client, about="/about/")
    assert counted() == [("/about/", 1, 0), (ABOUT, 1, 0)]


def test_who_said_no_is_asked_what_is_wrong(client):
    text = text_of(client.get(vote(client, "no")["Location"]))
    assert f"/feedback/?about={ABOUT}&amp;kind=correction" in text
    assert "我要纠错" not in text_of(client.get(vote(client, "yes")["Location"]))


@pytest.mark.parametrize(
    "headers",
    [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}, {"Origin": "null"}],
)
def test_other_sites_do_not_vote(client, headers):
    assert vote(client, **headers).status_code == 403
    assert counted() == []


@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "same-origin"}, {"Origin": "http://testserver"}, {}]
)
def test_pages_of_this_site_do_without_a_cookie(headers):
    assert vote(Client(enforce_csrf_checks=True), **headers).status_code == 303


def test_nonsense_is_refused(client):
    assert vote(client, "maybe").status_code == 400
    assert vote(client, about="").status_code == 400
    assert client.get("/feedback/useful/").status_code == 405
    assert client.post("/feedback/useful/", b"about=a&about=b", content_type="x").status_code == 400
    assert counted() == []


def test_a_flood_is_stopped(client, monkeypatch):
    monkeypatch.setattr(limits, "VOTES_PER_ADDRESS", Limit("example", requests=1, seconds=10**9))
    assert [vote(client).status_code for _ in range(2)] == [303, 429]


@pytest.mark.django_db(transaction=True)
def test_votes_on_real_connections_at_once_are_all_counted(monkeypatch):
    monkeypatch.setattr(limits, "SAME_VOTE", AGAIN)
    in_threads(lambda _: vote(Client()), range(4))
    assert counted() == [(ABOUT, 4, 0)]
