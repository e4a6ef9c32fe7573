"""What apps show of a shared link: words, and a picture drawn here."""

import io
import re
from html import unescape

import pytest
from django.contrib.staticfiles import finders
from PIL import Image

from qingdao_portal import pictures
from tests.factories import (
    make_domain,
    publish,
    publish_measure,
    publish_project,
    publish_zone,
    withdraw,
)

pytestmark = pytest.mark.django_db
PROPERTY = re.compile(r'<meta property="og:([\w:]+)" content="([^"]*)">')


@pytest.fixture(autouse=True)
def address(settings):
    settings.PORTAL_URL = "https://portal.example"
    pictures.drawn.cache_clear()


@pytest.fixture
def measure():
    domain = make_domain(slug="medical", name="示例医疗")
    return publish_measure(slug="example", title='示例"举措"<1>', domain=domain)


def shared(client, page):
    head = client.get(page).content.decode().split("</head>")[0]
    return {name: unescape(value) for name, value in PROPERTY.findall(head)}


@pytest.mark.usefixtures("measure")
def test_a_shared_entry_says_what_it_is(client):
    found = shared(client, "/guide/measures/example/?from=yantai&view=elder")
    assert found["title"].startswith('示例"举措"<1> - ')
    assert found["description"].endswith("的摘要。")
    assert found["url"] == "https://portal.example/guide/measures/example/"
    assert found["image"] == "https://portal.example/m/example.png?edition=1"
    assert found["type"] == "article"


def test_every_other_page_has_words_and_the_picture_of_the_site(client):
    found = shared(client, "/about/")
    assert found["image"] == "https://portal.example/static/icons/share.png"
    assert found["title"].startswith("关于")
    assert found["type"] == "website"
    with Image.open(finders.find("icons/share.png")) as picture:
        assert picture.size == (1200, 630)


def test_a_page_that_is_not_there_offers_nothing_to_share(client):
    response = client.get("/nothing/")
    assert "og:" not in response.content.decode()


def test_each_kind_of_entry_has_its_picture(client, measure):
    publish_project(slug="example")
    publish_zone(slug="example")
    for letter in "mpz":
        response = client.get(f"/{letter}/example.png")
        assert response.headers["Content-Type"] == "image/png"
        picture = Image.open(io.BytesIO(response.content))
        assert (picture.format, picture.size) == ("PNG", (1200, 630))
        assert len(response.content) < 100_000
        assert response.headers["Cache-Control"] == "public, max-age=86400"
        assert not response.cookies


def test_a_picture_is_drawn_once_and_again_when_its_words_change(client, measure):
    for _ in range(3):
        assert client.get("/m/example.png").status_code == 200
    assert pictures.drawn.cache_info().misses == 1
    first = client.get("/m/example.png").content
    measure.title = "示例新名称"
    measure.save()
    publish(measure)
    assert client.get("/m/example.png").content != first
    assert pictures.drawn.cache_info().misses == 2


def test_only_live_entries_have_pictures(client, measure):
    assert client.get("/m/nothing.png").status_code == 404
    assert client.get("/x/example.png").status_code == 404
    measure.slug = "example-2"
    measure.save()
    publish(measure)
    assert client.get("/m/example.png")["Location"] == "/m/example-2.png"
    withdraw(measure)
    assert client.get("/m/example-2.png").status_code == 410
    assert pictures.drawn.cache_info().misses == 0


def test_without_a_font_the_picture_without_words_stands_in(client, measure, settings, tmp_path):
    settings.CHINESE_FONT = str(tmp_path / "nothing.ttc")
    assert shared(client, "/guide/measures/example/")["image"].endswith("/icons/share.png")
    assert client.get("/m/example.png")["Location"] == "/static/icons/share.png"


@pytest.mark.parametrize(
    "title", ["短", "示例" * 100, "Long" * 60, "示例,。)" * 40, "示例😀\u200d"]
)
def test_any_title_fits(title):
    face = pictures.chinese_face()
    assert face.family.endswith("SC")
    size, lines = pictures._set_title(face, title)
    font = pictures._font(face, size)
    assert len(lines) <= 4
    assert all(font.getlength(line.rstrip("…")) <= 1040 for line in lines)
    assert not [line for line in lines if line.startswith(tuple(pictures.NEVER_FIRST))]
    assert pictures.drawn(title, "示例", "no-such-colour", face).startswith(b"\x89PNG")
