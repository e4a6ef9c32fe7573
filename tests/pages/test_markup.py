"""The markup of every page, on the real data."""

import json
import re
from collections import Counter
from functools import cached_property
from html import unescape
from io import StringIO

import html5lib
import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.db import transaction
from django.test import Client

from publishing.catalogue import forget_catalogue
from tests.pages.crawl import crawl, is_page, shape

pytestmark = pytest.mark.django_db  # pytest-django makes databases only for who asks

STATIC = re.compile(r'"/static/([^"#]+)')
XHTML = "{http://www.w3.org/1999/xhtml}"
PAGES_OF_A_KIND = 6  # parsed of each kind of page; of the measures all


class Site:
    """All that links lead to from the home page, on the real data."""

    def __init__(self, answers):
        self.statuses = {address: response.status_code for address, response in answers}
        self.pages = {
            address: response.content.decode() for address, response in answers if is_page(response)
        }

    @cached_property
    def trees(self):
        """The parsed pages. Raises ParseError on the first error that the standard names."""
        kinds = Counter()
        trees = {}
        for address, text in self.pages.items():
            kinds[shape(address)] += 1
            if shape(address) == "guide/measures/…" or kinds[shape(address)] <= PAGES_OF_A_KIND:
                trees[address] = html5lib.HTMLParser(strict=True).parse(text)
        return trees


@pytest.fixture(scope="module")
def site(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_fixtures", stdout=StringIO())
        site = Site(list(crawl(Client())))
        transaction.set_rollback(True)
    forget_catalogue()
    return site


def test_every_link_leads_somewhere(site):
    assert not {address: status for address, status in site.statuses.items() if status != 200}


def test_every_static_file_that_a_page_names_is_there(site):
    names = {name for text in site.pages.values() for name in STATIC.findall(text)}
    assert names
    assert not [name for name in names if not finders.find(name)]


def test_the_links_reach_all_entries(site):
    kinds = Counter(shape(address) for address in site.pages)
    assert kinds["guide/measures/…"] == 28
    assert kinds["guide/measures/…/…"] == 28 * 5
    assert kinds["guide/measures/…/history"] == 28
    assert kinds["projects/…/…"] == 7
    assert kinds["cooperation/…"] == 5
    assert kinds["cities/…"] == 5
    assert kinds["guide/domains/…"] == 7


def test_every_page_has_one_main_heading_a_title_of_its_own_and_a_language(site):
    titles = Counter()
    for address, tree in site.trees.items():
        assert tree.get("lang") == "zh-Hans", address
        assert len(tree.findall(f".//{XHTML}h1")) == 1, address
        assert len(tree.findall(f".//{XHTML}main")) == 1, address
        titles[tree.find(f".//{XHTML}title").text] += 1
    assert [title for title, number in titles.items() if number > 1] == []


def test_ids_are_unique_and_everything_that_points_to_one_finds_it(site):
    for address, tree in site.trees.items():
        elements = list(tree.iter())
        ids = Counter(element.get("id") for element in elements if element.get("id"))
        assert max(ids.values(), default=1) == 1, address
        for element in elements:
            for name in ("aria-labelledby", "aria-describedby", "for"):
                for target in (element.get(name) or "").split():
                    assert target in ids, f"{address}: {name}={target}"
            if (element.get("href") or "").startswith("#"):
                assert element.get("href")[1:] in ids, address


def test_headings_skip_no_level(site):
    for address, tree in site.trees.items():
        level = 0
        for element in tree.iter():
            if isinstance(element.tag, str) and re.fullmatch(r".*}h[1-6]", element.tag):
                assert int(element.tag[-1]) <= level + 1, (
                    f"{address}: {''.join(element.itertext())}"
                )
                level = int(element.tag[-1])


def test_nothing_inline_that_the_policy_would_stop(site):
    for address, tree in site.trees.items():
        for element in tree.iter():
            assert element.get("style") is None, address
            assert not [name for name in element.attrib if name.startswith("on")], address
            assert element.tag != f"{XHTML}style", address
            is_data = element.get("type") == "application/ld+json"
            if element.tag == f"{XHTML}script" and not is_data:
                assert element.get("src"), address


def test_nothing_is_loaded_from_another_host(site):
    for address, tree in site.trees.items():
        for element in tree.iter():
            loads = element.get("src") or (
                element.get("href") if element.tag == f"{XHTML}link" else None
            )
            assert not loads or loads.startswith(("/", "http://testserver/")), f"{address}: {loads}"


def test_every_measure_shows_its_badge_caveat_and_sources(site):
    for measure in fixture_rows("guide", "guide.measure"):
        text = unescape(site.pages[f"/guide/measures/{measure['fields']['slug']}/"])
        assert measure["fields"].get("caveat", "") in text
        assert "<details" not in text
        for citation in fixture_rows("guide", "guide.measurecitation"):
            if citation["fields"]["measure"] == measure["pk"]:
                assert citation["fields"].get("quote", "") in text


def fixture_rows(name, model):
    rows = json.loads((settings.BASE_DIR / f"fixtures/{name}.json").read_text())
    return [row for row in rows if row["model"] == model]


def test_the_badge_says_how_far_the_report_goes(site):
    badges = {
        "rail-passes": "报道确认收入指南",
        "medical-years": "报道随指南介绍",
        "marriage": "同领域已公布政策,未确认在28项内",
    }
    for slug, badge in badges.items():
        text = site.pages[f"/guide/measures/{slug}/"]
        assert [b for b in badges.values() if b in text] == [badge]
