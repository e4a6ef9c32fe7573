"""Pages in other languages: by the address alone, and honest about what is not translated."""

import gzip
import re

import html5lib
import polib
import pytest
from django.conf import settings
from django.core.management import call_command

from publishing.models import Edition
from publishing.services import patch_fields
from publishing.translations import outdated_translations, translated
from qingdao_portal.languages import MARKED, UNMARKED, mark, path_in, split_language, tag_languages
from tests.factories import make_domain, publish, publish_measure

CODES = ["en", "ko", "ja"]
HAN = re.compile(r"[\u3400-\u9fff]")


@pytest.fixture
def measure(db):
    return publish_measure(
        slug="example",
        title="示例举措",
        summary="示例摘要",
        body="示例正文",
        domain=make_domain(slug="medical", translations={"en": {"name": "Example domain"}}),
        translations={"en": {"title": "Example <measure>", "body": "Example *body*"}},
    )


def get(client, path):
    response = client.get(path)
    assert response.status_code == 200, path
    return response


@pytest.mark.parametrize(
    ("path", "code", "plain"),
    [
        ("/guide/", "zh-hans", "/guide/"),
        ("/en/guide/", "en", "/guide/"),
        ("/en/", "en", "/"),
        ("/en", "zh-hans", "/en"),
        ("/fr/guide/", "zh-hans", "/fr/guide/"),
        ("/english/", "zh-hans", "/english/"),
    ],
)
def test_the_address_says_the_language(path, code, plain):
    assert split_language(path) == (code, plain)
    assert path_in(code, plain) == path


@pytest.mark.usefixtures("measure")
@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("path", ["/", "/guide/", "/guide/measures/example/", "/search/?q=示例"])
def test_a_page_says_its_language_and_names_its_twins(client, code, path):
    response = get(client, f"/{code}{path}")
    page = response.content.decode()
    assert f'<html lang="{code}">' in page
    assert response.headers["Content-Language"] == code
    assert not response.cookies
    address = path.partition("?")[0]
    for other, prefix in {"zh-Hans": "", "en": "/en", "ko": "/ko", "ja": "/ja"}.items():
        assert f'hreflang="{other}" href="{settings.PORTAL_URL}{prefix}{address}"' in page


@pytest.mark.usefixtures("measure")
def test_links_stay_in_the_language_and_keep_the_readers_choices(client):
    page = get(client, "/en/guide/?from=yantai&view=elder").content.decode()
    links = re.findall(r'<a [^>]*href="(/[^"#]*elder)"', page)
    assert links
    switches = [f"/{code}/guide/" for code in ("ko", "ja")] + ["/guide/"]
    others = [link for link in links if not link.startswith("/en/")]
    assert {link.partition("?")[0] for link in others} <= {*switches, "/api/docs/"}


def test_a_translation_takes_the_place_of_the_chinese(client, measure):
    page = get(client, "/en/guide/measures/example/").content.decode()
    assert "Example &lt;measure&gt;" in page
    assert "<em>body</em>" in page
    assert "Example domain" in page
    assert "示例举措" not in page


def test_what_has_no_translation_is_shown_in_chinese_and_marked(client, measure):
    page = get(client, "/en/guide/measures/example/").content.decode()
    assert '<span lang="zh-Hans">示例摘要</span>' in page
    korean = get(client, "/ko/guide/measures/example/").content.decode()
    assert '<span lang="zh-Hans">示例举措</span>' in korean
    assert '<div lang="zh-Hans"><p>示例正文</p></div>' in korean
    assert MARKED not in page + korean
    assert "示例举措" in re.search("<title>(.*?)</title>", korean)[1]


def test_a_related_entry_is_named_in_the_language_of_the_page(client, measure):
    texts = {"title": "Example related", "summary": "Example summary"}
    measure.related.add(publish_measure(title="示例相关", translations={"en": texts}))
    publish(measure)
    heading = "related-title"
    english = get(client, "/en/guide/measures/example/").content.decode().partition(heading)[2]
    assert ">Example related</a>" in english
    assert "示例相关" not in english
    korean = get(client, "/ko/guide/measures/example/").content.decode().partition(heading)[2]
    assert '<span lang="zh-Hans">示例相关</span></a>' in korean
    (part,) = get(client, "/api/v1/measures/example/").json()["related"]
    assert part["translations"] == {"en": {"title": "Example related"}}


