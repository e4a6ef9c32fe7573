"""The mirror: all of the public side as files, swapped in whole."""

import json
import threading
from datetime import timedelta
from html import unescape
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from publishing.catalogue import current_version, original_catalogue_at
from publishing.models import Catalogue
from publishing.services import publish
from qingdao_portal.management.commands.run_worker import worker
from service import tasks
from service.mirror import MirrorError, walk
from service.mirror.export import export, facts_of, is_up_to_date
from service.mirror.files import file_name
from tests.factories import (
    make_cities,
    make_hotline,
    make_measure,
    make_programme,
    publish_measure,
    publish_project,
    publish_zone,
)
from tests.factories import publish as publish_entry


@pytest.fixture(autouse=True)
def portal_url(settings):
    settings.PORTAL_URL = "http://testserver"


@pytest.fixture
def few_pages(monkeypatch):
    """Leave most of the site out: what these tests show does not depend on its size."""
    left_out = ("/en/", "/ko/", "/ja/", "/feeds/", "/api/v1/measures/", "/guide/scenarios/")
    monkeypatch.setattr(walk, "LEFT_OUT", walk.LEFT_OUT + left_out)


def site(directory):
    return directory / "current" / "site"


def links_in(root):
    """`(file, address)` of every link in the files of the copy that stays on the site."""
    for path in root.rglob("*.html"):
        for link in walk.IN_MARKUP.findall(path.read_text()):
            kept = walk._kept(unescape(link), walk.urlsplit("http://testserver"))
            if kept is not None:
                yield path, kept


@pytest.mark.django_db
def test_the_mirror_answers_every_link_of_its_pages_in_every_language(tmp_path, client, settings):
    make_cities()
    settings.API_REQUESTS_PER_MINUTE = 5  # a limit for others
    measure = publish_measure(title="示例事项", slug="example")
    measure.slug = "renamed"
    measure.save()
    publish_entry(measure)
    publish_project(programme=make_programme(2024))
    publish_zone()
    said = StringIO()
    call_command("export_mirror", tmp_path, stdout=said)

    root = site(tmp_path)
    settings.API_REQUESTS_PER_MINUTE = 1000
    missing = {
        link
        for _path, link in links_in(root)
        if not (root / link.lstrip("/")).exists() and client.get(link).status_code == 200
    }
    assert missing == set()
    for prefix, words in (
        ("", "备用副本"),
        ("en/", "backup copy"),
        ("ko/", "예비 사본"),
        ("ja/", "予備の写し"),
    ):
        page = (root / f"{prefix}guide/measures/renamed/index.html").read_text()
        assert page.count(words) == 1
    live = client.get("/api/v1/measures/renamed/")
    assert (root / "api/v1/measures/renamed/index.json").read_bytes() == live.content
    changes = json.loads((root / "api/v1/changes/index@after=0.json").read_text())
    assert [change["sequence"] for change in changes["results"]] == [1, 2, 3, 4]
    assert 'href="/guide/measures/renamed/"' in (root / "m/renamed/index.html").read_text()
    assert f"{facts_of(tmp_path)['files']} files" in said.getvalue()
    assert not list(root.glob("feedback")) + list(root.glob("admin"))


@pytest.mark.django_db
def test_a_version_that_was_lost_and_made_again_is_another_one(few_pages, tmp_path):
    """After a failover the numbers may be those that the copy and the worker know."""
    make_hotline(name="示例热线甲")
    export(tmp_path)
    assert is_up_to_date(tmp_path)
    catalogue = Catalogue.objects.get()
    catalogue.content["hotlines"][0]["name"] = "示例热线乙"
    catalogue.save()  # the same numbers
    assert not is_up_to_date(tmp_path)
    export(tmp_path)
    assert is_up_to_date(tmp_path)
    assert original_catalogue_at(current_version())["hotlines"][0]["name"] == "示例热线乙"


@pytest.mark.django_db
def test_a_page_that_fails_leaves_the_copy_before_and_says_which(few_pages, tmp_path, monkeypatch):
    publish_measure()
    export(tmp_path)
    before = (tmp_path / "current").resolve()
    monkeypatch.setattr("qingdao_portal.views.render", lambda *_args, **_more: 1 / 0)
    with pytest.raises(CommandError, match=r"/\w+/ answered 500; the copy before stays"):
        call_command("export_mirror", tmp_path)
    assert (tmp_path / "current").resolve() == before
    assert [path.name for path in (tmp_path / "copies").iterdir()] == [before.name]


