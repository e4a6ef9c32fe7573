"""The schematic of the zones: what it shows, that it fits, and the same in words."""

import re

import pytest

from cooperation.models import Agreement
from cooperation.schematic import (
    MOST_IN_LINE,
    MOST_IN_OTHER_LINE,
    schematic_of,
    short_name,
    width_of,
    wrapped,
)
from publishing.services import batched_quotes
from qingdao_portal.languages import mark
from tests.factories import (
    CITIES,
    make_cities,
    make_city,
    make_county,
    make_programme,
    make_zone,
    publish,
    publish_project,
    publish_zone,
)

COLUMNS = [{"slug": slug, "short_name": name} for slug, (_code, name) in CITIES.items()]


def zone_of(*members, title="示例合作区"):
    counties = [{"name": name, "city": {"slug": city}} for name, city in members]
    return {"title": title, "signatories": counties}


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        ("示例合作区", ["示例合作区"]),
        ("海阳—莱阳—即墨海洋产业联动区", ["海阳—莱阳—", "即墨海洋产业联动区"]),
        ("胶州—高密合作区(高密融入上合示范区)", ["胶州—高密合作区", "(高密融入上合示范区)"]),
        ("示" * 30, ["示" * 13, "示" * 13, "示" * 4]),
        (
            "Example–Sample Marine Industry Linkage Zone (of two cities)",
            ["Example–Sample Marine Industry", "Linkage Zone (of two cities)"],
        ),
    ],
)
def test_a_title_is_broken_where_it_reads_well(title, lines):
    assert wrapped(title) == lines


@pytest.mark.parametrize("title", ["示—" + "例" * 118, "(" * 120, "示" * 120])
def test_no_line_is_longer_than_a_phone_is_wide(title):
    lines = wrapped(title)
    assert "".join(lines) == title
    assert max(map(width_of, lines)) <= MOST_IN_LINE


def test_words_longer_than_a_line_are_cut_and_no_others():
    lines = wrapped("Example " + "x" * 90)
    assert lines[0] == "Example"
    assert max(map(width_of, lines)) <= MOST_IN_OTHER_LINE


@pytest.mark.parametrize(
    ("name", "short"),
    [
        *(("胶州市", "胶州"), ("莒县", "莒县"), ("五莲县", "五莲"), ("黄岛区", "黄岛")),
        *(("Jiaozhou City", "Jiaozhou"), ("Ju County", "Ju"), ("Huangdao District", "Huangdao")),
    ],
)
def test_a_column_has_room_for_a_divisions_short_name(name, short):
    assert short_name(name) == short


def test_a_line_reaches_from_the_first_city_to_the_last_and_stops_where_divisions_take_part():
    zone = zone_of(("海阳市", "yantai"), ("莱阳市", "yantai"), ("高密市", "weifang"))
    track = schematic_of([zone], COLUMNS, []).tracks[0]
    assert (track.start, track.end) == (30.0, 50.0)
    stops = [(stop.x, [line.text for line in stop.names]) for stop in track.stations]
    assert stops == [(30.0, ["海阳", "莱阳"]), (50.0, ["高密"])]


def test_words_in_neighbouring_columns_take_turns():
    members = [("Jiaozhou City", "qingdao"), ("Haiyang City", "yantai"), ("Gaomi City", "weifang")]
    heights = [
        stop.names[0].y
        for stop in schematic_of([zone_of(*members)], COLUMNS, []).tracks[0].stations
    ]
    assert heights[0] == heights[2] < heights[1]


def test_chinese_on_a_page_in_another_language_is_marked_line_by_line():
    zone = zone_of((mark("示例市"), "yantai"), title=mark("海阳—莱阳—即墨海洋产业联动区"))
    track = schematic_of([zone], COLUMNS, []).tracks[0]
    assert [line.text for line in track.title] == [mark("海阳—莱阳—"), mark("即墨海洋产业联动区")]
    assert [line.text for line in track.stations[0].names] == [mark("示例")]


def test_nothing_overlaps_and_everything_is_inside():
    zones = [zone_of(("示例市", slug), title="示例" * n) for n, slug in enumerate(CITIES, 1)]
    agreements = [{"title": "示例方案" * n, "slug": "x"} for n in range(1, 6)]
    schematic = schematic_of(zones, COLUMNS, agreements)
    placed = [
        (t.y, t.height, [line for stop in t.stations for line in stop.names] + t.title)
        for t in schematic.tracks
    ]
    placed += [(box.y, box.height, box.title) for box in schematic.boxes]
    end = 0
    for y, height, lines in placed:
        assert y >= end
        assert all(line.y < height for line in lines)
        end = y + height
    assert end <= schematic.height


def test_without_zones_or_cities_nothing_is_drawn():
    assert schematic_of([], COLUMNS, []) is None
    assert schematic_of([zone_of(("示例市", "yantai"))], [], []) is None


@pytest.mark.django_db
class TestPage:
    @pytest.fixture
    def text(self, client):
        with batched_quotes():
            make_cities()
            make_programme(2024), make_programme(2025)
            Agreement.objects.create(slug="plan", title="示例规划")
        publish_project(cities=["qingdao"])
        joined = [
            make_county(name="示例甲市", city=make_city("qingdao")),
            make_county(name="示例乙市", city=make_city("weihai")),
        ]
        zone = make_zone(slug="example", title="示例联动区", counties=joined)
        zone.agreements.create(slug="own", title="示例协议")
        publish(zone)
        return client.get("/cooperation/").content.decode()

    def test_zones_cities_agreements_and_projects_are_links_in_the_drawing(self, text):
        drawing = text.split('<svg class="schema__drawing"')[1].split("<figcaption")[0]
        links = re.findall(r'href="([^"]+)"', drawing)
        assert {"/cooperation/example/", "/cities/weihai/", "/about/#plan"} <= set(links)
        assert "/projects/2024/?city=qingdao" in links  # 2025 has none yet
        assert len(links) == 5 + 1 + 5 + 1
        track = drawing.split('href="/cooperation/example/"')[1].split("</a>")[0]
        said = re.sub(r"<[^>]*>|\s", "", track.partition(">")[2])
        assert said == "示例联动区示例甲示例乙"  # the name of the link is what it shows

    def test_the_list_says_the_same_in_words(self, text):
        words = text.split('id="zone-example"')[1].split("</article>")[0]
        for said in ("示例联动区", "示例甲市", "青岛", "示例乙市", "威海", "示例协议"):
            assert said in words
        assert 'href="/projects/2024/?city=weihai"' in words
        assert 'href="/cooperation/example/#own"' in words

    def test_a_zones_own_agreement_is_on_its_page(self, text, client):
        assert 'id="own"' in client.get("/cooperation/example/").content.decode()

    def test_the_drawing_is_named_and_says_that_it_is_no_map(self, text):
        drawing = text.split('<svg class="schema__drawing"')[1]
        names = re.search(r'aria-labelledby="(\S+) (\S+)"', drawing).groups()
        assert all(f'id="{name}"' in drawing for name in names)
        assert "不是地图" in drawing


@pytest.mark.django_db
def test_without_projects_no_link_leads_to_their_board(client):
    publish_zone()
    text = client.get("/cooperation/").content.decode()
    assert "schema__drawing" in text
    assert "?city=" not in text