def test_a_related_entry_of_an_edition_without_its_translations_is_marked(client, measure):
    related = publish_measure(slug="related", title="示例相关")
    part = {"id": str(related.pk), "kind": "measure", "slug": "related", "title": "示例相关"}
    patch_fields(measure, by=None, related=[part])
    english = get(client, "/en/guide/measures/example/").content.decode()
    assert '<span lang="zh-Hans">示例相关</span></a>' in english
    assert get(client, "/api/v1/measures/example/").json()["related"] == [part]


def test_pages_are_tagged_before_they_are_compressed(client, measure):
    response = client.get("/ko/guide/measures/example/", headers={"Accept-Encoding": "gzip"})
    assert '<span lang="zh-Hans">示例摘要</span>' in gzip.decompress(response.content).decode()


def test_chinese_pages_and_the_api_carry_no_marks(client, measure):
    for path in ("/guide/measures/example/", "/api/v1/measures/example/"):
        text = get(client, path).content.decode()
        assert MARKED not in text
        assert "示例举措" in text
    assert 'lang="zh-Hans"' in get(client, "/guide/").content.decode()


def test_a_translation_older_than_the_text_is_said_to_be(client, measure):
    note = 'class="translation-note"'
    assert note in get(client, "/en/guide/measures/example/").content.decode()
    measure.title = "示例举措改了"
    measure.save()
    publish(measure)
    document = Edition.objects.current().get().document
    assert document["outdated_translations"] == {"en": [f"{measure.pk}.title"]}
    measure.note = "别的改动"
    measure.summary = "别的摘要"
    measure.save()
    publish(measure)
    document = Edition.objects.current().get().document
    assert document["outdated_translations"] == {"en": [f"{measure.pk}.title"]}
    measure.translations = {"en": {"title": "Example, changed"}}
    measure.save()
    publish(measure)
    assert Edition.objects.current().get().document["outdated_translations"] == {}


def test_outdated_places_are_found_in_parts_and_nested_names():
    def document(text, fee, translations):
        return {
            "id": "1",
            "fee": {"note": fee},
            "translations": {"en": {"fee_note": "Free"}},
            "steps": [{"id": "2", "text": text, "translations": translations}],
        }

    before = document("示例", "免费", {"en": {"text": "Example"}})
    after = document("示例改", "不收费", {"en": {"text": "Example"}})
    assert outdated_translations(after, before) == {"en": ["1.fee_note", "2.text"]}
    assert outdated_translations(after, None) == {}
    new = document("示例改", "免费", {"en": {"text": "Changed"}})
    assert outdated_translations(new, before) == {}


def test_what_is_empty_stays_empty_in_other_languages():
    assert translated({"body_html": "", "title": ""}, "ko") == {"body_html": "", "title": ""}


def test_nested_names_are_translated():
    part = {"fee": {"kind": "free", "note": "免费"}, "translations": {"en": {"fee_note": "Free"}}}
    assert translated(part, "en")["fee"] == {"kind": "free", "note": "Free"}
    assert translated(part, "ko")["fee"]["note"] == mark("免费")


@pytest.mark.parametrize(
    ("html", "tagged"),
    [
        (f"<p>a {mark('中')}、b</p>", '<p>a <span lang="zh-Hans">中</span>, b</p>'),
        (f"<title>{mark('中')}</title><p>b</p>", "<title>中</title><p>b</p>"),
        (f"<option>{mark('中')}</option>", "<option>中</option>"),
        (f'<a aria-label="{mark("中、国")}:b">x</a>', '<a aria-label="中、国:b">x</a>'),
        ("<p>no marks</p>", "<p>no marks</p>"),
        ("<p>City:Done(2 day(s), https://a)</p>", "<p>City: Done (2 day(s), https://a)</p>"),
        ('<a href="/a:B(c)">d</a>', '<a href="/a:B(c)">d</a>'),
        (
            f"<svg><desc>{mark('中')}</desc><svg><text>{mark('国')}</text></svg></svg>{mark('文')}",
            "<svg><desc>中</desc><svg><text>"
            '<tspan lang="zh-Hans">国</tspan></text></svg></svg><span lang="zh-Hans">文</span>',
        ),
    ],
)
def test_marks_become_tags_where_tags_may_stand(html, tagged):
    assert tag_languages(html, "en") == tagged
    assert UNMARKED not in tagged


