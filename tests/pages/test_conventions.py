"""What pages tell machines: meta tags of government websites, schema.org data, the site map."""

import json
from datetime import timedelta
from xml.etree import ElementTree

import html5lib
import pytest
from django.conf import settings as portal_settings
from django.utils import timezone
from pyld import jsonld

from publishing.catalogue import forget_catalogue
from publishing.json_ld import json_ld
from tests.factories import (
    make_department,
    make_domain,
    make_hotline,
    make_measure,
    make_source,
    publish,
    publish_project,
    publish_zone,
    withdraw,
)

pytestmark = pytest.mark.django_db
XHTML = "{http://www.w3.org/1999/xhtml}"
MEASURE, PROJECT, ZONE = (
    "/guide/measures/example/",
    "/projects/2024/example/",
    "/cooperation/example/",
)
SET = {
    "SITE_SPONSOR": "示例主办单位",
    "SITE_OPERATOR": "示例承办单位",
    "SITE_ID_CODE": "0000000000",
    "ICP_NUMBER": "示ICP备00000000号",
    "POLICE_NUMBER": "示公网安备00000000000000号",
    "SITE_CONTACT": "示例联系方式",
}


@pytest.fixture(autouse=True)
def measure():
    forget_catalogue()
    measure = make_measure(
        slug="example",
        title="示例举措</script>",
        domain=make_domain(slug="medical", name="示例医疗"),
        keywords=["示例词"],
        fee="free",
        cities=["qingdao"],
        hotlines=[make_hotline(name="示例热线", number="000-0001")],
        sources=[make_source(publisher="示例发布者甲"), make_source(publisher="示例发布者乙")],
    )
    measure.departments.create(department=make_department(name="示例牵头"), role="lead")
    measure.steps.create(channel="online", text="示例", url="https://example.com/", url_label="办")
    measure.questions.create(question="示例问题?", answer="示例<b>回答</b>")
    publish_project(slug="example", cities=["qingdao"])
    publish_zone(slug="example")
    return publish(measure)


@pytest.fixture
def tomorrow(monkeypatch):
    """Call it, and it is the day after."""
    later = timezone.now() + timedelta(days=1)
    return lambda: monkeypatch.setattr(timezone, "now", lambda: later)


def tree_of(client, address):
    return html5lib.HTMLParser(strict=True).parse(client.get(address).content.decode())


def meta_on(client, address):
    tags = tree_of(client, address).iter(f"{XHTML}meta")
    return {tag.get("name"): tag.get("content") for tag in tags if tag.get("name")}


def data_on(client, address):
    """The schema.org data of a page by type, as a JSON-LD processor understands it."""
    scripts = tree_of(client, address).iter(f"{XHTML}script")
    texts = [s.text for s in scripts if s.get("type") == "application/ld+json"]
    options = {"documentLoader": schema_org}
    expanded = [node for text in texts for node in jsonld.expand(json.loads(text), options)]
    return {node["@type"][0].removeprefix("http://schema.org/"): node for node in expanded}


def schema_org(url, _options):
    """The context of schema.org as far as it matters here, without asking for it."""
    assert url == "https://schema.org"
    url_terms = {name: {"@type": "@id"} for name in ("url", "item", "serviceUrl")}
    context = {"@vocab": "http://schema.org/"} | {
        name: {"@id": f"http://schema.org/{name}"} | kind for name, kind in url_terms.items()
    }
    return {"contextUrl": None, "documentUrl": url, "document": {"@context": context}}


def one(node, name):
    (value,) = node[f"http://schema.org/{name}"]
    return value.get("@value", value.get("@id", value))


class TestMetaTags:
    def test_every_page_names_the_site_and_columns_their_kind(self, client):
        for address, column, kind in (
            ("/", None, None),
            ("/guide/", "指南", "办事服务"),
            (MEASURE, "指南", "办事服务"),
            ("/guide/finder/", "帮我找", "办事服务"),
            ("/cities/qingdao/", "五市", "办事服务"),
            (PROJECT, "十大实事", "工作动态"),
            (ZONE, "合作区", "工作动态"),
            ("/feedback/", "纠错和咨询", "互动交流"),
            ("/about/", "关于", "概况信息"),
        ):
            meta = meta_on(client, address)
            assert meta["SiteName"] == "青岛都市圈同城生活指南"
            assert portal_settings.PORTAL_URL.endswith(meta["SiteDomain"])
            assert (meta.get("ColumnName"), meta.get("ColumnType")) == (column, kind), address
            assert ("ColumnDescription" in meta) is bool(column)

    def test_entries_say_title_date_source_and_address(self, client, measure):
        meta = meta_on(client, MEASURE)
        assert meta["ArticleTitle"] == measure.title
        assert set(meta["ContentSource"].split("、")) == {"示例发布者甲", "示例发布者乙"}
        assert meta["Keywords"] == "示例词,示例医疗,青岛"
        assert meta["Description"] == measure.summary
        assert meta["Url"] == portal_settings.PORTAL_URL + MEASURE
        assert len(meta["PubDate"]) == len("2025-04-28 09:30")
        for address in (PROJECT, ZONE, f"{MEASURE}qingdao/"):
            assert {"ArticleTitle", "PubDate", "Url"} <= set(meta_on(client, address))
        assert "ArticleTitle" not in meta_on(client, "/guide/")

    def test_what_is_not_set_is_nowhere(self, client):
        text = client.get("/").content.decode()
        for word in ("SiteIDCode", "主办单位", "承办单位", "联系方式", "标识码", "beian"):
            assert word not in text

    def test_what_is_set_is_in_the_footer(self, client, settings):
        for name, value in SET.items():
            setattr(settings, name, value)
        tree = tree_of(client, "/")
        text = "".join(tree.find(f".//{XHTML}footer").itertext())
        for value in SET.values():
            assert value in text
        assert meta_on(client, "/")["SiteIDCode"] == "0000000000"
        links = [a.get("href") for a in tree.iter(f"{XHTML}a")]
        assert "https://beian.miit.gov.cn/" in links
        assert "https://beian.mps.gov.cn/#/query/webSearch?code=00000000000000" in links

    @pytest.mark.parametrize("name", SET)
    def test_each_is_shown_without_the_others_and_renews_the_page(self, client, settings, name):
        before = client.get("/")["ETag"]
        setattr(settings, name, SET[name])
        response = client.get("/")
        assert SET[name] in response.content.decode()
        assert response["ETag"] != before


