"""The five cities side by side: what is compared, what counts as a difference, the file."""

import csv
import io
import re

import pytest

from guide.models import Provision
from tests.factories import make_cities, make_domain, make_measure, publish

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def measures():
    """One measure that is alike everywhere, one that is not."""
    make_cities()
    medical, housing = make_domain(slug="medical"), make_domain(slug="housing")
    publish(make_measure(slug="example-alike", title="示例相同", domain=medical))
    different = make_measure(slug="example-different", title="示例不同", domain=housing)
    different.provisions.filter(city__slug="yantai").update(
        status=Provision.Status.IMPLEMENTED,
        mode=Provision.Mode.ONLINE,
        promised_value=3,
        promised_unit="working_day",
        reason="=HYPERLINK(示例)",
        confirmed_on="2025-05-06",
    )
    publish(different)


def text_of(client, address):
    return client.get(address).content.decode()


def test_the_matrix_has_every_measure_and_what_each_city_does(client):
    text = text_of(client, "/guide/compare/")
    assert text.count('scope="row"') == 2
    assert text.count('<td class="compare__cell') == 10
    assert " role=" not in text.split("<table")[1].split("</table>")[0]  # tables say it themselves
    for said in ("已落实", "未核实", "全程网办", "3个工作日", "2025年5月6日"):
        assert said in text


CITIES = ["青岛", "烟台", "潍坊", "威海", "日照"]


def rows_of(text):
    """The rows of the table, of each cell the cities that it names on a phone and what it says."""
    rows = re.findall(r'<tr class="compare__row">(.*?)</tr>', text, re.DOTALL)
    return [[cell_of(cell) for cell in row.split("<td ")[1:]] for row in rows]


def cell_of(markup):
    head, what = markup.split('class="compare__what"')
    names = re.findall(r'"compare__city">(.*?)</span>', head, re.DOTALL)
    cities = [name for name in (*CITIES, "五市") if names and name in names[0]]
    assert ("compare__cell--again" in head) is not bool(cities)  # shown where it names cities
    return cities, re.sub(r"<[^>]*>|\s", "", what)


def test_what_is_the_same_in_several_cities_is_said_once_on_a_phone(client):
    def told(address):
        return [[c for c, _what in row if c] for row in rows_of(text_of(client, address))]

    assert told("/guide/compare/?domain=medical") == [[["五市"]]]
    assert told("/guide/compare/?domain=medical&from=rizhao&to=yantai") == [[["五市"]]]
    housing = "/guide/compare/?domain=housing"
    assert told(housing) == [[["青岛", "潍坊", "威海", "日照"], ["烟台"]]]
    # Those of the reader are marked, so others are not among them.
    assert told(f"{housing}&from=rizhao") == [[["日照"], ["青岛", "潍坊", "威海"], ["烟台"]]]


@pytest.mark.parametrize("address", ["/guide/compare/", "/guide/compare/example-nearly/"])
def test_no_difference_is_swallowed_on_a_phone(client, address):
    measure = make_measure(slug="example-nearly", promised_value=3, promised_unit="working_day")
    for slug, said in {
        "yantai": {"mode": "online"},
        "weifang": {"promised_value": 3, "promised_unit": "working_day"},  # its own word
        "weihai": {"confirmed_on": "2025-05-06"},
        "rizhao": {"status": "in_progress", "reason": "示例原因"},
    }.items():
        measure.provisions.filter(city__slug=slug).update(**said)
    publish(measure)
    for row in rows_of(text_of(client, address)):
        told = {city: what for cities, what in row for city in cities}
        assert [told.get(city, told.get("五市")) for city in CITIES] == [what for _c, what in row]


def test_only_differences_leaves_out_what_is_alike(client):
    text = text_of(client, "/guide/compare/?differences=1")
    assert "示例不同" in text
    assert "示例相同" not in text
    assert "情况都一样" in text_of(client, "/guide/compare/?differences=1&domain=medical")


def test_when_a_city_confirmed_is_no_difference(client):
    measure = make_measure(slug="example-confirmed", title="示例只是确认过")
    measure.provisions.filter(city__slug="rizhao").update(confirmed_on="2025-05-06")
    publish(measure)
    assert "示例只是确认过" not in text_of(client, "/guide/compare/?differences=1")


def test_the_domain_narrows_page_and_file_alike(client):
    for address in ("/guide/compare/", "/guide/compare.csv"):
        text = text_of(client, f"{address}?domain=medical")
        assert "示例相同" in text
        assert "示例不同" not in text


def test_the_readers_cities_come_first(client):
    text = text_of(client, "/guide/compare/?from=rizhao&to=yantai")
    head = text.split("<thead")[1].split("</thead>")[0]
    order = [head.index(name) for name in ("日照", "烟台", "青岛", "潍坊", "威海")]
    assert order == sorted(order)


def test_one_measure_is_compared_point_by_point(client):
    text = text_of(client, "/guide/compare/example-different/")
    for said in ("状态", "办理时限", "办理方式", "负责部门", "说明", "本市最近确认", "没有说明"):
        assert said in text
    assert "五个市都没有说明:负责部门</p>" in text
    narrowed = text_of(client, "/guide/compare/example-different/?differences=1")
    assert "全程网办" in narrowed
    assert "负责部门" not in narrowed.split("<tbody")[1]
    assert "本市最近确认" not in narrowed.split("<tbody")[1]
    assert "五个市都一样" in text_of(client, "/guide/compare/example-alike/?differences=1")


def test_the_file_opens_in_a_spreadsheet_and_runs_nothing(client):
    response = client.get("/guide/compare.csv")
    assert response.content.startswith(b"\xef\xbb\xbf")
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    rows = list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert len(rows) == 10
    yantai = next(row for row in rows if row["条目"] == "示例不同" and row["市"] == "烟台市")
    assert yantai["说明"] == "'=HYPERLINK(示例)"
    assert yantai["办理时限"] == "3个工作日"
    assert yantai["网址"] == "http://testserver/guide/measures/example-different/"


@pytest.mark.parametrize("address", ["/guide/", "/guide/domains/medical/", "/sitemap/"])
def test_pages_lead_to_the_comparison(client, address):
    assert 'href="/guide/compare/' in text_of(client, address)


def test_a_measure_leads_to_its_own(client):
    assert 'href="/guide/compare/example-alike/"' in text_of(
        client, "/guide/measures/example-alike/"
    )
