"""Staff see what readers did not find; nobody sees who looked for it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from search import counting
from search.counting import count_click, count_search, countable, forget
from search.models import Synonym, WordCount
from search.tasks import forget_old_words
from tests.admin.conftest import root, staff  # noqa: F401
from tests.factories import publish_measure

pytestmark = pytest.mark.django_db


def post(client, **data):
    return client.post("/search/count/", data)


def counts():
    return list(WordCount.objects.values_list("text", "searches", "results", "clicks"))


def test_searches_and_clicks_are_counted_by_the_word(client):
    for _ in range(2):
        assert post(client, q="看 病", results="3").status_code == 204
    post(client, q="看 病", clicked="1")
    assert counts() == [("看 病", 2, 3, 1)]


@pytest.mark.parametrize(
    "text", ["", "!!", "x" * 41, "370202199001011234", "13800000000 怎么办", "a@example.org"]
)
def test_what_may_be_somebodys_own_is_not_kept(client, text):
    assert countable(text) == ""
    assert post(client, q=text, results="0").status_code == 204
    assert counts() == []


@pytest.mark.parametrize("results", ["", "-1", "x", "1e9", "9" * 9, "١"])
def test_a_number_that_is_none_counts_nothing(client, results):
    assert post(client, q="看病", results=results).status_code == 204
    assert counts() == []


def test_counting_is_posting_and_sets_no_cookie(client):
    assert client.get("/search/count/").status_code == 405
    assert not post(client, q="看病", results="1").cookies


def test_one_client_cannot_fill_the_list(client):
    statuses = [post(client, q=f"示例{n}", results="0").status_code for n in range(61)]
    assert statuses[-1] == 429
    assert set(statuses[:-1]) == {204}
    assert len(counts()) == 60


def test_the_list_has_an_end(monkeypatch):
    count_search("看病", results=1)
    monkeypatch.setattr(counting, "MAX_WORDS", -2)  # not even what the statistics call empty
    count_search("打工", results=1)
    count_search("看病", results=1)
    assert counts() == [("看病", 2, 1, 0)]


def test_words_that_nobody_looks_for_any_more_are_dropped():
    count_search("看病", results=1)
    count_search("打工", results=1)
    long_ago = timezone.localdate() - timedelta(days=100)
    WordCount.objects.filter(text="打工").update(last_on=long_ago)
    forget_old_words.func()
    assert [row[0] for row in counts()] == ["看病"]
    assert forget(before=timezone.localdate()) == 0


def test_staff_filter_what_led_nowhere(root):  # noqa: F811
    count_search("没有", results=0)
    count_search("没点", results=5)
    count_search("点了", results=5)
    count_click("点了")
    for outcome, word in (("nothing", "没有"), ("unused", "没点")):
        response = root.get(f"/admin/search/wordcount/?outcome={outcome}")
        assert [row.text for row in response.context["cl"].result_list] == [word]


def test_a_word_without_results_becomes_a_synonym_in_two_clicks(root):  # noqa: F811
    publish_measure(title="公积金转移")
    count_search("公积银", results=0)
    page = root.get("/admin/search/wordcount/").content.decode()
    address = "/admin/search/synonym/add/?word=%E5%85%AC%E7%A7%AF%E9%93%B6"
    assert f'href="{address}"' in page
    form = root.get(address).context["adminform"].form
    assert form.initial["word"] == "公积银"
    assert "公积金" in form.initial["means"]
    data = {name: form[name].value() or "" for name in form.fields}
    assert root.post(address, data).status_code == 302
    assert "公积金" in Synonym.objects.get(word="公积银").means


def test_a_synonym_is_stored_as_queries_are_read():
    synonym = Synonym(word="看 病!", means=["就醫", "看病", "就医"])
    synonym.save()
    assert (synonym.word, synonym.means) == ("看病", ["就医"])
