"""The worker in a real browser: pages kept, never instead of the network, and never for good."""

import pytest
from django.http import HttpResponse
from playwright.sync_api import expect

from qingdao_portal import offline
from tests.accessibility import violations_on
from tests.factories import make_domain, publish, publish_measure, withdraw

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]
ENTRY = "/guide/measures/example/"
# Answers everything from its own words: the kind of worker that locks readers in.
STALE = """
self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const headers = { "Content-Type": "text/html; charset=utf-8" };
  if (event.request.mode === "navigate")
    event.respondWith(new Response("<title>旧</title>示例旧页面", { headers }));
});
"""
KEPT = """async () => {
  const keys = [];
  for (const name of await caches.keys())
    for (const key of await (await caches.open(name)).keys()) keys.push(new URL(key.url).pathname);
  return keys;
}"""
# Done when the newest worker has taken over: nothing new is found and none is on its way.
TAKEN_OVER = """async () => {
  const registration = await navigator.serviceWorker.ready;
  for (;;) {
    await registration.update().catch(() => {});
    const { installing, waiting, active } = registration;
    const next = installing ?? waiting ?? (active.state === "activated" ? null : active);
    if (!next) return;
    await new Promise((resolve, reject) => {
      setTimeout(() => reject(new Error(`The newest worker stays ${next.state}.`)), 20000);
      const look = () => ["activated", "redundant"].includes(next.state) && resolve();
      next.addEventListener("statechange", look);
      look();
    });
  }
}"""


def stale(*args, **options):
    return HttpResponse(STALE, content_type="text/javascript")


@pytest.fixture
def measure():
    return publish_measure(slug="example", title="示例举措", domain=make_domain(slug="medical"))


@pytest.fixture
def reader(page, settings, measure):
    """A page of a browser whose worker has taken over and kept what is open."""
    settings.OFFLINE_READING = True
    page.goto(ENTRY)
    page.evaluate(TAKEN_OVER)
    return page


def kept_pages(page):
    return [path for path in page.evaluate(KEPT) if not path.startswith("/static/")]


def test_a_page_once_seen_is_readable_offline_with_its_date(reader, context):
    context.set_offline(True)
    reader.reload()
    assert reader.get_by_role("heading", level=1).inner_text() == "示例举措"
    note = reader.get_by_role("complementary", name="离线副本")
    expect(note).to_contain_text("离线副本,保存于")
    expect(note.locator("time")).to_contain_text("年")
    assert reader.evaluate("getComputedStyle(document.querySelector('h1')).fontWeight") == "700"
    assert violations_on(reader) == []


def test_what_was_never_seen_leads_to_the_list_of_what_was(reader, context):
    context.set_offline(True)
    reader.goto("/about/")
    reader.get_by_role("heading", name="离线可看的页面").wait_for()
    kept = reader.locator("[data-kept]")
    expect(kept.get_by_role("link")).to_have_count(1)
    kept.get_by_role("link", name="示例举措").click()
    assert reader.get_by_role("heading", level=1).inner_text() == "示例举措"


def test_the_network_comes_first(reader, context, measure):
    measure.title = "示例新名称"
    measure.save()
    publish(measure)
    reader.reload()
    assert reader.get_by_role("heading", level=1).inner_text() == "示例新名称"
    assert reader.get_by_role("complementary", name="离线副本").count() == 0
    reader.evaluate(TAKEN_OVER)
    context.set_offline(True)
    reader.reload()
    assert reader.get_by_role("heading", level=1).inner_text() == "示例新名称"


def test_a_withdrawn_entry_is_not_kept(reader, context, measure):
    withdraw(measure, reason="示例撤回原因")
    reader.reload()
    reader.evaluate(TAKEN_OVER)
    assert ENTRY not in kept_pages(reader)


def test_only_public_pages_are_kept(reader, context):
    other = context.new_page()  # Chromium's own view of JSON breaks the page's policy
    for address in ("/admin/login/", "/api/v1/measures/", "/nothing/", "/sitemap.xml", "/about/"):
        other.goto(address)
    reader.goto("/offline/")
    assert set(kept_pages(reader)) == {"/offline/", ENTRY, "/about/"}


def test_the_oldest_copies_go_first(page, settings, monkeypatch, measure):
    settings.OFFLINE_READING = True
    monkeypatch.setattr(offline, "MOST_PAGES", 2)
    page.goto(ENTRY)
    page.evaluate(TAKEN_OVER)
    for address in ("/about/", "/accessibility/", "/sitemap/"):
        page.goto(address)
    page.goto("/nothing/")  # kept by nobody, so that what came before it is done
    page.wait_for_function(f"async () => (await ({KEPT})()).includes('/sitemap/')")
    assert kept_pages(page) == ["/accessibility/", "/sitemap/"]


def test_a_worker_that_locks_readers_in_is_replaced(page, settings, monkeypatch, measure):
    settings.OFFLINE_READING = True
    with monkeypatch.context() as earlier:
        earlier.setattr(offline, "render", stale)
        page.goto(ENTRY)
        page.evaluate(TAKEN_OVER)
        page.reload()
        assert "示例旧页面" in page.content()
    page.evaluate(TAKEN_OVER)
    page.reload()
    assert page.get_by_role("heading", level=1).inner_text() == "示例举措"


def test_the_switch_clears_the_browser(reader, settings):
    assert kept_pages(reader)
    settings.OFFLINE_READING = False
    reader.evaluate("navigator.serviceWorker.getRegistration().then((r) => r.update())")
    reader.wait_for_function(
        "async () => !(await navigator.serviceWorker.getRegistration())"
        " && !(await caches.keys()).length"
    )
    reader.reload()
    assert reader.get_by_role("heading", level=1).inner_text() == "示例举措"
