"""The page of a measure answers in the order in which residents ask, and says what is not known."""

import re

import pytest

from guide.models import Provision
from tests.factories import make_hotline, make_measure, make_office, publish, publish_measure

pytestmark = pytest.mark.django_db


@pytest.fixture
def full():
    """A measure that has everything."""
    measure = make_measure(
        slug="example",
        audience="示例对象",
        promised_value=9,
        promised_unit="working_day",
        fee="free",
        caveat="示例提示",
        hotlines=[make_hotline()],
        cities=["qingdao"],
    )
    measure.steps.create(channel="online", text="示例步骤", url="https://example.com/", position=1)
    measure.materials.create(name="示例材料", position=1)
    measure.questions.create(question="示例问题", answer="示例回答", position=1)
    office = make_office(name="示例窗口", phone="000-1234")
    office.hours.create(weekday=1, opens_at="09:00", closes_at="17:00")
    measure.offices.add(office)
    return publish(measure)


ORDER = ("my-cities", "cities", "steps", "materials", "time", "cost", "offices", "ground")
ORDER += ("sources", "questions", "changes")


def sections(text):
    return re.findall(r'<section class="section[^"]*" id="([\w-]+)"', text)


def cities_section(text):
    """What is told of the cities, from its heading's end to the end of the section."""
    return text.split('id="provisions-title"')[1].split("</section>")[0]


@pytest.mark.usefixtures("full")
def test_everything_is_there_in_the_order_of_the_questions(client):
    text = client.get("/guide/measures/example/").content.decode()
    assert [name for name in sections(text) if name in ORDER] == list(ORDER)
    assert "not-known" not in sections(text)
    assert text.index("示例对象") < text.index('id="my-cities"')
    assert 'type="checkbox"' in text.split('id="materials"')[1]
    assert 'data-hours="[[1, &quot;09:00&quot;, &quot;17:00&quot;]]"' in text
    assert 'href="tel:0001234"' in text
    assert "没有核实" in text.split('id="offices"')[1].split("</section>")[0]  # barrier-free


def test_what_is_empty_is_absent_and_what_is_not_known_is_said(client):
    publish_measure(slug="example-bare", audience="")
    text = client.get("/guide/measures/example-bare/").content.decode()
    assert not {"steps", "materials", "time", "cost", "offices", "questions"} & set(sections(text))
    missing = text.split('id="not-known"')[1].split("</section>")[0]
    for name in ("谁能用", "办理步骤", "要带的材料", "多久办好", "收不收费", "办理地点"):
        assert name in missing


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (Provision.Status.ANNOUNCED, "烟台、青岛都有公开依据"),
        (Provision.Status.UNVERIFIED, "烟台还没有可靠的公开依据"),
        (Provision.Status.UNAVAILABLE, "烟台暂未开通"),
    ],
)
def test_it_says_whether_it_works_between_the_two_cities(client, full, status, said):
    full.provisions.filter(city__slug="yantai").update(status=status)
    publish(full)
    text = client.get("/guide/measures/example/?from=yantai&to=qingdao").content.decode()
    assert said in text.split('id="my-cities"')[1].split("</section>")[0]


@pytest.mark.usefixtures("full")
@pytest.mark.parametrize(
    ("query", "below"),
    [
        ("", ["qingdao", "yantai", "weifang", "weihai", "rizhao"]),
        ("?from=yantai&to=qingdao", ["weifang", "weihai", "rizhao"]),
    ],
)
def test_no_city_is_told_of_twice(client, query, below):
    text = client.get(f"/guide/measures/example/{query}").content.decode()
    cities = text.split('id="cities"')[1].split("</section>")[0]
    assert re.findall(r"measures/example/(\w+)/", cities) == below
    old = client.get(f"/guide/measures/example/editions/1/{query}").content.decode()
    assert len(re.findall("青岛|烟台|潍坊|威海|日照", cities_section(old))) == 5


@pytest.mark.usefixtures("full")
def test_what_is_the_same_in_several_cities_is_said_once(client):
    text = cities_section(client.get("/guide/measures/example/").content.decode())
    told = re.findall(r'<li class="provisions__item.*?</li>', text, re.DOTALL)
    assert [re.findall(r"measures/example/(\w+)/", item) for item in told] == [
        ["qingdao"],
        ["yantai", "weifang", "weihai", "rizhao"],
    ]


@pytest.mark.parametrize(
    "field",
    [
        {"status": "in_progress"},
        {"reason": "示例原因"},
        {"mode": "online"},
        {"promised_value": 2, "promised_unit": "day"},
        {"confirmed_on": "2026-01-02"},
    ],
)
def test_a_city_that_differs_in_anything_said_is_told_of_by_itself(client, full, field):
    full.provisions.filter(city__slug="weihai").update(**field)
    publish(full)
    text = cities_section(client.get("/guide/measures/example/").content.decode())
    assert text.count('class="provisions__item') == 3


def test_places_in_the_readers_cities_come_first(client, full):
    yantai = full.provisions.get(city__slug="yantai")
    yantai.offices.add(make_office(name="示例烟台窗口", city=yantai.city))
    publish(full)

    def names(query):
        text = client.get(f"/guide/measures/example/{query}").content.decode()
        return re.findall(r'office__name">([^<]*)<', text)

    assert names("?to=yantai") == ["示例烟台窗口", "示例窗口"]
    assert names("?to=qingdao") == ["示例窗口", "示例烟台窗口"]


@pytest.mark.usefixtures("full")
def test_a_citys_page_shows_its_own_places_and_promise(client):
    here = client.get("/guide/measures/example/qingdao/").content.decode()
    there = client.get("/guide/measures/example/rizhao/").content.decode()
    assert "示例窗口" in here
    assert "示例窗口" not in there
    assert "9个工作日" in here
    assert "9个工作日" in there


def test_only_announced_changes_are_listed(client, full):
    for number in range(4):
        full.title = f"示例名称{number}"
        full.save()
        publish(full, note=f"示例改动{number}")
    hotline = full.hotlines.get()
    hotline.name = "示例新名称"
    hotline.save()
    text = client.get("/guide/measures/example/").content.decode()
    text = text.split('id="changes"')[1]
    assert re.findall(r"示例改动\d", text) == ["示例改动3", "示例改动2", "示例改动1"]
    assert "/guide/measures/example/history/" in text