class TestSchemaOrg:
    def test_a_measure_is_a_government_service(self, client, measure):
        service = data_on(client, MEASURE)["GovernmentService"]
        assert one(service, "name") == measure.title
        assert one(service, "url") == portal_settings.PORTAL_URL + MEASURE
        assert one(service, "serviceType") == "示例医疗"
        assert one(one(service, "areaServed"), "name") == "青岛市"
        assert one(one(service, "provider"), "name") == "示例牵头"
        assert one(one(service, "offers"), "price") == "0"
        channels = service["http://schema.org/availableChannel"]
        assert one(channels[0], "serviceUrl") == "https://example.com/"
        assert one(one(channels[1], "servicePhone"), "telephone") == "000-0001"

    def test_a_city_is_a_service_only_where_it_is_in_force(self, client):
        here = data_on(client, f"{MEASURE}qingdao/")["GovernmentService"]
        assert one(here, "url").endswith(f"{MEASURE}qingdao/")
        assert "GovernmentService" not in data_on(client, f"{MEASURE}rizhao/")

    def test_no_price_is_invented(self, client, measure):
        for fee in ("charged", "unknown"):
            measure.fee = fee
            measure.save()
            publish(measure)
            service = data_on(client, MEASURE)["GovernmentService"]
            assert "http://schema.org/offers" not in service

    def test_questions_are_an_faq_page(self, client, measure):
        question = one(data_on(client, MEASURE)["FAQPage"], "mainEntity")
        assert one(question, "name") == "示例问题?"
        assert "&lt;b&gt;回答" in one(one(question, "acceptedAnswer"), "text")
        measure.questions.all().delete()
        measure.refresh_from_db()
        publish(measure)
        assert "FAQPage" not in data_on(client, MEASURE)

    def test_the_way_from_the_home_page_is_a_breadcrumb_list(self, client):
        trail = data_on(client, f"{MEASURE}qingdao/")["BreadcrumbList"]
        links = trail["http://schema.org/itemListElement"]
        assert [one(link, "position") for link in links] == [1, 2, 3]
        assert [one(link, "name") for link in links] == ["首页", "示例医疗", "示例举措</script>"]
        assert one(links[1], "item") == f"{portal_settings.PORTAL_URL}/guide/domains/medical/"

    def test_nothing_in_a_text_ends_the_element(self):
        text = json_ld({"name": "</script><!--&"})
        assert text.count("<") == 2
        assert "&" not in text

    def test_previews_and_private_pages_say_nothing_to_machines(self, client):
        assert "ld+json" not in client.get("/nothing/").content.decode()


class TestOneAddress:
    def test_the_canonical_address_and_its_language_are_the_same(self, client):
        for query in ("", "?from=yantai&view=elder"):
            links = list(tree_of(client, MEASURE + query).iter(f"{XHTML}link"))
            canonical = [a.get("href") for a in links if a.get("rel") == "canonical"]
            languages = {a.get("hreflang"): a.get("href") for a in links if a.get("hreflang")}
            assert canonical == [portal_settings.PORTAL_URL + MEASURE]
            assert languages == {
                "zh-Hans": canonical[0],
                **{
                    code: f"{portal_settings.PORTAL_URL}/{code}{MEASURE}"
                    for code in ("en", "ko", "ja")
                },
            }

    def test_the_sitemap_says_when_pages_changed(self, client, measure, tomorrow):
        last = times(client)
        assert last[MEASURE] == last["/guide/domains/medical/"] == last["/cities/qingdao/"]
        assert last["/projects/2024/"] == last[PROJECT]
        assert last["/"] is not None
        assert last["/about/"] is None
        measure.title = "示例新名称"
        measure.save()
        tomorrow()
        publish(measure)
        assert times(client)[MEASURE] > last[MEASURE]
        assert times(client)["/projects/"] == last["/projects/"]

    def test_a_withdrawal_is_a_change_of_the_lists(self, client, measure, tomorrow):
        before = times(client)
        tomorrow()
        withdraw(measure)
        after = times(client)
        assert MEASURE not in after
        assert after["/guide/"] > before["/guide/"]


def times(client):
    """`{path: lastmod}` of the site map."""
    namespace = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    root = ElementTree.fromstring(client.get("/sitemap.xml").content)  # noqa: S314 - our own
    found = {}
    for url in root:
        path = url.findtext(f"{namespace}loc").removeprefix("http://testserver")
        found[path] = url.findtext(f"{namespace}lastmod")
    return found