@pytest.mark.django_db
def test_an_entry_that_no_link_leads_to_is_noticed(tmp_path, monkeypatch):
    publish_measure(slug="example")
    monkeypatch.setattr(walk, "_links", lambda response, site: set())
    with pytest.raises(MirrorError, match="pages were not found by links"):
        export(tmp_path)
    assert facts_of(tmp_path) is None


@pytest.mark.django_db
def test_the_copy_before_stays_for_answers_in_progress_and_older_ones_go(
    few_pages, tmp_path, monkeypatch
):
    """Whatever the times in their names: at first the clock is ahead."""
    targets, right = [], timezone.now
    for days in (1, 1, 0, 0):
        ahead = timedelta(days=days)
        monkeypatch.setattr("django.utils.timezone.now", lambda ahead=ahead: right() + ahead)
        export(tmp_path)
        targets.append((tmp_path / "current").resolve())
    assert sorted((tmp_path / "copies").iterdir()) == targets[2:]


@pytest.mark.django_db
def test_a_host_that_the_portal_refuses_is_told(tmp_path, settings):
    settings.PORTAL_URL = "http://elsewhere.example"
    with pytest.raises(MirrorError, match="must be one of ALLOWED_HOSTS"):
        export(tmp_path)


@pytest.mark.django_db(transaction=True)
def test_what_is_published_meanwhile_is_in_the_next_copy_and_not_half_in_this_one(
    few_pages, tmp_path
):
    publish_measure(title="示例:之前", slug="before")
    new = make_measure(title="示例:之后", slug="after")

    def publish_from_elsewhere():
        try:
            publish(entry=new, by=None)
        finally:
            connection.close()

    def told(done, known):
        if not new_published.is_set():
            new_published.set()
            thread = threading.Thread(target=publish_from_elsewhere)
            thread.start()
            thread.join()

    new_published = threading.Event()
    assert export(tmp_path, told=told)["version"].startswith("1.")
    assert "示例:之后" not in "".join(path.read_text() for path in site(tmp_path).rglob("*.html"))
    assert export(tmp_path)["version"].startswith("2.")
    assert (site(tmp_path) / "guide/measures/after/index.html").exists()


@pytest.mark.django_db(transaction=True)
def test_the_worker_makes_a_new_copy_after_each_publication(
    few_pages, tmp_path, settings, monkeypatch
):
    monkeypatch.setattr(tasks, "TOGETHER", timedelta())
    publish_measure()
    assert not DBTaskResult.objects.exists()  # without MIRROR_DIR
    settings.MIRROR_DIR = tmp_path
    measure = publish_measure(title="示例:镜像", slug="example")
    publish_measure()
    assert DBTaskResult.objects.count() == 1  # for both
    worker(batch=True).run()
    page = site(tmp_path) / "guide/measures/example/index.html"
    assert "示例:镜像" in page.read_text()

    made_at = facts_of(tmp_path)["made_at"]
    tasks.refresh_mirror.func()
    assert facts_of(tmp_path)["made_at"] == made_at  # nothing new
    measure.title = "示例:改过"
    measure.save()
    publish_entry(measure)
    worker(batch=True).run()
    assert "示例:改过" in page.read_text()


class Answer(dict):
    status_code = 200


@pytest.mark.parametrize(
    ("address", "kind", "name"),
    [
        ("/", "text/html", "index.html"),
        ("/guide/", "text/html", "guide/index.html"),
        ("/en/?page=2", "text/html", "en/index@page=2.html"),
        ("/api/v1/", "application/json", "api/v1/index.json"),
        ("/feeds/changes.atom", "application/atom+xml", "feeds/changes.atom"),
    ],
)
def test_files_are_named_by_address_and_type(address, kind, name):
    assert file_name(address, Answer({"Content-Type": kind})) == name


@pytest.mark.parametrize("address", ["/../x/", "/a//b/", f"/{'长' * 90}/", "/./x"])
def test_no_address_leads_out_of_the_copy(address):
    with pytest.raises(MirrorError, match="cannot be kept"):
        file_name(address, Answer({"Content-Type": "text/html"}))