def test_forms_in_other_languages_are_private_and_can_be_sent(client, measure):
    response = get(client, "/en/feedback/?about=/guide/measures/example/")
    assert "no-store" in response.headers["Cache-Control"]
    assert client.post("/en/feedback/", {}).status_code in (400, 422)
    assert client.post("/en/guide/").status_code == 405
    assert client.get("/en/api/v1/").status_code == 404
    assert client.get("/en/admin/").status_code == 404


def test_a_page_is_reported_on_by_its_address_in_any_language(client, measure):
    for about in ("/guide/measures/example/", "/en/guide/measures/example/"):
        page = get(client, f"/en/feedback/?about={about}").content.decode()
        assert 'value="/guide/measures/example/"' in page
        assert '<a href="/en/guide/measures/example/">' in page


@pytest.mark.parametrize(
    "path", ["/offline/", "/api/docs/", "/api/changelog/", "/embed/measures/example/"]
)
def test_a_page_that_exists_once_names_no_twins(client, measure, settings, path):
    settings.OFFLINE_READING = True
    assert "hreflang" not in get(client, path).content.decode()


def test_each_language_has_an_etag_of_its_own(client, measure):
    tags = {get(client, f"{prefix}/guide/").headers["ETag"] for prefix in ("", "/en", "/ko")}
    assert len(tags) == 3


def test_the_site_map_names_each_page_in_each_language(client, measure):
    text = get(client, "/sitemap.xml").content.decode()
    for prefix in ("", "/en", "/ko", "/ja"):
        assert f"<loc>http://testserver{prefix}/guide/measures/example/</loc>" in text
    assert 'hreflang="x-default"' in text


def test_readers_search_in_their_language(client, measure):
    page = get(client, "/en/search/?q=example+measure").content.decode()
    assert 'href="/en/guide/measures/example/"' in page
    assert get(client, "/search/suggest/?q=exam").json() == {"suggestions": ["Example <measure>"]}


@pytest.mark.parametrize("code", CODES)
def test_the_texts_of_pages_are_translated_and_compiled(code):
    folder = settings.BASE_DIR / "locale" / code / "LC_MESSAGES"
    source, compiled = polib.pofile(folder / "django.po"), polib.mofile(folder / "django.mo")
    untranslated = [entry.msgid for entry in source if not entry.translated()]
    assert untranslated == []
    assert {e.msgid: e.msgstr for e in source} == {e.msgid: e.msgstr for e in compiled}
    for entry in source:
        assert placeholders(entry.msgid) == placeholders(entry.msgstr), entry.msgid


def placeholders(text):
    return sorted(re.findall(r"%\(\w+\)[sd]|%0?\d?[sd]|\{\w+\}", re.sub("%02d", "%d", text)))


@pytest.mark.django_db
@pytest.mark.parametrize("code", ["en", "ko"])  # Japanese is written with Chinese characters too
def test_no_page_shows_chinese_that_is_not_said_to_be(client, code):
    call_command("load_fixtures", verbosity=0)
    seen = {}
    for path in PAGES:
        page = get(client, f"/{code}{path}").content.decode()
        html5lib.HTMLParser(strict=True).parse(page)  # a mark in a drawing could end the drawing
        page = re.sub(
            r'<(t?span|div|a)[^>]*lang="(zh-Hans|ja)"[^>]*>.*?</\1>', "", page, flags=re.S
        )
        # Where no tag may stand, nothing can be marked.
        page = re.sub(r"<(script|title|option)\b.*?</\1>", "", page, flags=re.S)
        texts = re.findall(r">([^<>]*)<", page)
        found = [text.strip() for text in texts if HAN.search(text)]
        if found:
            seen[path] = found[:5]
    assert seen == {}


PAGES = [
    *("/", "/about/", "/accessibility/", "/privacy/", "/sitemap/", "/guide/", "/guide/compare/"),
    *(
        "/guide/compare/medical-direct/",
        "/guide/domains/medical/",
        "/guide/measures/medical-years/",
    ),
    *("/guide/measures/fund-transfer/qingdao/", "/guide/measures/id-card/history/"),
    *("/guide/finder/", "/guide/finder/?live=qingdao", "/projects/", "/projects/2024/"),
    *("/projects/2024/weifang-yantai-railway/", "/cooperation/", "/cities/weihai/"),
    *("/search/?q=gjj", "/search/?q=zzzz", "/feedback/?about=/guide/", "/guide/handbook/"),
]
