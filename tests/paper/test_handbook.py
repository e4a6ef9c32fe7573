"""The printed handbook, as a page and as a PDF."""

import io
import re

import pytest
from django.core.management import CommandError, call_command
from pypdf import PdfReader

from guide import handbook_views
from tests.factories import make_cities, make_domain, make_hotline, make_measure, publish_measure

pytestmark = pytest.mark.django_db
ADDRESS = "/guide/handbook/"


@pytest.fixture
def guide(settings):
    """Two domains with an entry each; the second reaches Qingdao alone."""
    settings.PORTAL_URL = "https://portal.example"
    make_cities()
    medical = make_domain(slug="medical", name="示例医疗", position=1)
    housing = make_domain(slug="housing", name="示例住房", position=2)
    publish_measure(
        slug="second", title="示例住房举措", domain=housing, cities=["qingdao"], position=1
    )
    publish_measure(
        slug="first",
        title="示例医疗举措",
        domain=medical,
        cities=["qingdao", "rizhao"],
        position=2,
        hotlines=[make_hotline(number="000-1234")],
        caveat="示例提示",
    )


@pytest.mark.usefixtures("guide")
def test_the_handbook_has_all_that_is_live_with_contents_and_ways_back(client):
    make_measure(title="示例草稿")
    text = client.get(ADDRESS).content.decode()
    for slug, title in (("first", "示例医疗举措"), ("second", "示例住房举措")):
        assert f'href="#entry-{slug}">{title}</a>' in text
        assert f"<strong>portal.example/m/{slug}</strong>" in text
    assert "示例草稿" not in text
    assert text.count('<svg class="qr"') == 3  # the handbook's own and one for each entry
    for words in ("示例提示", "000-1234", "示例引文", "要带的材料"):  # the last is not known
        assert words in text
    assert text.index("entry-first") < text.index("entry-second")  # in the order of the domains


@pytest.mark.usefixtures("guide")
def test_a_city_and_a_domain_narrow_it(client):
    of_city = client.get(f"{ADDRESS}?city=rizhao").content.decode()
    assert "entry-first" in of_city
    assert "entry-second" not in of_city
    assert "<strong>日照</strong>" in of_city
    assert "<strong>青岛</strong>" not in of_city
    assert "指南里另外1条在日照还没有核实,或者没有开通" in of_city
    assert "portal.example/guide/handbook/?city=rizhao<" in of_city
    of_domain = client.get(f"{ADDRESS}?domain=housing").content.decode()
    assert "entry-second" in of_domain
    assert "entry-first" not in of_domain
    nothing = client.get(f"{ADDRESS}?domain=housing&city=rizhao")
    assert "这里还没有收录条目" in nothing.content.decode()


@pytest.mark.usefixtures("guide")
def test_a_page_that_would_be_too_long_is_cut_and_says_so(client, monkeypatch):
    assert "条目太多" not in client.get(ADDRESS).content.decode()
    monkeypatch.setattr(handbook_views, "PAGE_LIMIT", 1)
    assert "条目太多,这里只排了前1条" in client.get(ADDRESS).content.decode()


@pytest.mark.usefixtures("guide")
def test_the_pdf_has_its_fonts_inside_and_true_page_numbers(tmp_path):
    call_command("build_handbook", output=tmp_path, stdout=io.StringIO())
    pdf = PdfReader(tmp_path / "handbook.pdf")
    fonts = [font for page in pdf.pages for font in fonts_on(page)]
    assert any("CJK-SC" in font["/BaseFont"] for font in fonts)
    for font in fonts:
        inside = font["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
        assert {"/FontFile2", "/FontFile3"} & set(inside), font["/BaseFont"]
    texts = [page.extract_text() for page in pdf.pages]
    for title in ("示例医疗举措", "示例住房举措"):
        told = re.search(rf"{title}\s*\.*\s*(\d+)", texts[1])
        assert title in texts[int(told[1]) - 1]
        assert texts[int(told[1]) - 1].rstrip().endswith(f"{told[1]} / {len(texts)}")
    assert "示例医疗举措" in str(pdf.outline)
    assert pdf.trailer["/Root"]["/Lang"] == "zh-Hans"
    assert pdf.metadata.title.startswith("打印版手册")


def fonts_on(page):
    return [font.get_object() for font in page["/Resources"].get("/Font", {}).values()]


@pytest.mark.usefixtures("guide")
def test_without_a_chinese_font_no_pdf_is_made(tmp_path, settings):
    settings.CHINESE_FONT = str(tmp_path / "nothing.ttc")
    with pytest.raises(CommandError, match="fonts-noto-cjk"):
        call_command("build_handbook", output=tmp_path)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"city": "beijing"}, "beijing"),
        ({"domain": "nothing"}, "nothing"),
        ({"all": True, "city": "qingdao"}, "either"),
    ],
)
def test_a_handbook_of_nothing_is_refused(tmp_path, options, sentence):
    with pytest.raises(CommandError, match=sentence):
        call_command("build_handbook", output=tmp_path, **options)


@pytest.mark.usefixtures("guide")
def test_all_makes_one_for_each_city_and_domain(tmp_path, monkeypatch):
    module = "guide.management.commands.build_handbook.handbook_pdf"
    monkeypatch.setattr(module, lambda context: context["address"].encode())
    call_command("build_handbook", all=True, output=tmp_path, stdout=io.StringIO())
    made = {path.name: path.read_text() for path in tmp_path.iterdir()}
    assert len(made) == 1 + 5 + 2
    assert made["handbook-weihai.pdf"] == "https://portal.example/guide/handbook/?city=weihai"
