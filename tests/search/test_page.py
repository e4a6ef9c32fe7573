"""The search page, its twin in the API, and the suggestions."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search.models import Synonym
from tests.factories import (
    make_city,
    make_domain,
    make_hotline,
    make_scenario,
    publish,
    publish_measure,
    publish_project,
    publish_zone,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def portal():
    """Entries of all kinds about 公积金, in two domains and two cities."""
    housing, medical = make_domain(slug="housing", name="住房"), make_domain(slug="medical")
    moving = make_scenario(slug="moving", name="示例搬家")
    measure = publish_measure(
        title="公积金转移", slug="fund", domain=housing, cities=["qingdao"], scenarios=[moving]
    )
    measure.questions.create(question="公积金转移要多久?", answer="示例回答<b>粗</b>")
    publish(measure)
    publish_measure(title="公积金贷款", slug="loan", domain=housing, cities=["yantai"])
    publish_measure(title="看门诊", domain=medical, summary="和公积金无关", cities=["qingdao"])
    publish_project(title="公积金大厅项目", cities=["qingdao"])
    publish_zone()
    make_hotline(number="000-12329", name="公积金热线")
    return measure


def search(client, **parameters):
    response = client.get("/search/", parameters)
    assert response.status_code == 200
    return response


def titles(response):
    page = response.content.decode()
    found = re.findall(r'<h3 class="result__title"><a[^>]*>(.*?)</a>', page, re.DOTALL)
    return [re.sub("<[^>]+>", "", title).strip() for title in found]


@pytest.mark.usefixtures("portal")
def test_an_exact_title_comes_first(client):
    for title in ("公积金贷款", "公积金转移", "公积金大厅项目"):
        assert titles(search(client, q=title))[0] == title


@pytest.mark.usefixtures("portal")
def test_page_and_api_find_the_same_in_the_same_order(client):
    for parameters in ({"q": "公积金"}, {"q": "公积金", "city": "qingdao", "kind": "measure"}):
        answer = client.get("/api/v1/search/", parameters).json()
        assert [r["title"] for r in answer["results"]] == titles(search(client, **parameters))
        assert answer["count"] == len(answer["results"])


@pytest.mark.usefixtures("portal")
def test_filters_narrow_and_their_numbers_say_to_how_many(client):
    facets = client.get("/api/v1/search/", {"q": "公积金"}).json()["facets"]
    for name, numbers in facets.items():
        for value, number in numbers.items():
            answer = client.get("/api/v1/search/", {"q": "公积金", name: value}).json()
            assert (name, value, answer["count"]) == (name, value, number)
            # Its own group stays as if it were open, so that another value can be chosen.
            assert answer["facets"][name] == numbers


@pytest.mark.usefixtures("portal")
def test_the_chosen_filter_leads_back_and_stays_when_another_is_chosen(client):
    page = search(client, q="公积金", kind="measure").content.decode()
    chosen = re.search(r'href="([^"]+)" aria-current="true"', page)[1]
    assert chosen.replace("&amp;", "&") == "?q=%E5%85%AC%E7%A7%AF%E9%87%91"
    assert "kind=measure&amp;city=qingdao" in page


@pytest.mark.usefixtures("portal")
def test_what_was_looked_for_is_marked_and_nothing_else_becomes_markup(client):
    page = search(client, q="公积金 <b>").content.decode()
    assert "<mark>公积金</mark>转移" in page
    assert "&lt;b&gt;" in page
    assert "<b>" not in page


@pytest.mark.usefixtures("portal")
def test_results_lead_to_the_question_and_the_hotline_on_their_pages(client):
    for word in ("要多久", "公积金热线"):
        answer = client.get("/api/v1/search/", {"q": word}).json()
        address, _hash, anchor = answer["results"][0]["url"].partition("#")
        assert f'id="{anchor}"' in client.get(address).content.decode()


@pytest.mark.usefixtures("portal")
def test_nothing_found_offers_near_words_domains_and_a_telephone(client):
    Synonym.objects.create(word="遛狗", means=["公积金"])
    page = search(client, q="狗遛弯").content.decode()
    assert "没有找到" in page
    assert 'href="?q=%E9%81%9B%E7%8B%97"' in page
    assert 'href="/guide/domains/housing/"' in page
    assert 'href="tel:12345"' in page


@pytest.mark.usefixtures("portal")
def test_nonsense_gets_domains_and_a_telephone_but_no_word_that_is_not_near(client):
    for nonsense in ("zzqqxx", "魑魅魍魉", "璧金玉", "😀"):
        page = search(client, q=nonsense).content.decode()
        assert "没有找到" in page
        assert "试试这些词" not in page, nonsense
        assert 'href="/guide/domains/housing/"' in page
        assert 'href="tel:12345"' in page


@pytest.mark.parametrize("text", ["", "打印", "公积金"])
@pytest.mark.usefixtures("portal")
def test_whatever_was_found_the_parts_that_no_search_finds_are_a_link_away(client, text):
    page = search(client, q=text).content.decode()
    main = page[page.index("<main") : page.index("</main>")]
    for address in ("/projects/", "/cooperation/", "/guide/handbook/", "/feedback/", "/sitemap/"):
        assert f'<a href="{address}">' in main


@pytest.mark.usefixtures("portal")
def test_filters_that_leave_nothing_can_be_taken_off(client):
    page = search(client, q="公积金", kind="office").content.decode()
    assert "没有找到" in page
    assert 'href="?q=%E5%85%AC%E7%A7%AF%E9%87%91">去掉筛选条件再找' in page
    assert "试试这些词" not in page  # the word was right


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("孩子转学到青岛", "转学"),
        ("青岛的天气", "天气"),
        ("青岛", ""),
        ("公积金", ""),
        ("青岛公积金的天气", ""),
        ("公积金<b>", ""),
    ],
)
@pytest.mark.usefixtures("portal")
def test_it_is_said_when_only_who_asks_and_from_where_was_found(client, text, unknown):
    publish_measure(title="示例青岛旅游", cities=["qingdao"])
    page = search(client, q=text).content.decode()
    said = re.findall("没有专门讲“(.*?)”的条目", page)
    assert titles(search(client, q=text))
    assert said == [unknown] * bool(unknown)


def test_results_come_page_by_page(client):
    for number in range(12):
        publish_measure(title=f"公积金{number}")
    first, second = search(client, q="公积金"), search(client, q="公积金", page=2)
    assert len(titles(first)) == 10
    assert len(titles(second)) == 2
    assert not set(titles(first)) & set(titles(second))
    assert client.get("/search/", {"q": "公积金", "page": "3"}).status_code == 404


LEAST = {"": "至少有2条", "/en": "At least 2", "/ko": "결과 2건 이상", "/ja": "2件以上"}


def test_where_a_part_was_read_the_number_is_said_to_be_the_least(client, monkeypatch):
    for number in range(3):
        publish_measure(title=f"公积金{number}")
    assert "找到3条" in search(client, q="公积金").content.decode()
    assert client.get("/api/v1/search/?q=公积金").json()["count_is_exact"] is True
    monkeypatch.setattr("search.finding.MOST_READ", 2)
    for prefix, said in LEAST.items():
        assert said in client.get(f"{prefix}/search/?q=公积金").content.decode(), prefix
    answer = client.get("/api/v1/search/?q=公积金").json()
    assert (answer["count"], answer["count_is_exact"]) == (2, False)


@pytest.mark.parametrize(
    "query", ["?q=x&kind=city", "?q=x&domain=nowhere", "?q=x&page=0", "?q=x&page=", "?page=1e3"]
)
def test_what_is_not_there_is_answered_404(client, query):
    assert client.get(f"/search/{query}").status_code == 404


def test_the_page_sets_no_cookie_and_may_be_kept(client):
    response = search(client, q="公积金")
    assert not response.cookies
    assert "public" in response.headers["Cache-Control"]


@pytest.mark.parametrize(
    ("query", "may_keep"),
    [
        *(("", True), ("?q=公积金", True), ("?q=公积金 提取", True)),
        *(
            ("?q=示例广告 公积金", False),
            ("?q=没有这样的词", False),
            ("?q=公积金&city=qingdao", False),
        ),
        ("?q=公积金&view=elder", False),
    ],
)
def test_engines_keep_only_searches_for_the_portals_own_words(client, query, may_keep):
    publish_measure(title="公积金提取")
    text = client.get(f"/search/{query}").content.decode()
    assert ('name="robots" content="noindex"' not in text) is may_keep


def test_engines_may_read_what_a_search_says_to_them_but_none_that_is_narrowed(client):
    robots = client.get("/robots.txt").content.decode()
    assert "Disallow: /search/?*&\n" in robots
    assert "Disallow: /search/?\n" not in robots


def test_a_search_costs_the_version_and_one_query_whatever_the_number_of_entries(client):
    costs = []
    for rows in (2, 9):
        for number in range(rows):
            publish_measure(title=f"公积金{number}")
        search(client, q="公积金")  # the catalogue and the words of this version
        with CaptureQueriesContext(connection) as queries:
            search(client, q="公积金转移 zhufang")
        costs.append(len(queries))
    assert costs == [2, 2]


def test_a_suggestion_costs_the_version_and_one_query(client, django_assert_num_queries):
    publish_measure(title="公积金转移")
    with django_assert_num_queries(2):
        assert client.get("/search/suggest/?q=gjj").json()["suggestions"] == ["公积金转移"]


@pytest.mark.usefixtures("portal")
@pytest.mark.parametrize("start", ["公", "公积金贷", "gongjijindai", "GJJD", "公積金貸", "贷款"])
def test_what_is_begun_is_completed(client, start):
    offered = client.get("/search/suggest/", {"q": start}).json()["suggestions"]
    assert "公积金贷款" in offered
    assert len(offered) == len(set(offered)) <= 8


def test_what_is_typed_in_full_is_suggested_before_what_goes_on(client):
    publish_measure(title="医保示例")
    publish_measure(title="示例医保", keywords=["医保"])
    offered = client.get("/search/suggest/", {"q": "yibao"}).json()["suggestions"]
    assert offered == ["医保", "医保示例", "示例医保"]


@pytest.mark.parametrize("start", ["", " ", "%", "_", "\\", "!!"])
def test_nothing_that_can_be_begun_suggests_nothing(client, start):
    publish_measure(title="公积金")
    assert client.get("/search/suggest/", {"q": start}).json() == {"suggestions": []}


def test_a_synonym_works_from_the_moment_it_is_saved(client):
    publish_measure(title="示例异地就医")
    assert not titles(search(client, q="瞧病"))
    Synonym.objects.create(word="瞧病", means=["就医"])
    assert titles(search(client, q="瞧病")) == ["示例异地就医"]


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.binary(max_size=60))
def test_any_bytes_are_answered_200_or_400(client, data):
    quoted = "".join(f"%{byte:02x}" for byte in data)
    for address in ("/search/", "/search/suggest/", "/api/v1/search/"):
        assert client.get(f"{address}?q={quoted}").status_code in (200, 400)


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("", "q"),
        ("?q=", "q"),
        ("?q=" + "a" * 101, "q"),
        ("?q=x&kind=city", "kind"),
        ("?q=x&city=beijing", "city"),
        ("?q=x&page=0", "page"),
        ("?q=x&q=y", "q"),
        ("?q=x&sort=1", "sort"),
    ],
)
def test_the_api_refuses_by_name_what_it_cannot_use(client, query, parameter):
    make_city()
    response = client.get(f"/api/v1/search/{query}")
    assert response.status_code == 400
    assert [error["parameter"] for error in response.json()["errors"]] == [parameter]
