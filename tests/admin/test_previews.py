"""How an entry would look, and how it looked: pages for staff that change nothing."""

import pytest

from publishing.models import Edition
from tests.admin.pages import address_of
from tests.factories import (
    make_measure,
    make_project,
    make_zone,
    publish,
    publish_measure,
    publish_project,
    publish_zone,
    withdraw,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("make", [make_measure, make_project, make_zone])
def test_a_draft_is_shown_as_its_page_would_be_and_stays_a_draft(root, make):
    entry = make(title="示例草稿名称")
    response = root.get(address_of(entry, "preview"))
    page = response.content.decode()
    assert "<h1>示例草稿名称</h1>" in page
    assert "预览,未发布" in page
    assert "第1版" in page
    assert not Edition.objects.exists()


def test_the_preview_of_a_public_entry_shows_what_is_not_published_yet(root):
    measure = publish_measure(title="示例旧名")
    measure.title = "示例新名"
    measure.save()
    page = root.get(address_of(measure, "preview")).content.decode()
    assert "<h1>示例新名</h1>" in page
    assert "第2版" in page


@pytest.mark.parametrize("page", ["preview", "versions/1"])
def test_nobody_keeps_or_indexes_what_staff_look_at(root, page):
    response = root.get(address_of(publish_measure(), page))
    assert "no-store" in response.headers["Cache-Control"]
    assert response.headers["X-Robots-Tag"] == "noindex"
    assert '<meta name="robots" content="noindex">' in response.content.decode()


@pytest.mark.parametrize("page", ["preview", "versions", "versions/1"])
def test_only_who_may_see_the_entry_sees_its_pages(staff, page):
    measure = publish_measure()
    address = address_of(measure, page)
    assert staff("guide.view_measure").get(address).status_code == 200
    assert staff("projects.view_project").get(address).status_code == 403


@pytest.mark.parametrize("make", [publish_measure, publish_project, publish_zone])
def test_all_versions_are_listed_and_each_can_be_read(root, make):
    entry = make(title="示例旧名")
    entry.title = "示例新名"
    entry.save()
    publish(entry, note="示例:改名")
    withdraw(entry, reason="示例:撤回")
    listing = root.get(address_of(entry, "versions")).content.decode()
    for text in ("第3版", "示例:撤回", "示例:改名", "第1版"):
        assert text in listing
    titles = ["示例旧名", "示例新名", "示例新名"]
    for number, title in enumerate(titles, start=1):
        page = root.get(address_of(entry, f"versions/{number}")).content.decode()
        assert f"<h1>{title}</h1>" in page
        assert f"第{number}版" in page


def test_a_version_that_there_is_not_is_not_found(root):
    measure = publish_measure()
    for number in ("2", "0", "01", "9" * 30, "x"):
        assert root.get(address_of(measure, f"versions/{number}")).status_code in (302, 404)


def test_a_long_list_of_versions_has_pages(root):
    measure = publish_measure()
    for n in range(50):
        measure.title = f"示例{n}"
        measure.save()
        publish(measure)
    first = root.get(address_of(measure, "versions")).content.decode()
    assert "第51版" in first
    assert "第1版<" not in first
    last = root.get(address_of(measure, "versions"), {"p": "2"}).content.decode()
    assert "第1版<" in last
    for junk in ("x", "-1", "1e309", "٣"):
        assert root.get(address_of(measure, "versions"), {"p": junk}).status_code == 200
