"""The pictures of the editors' handbook, made from the running admin.

`make handbook-pictures` writes them to `docs/images/handbook/`; without it each is made and thrown
away, so that a page which moved or fails is noticed.
"""

import os
import re
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from guide.models import Measure
from publishing import services, workflow
from publishing.checks.services import make_link
from staff.roles import CITY_EDITOR, DOMAIN_EDITOR, REVIEWER, sync_roles
from tests.admin.pages import address_of
from tests.editorial.cast import make_staff
from tests.exchange.files import csv_file, export, read_csv

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]

HANDBOOK = settings.BASE_DIR / "docs/编辑手册.md"
PICTURES = Path("images/handbook")  # beside the handbook
DESK, PHONE = {"width": 1000, "height": 720}, {"width": 390, "height": 760}


@pytest.fixture
def measure(db):
    """A real entry, edited by one of the cast, with something waiting on every list."""
    call_command("load_fixtures", verbosity=0)
    sync_roles()
    measure = Measure.objects.get(slug="medical-years")
    measure.body += "\n\n示例:这一句是为手册里的图加的。"
    measure.last_verified_on = timezone.localdate() - timedelta(days=400)
    measure.save()
    return measure


@pytest.fixture
def cast(measure):
    domains = [measure.domain]
    return {
        "city": make_staff("示例青岛编辑", CITY_EDITOR, cities=["qingdao"]),
        "domain": make_staff("示例医疗编辑", DOMAIN_EDITOR, domains=domains),
        "reviewer": make_staff("示例审核员", REVIEWER),
    }


@pytest.fixture
def camera(browser, live_server, cast, tmp_path):
    """`camera(name, who, address)` opens the page as that member of the cast; see `Camera`."""
    camera = Camera(browser, live_server.url, cast, folder_of(tmp_path))
    yield camera
    camera.close()


def folder_of(tmp_path):
    if not os.environ.get("HANDBOOK_PICTURES"):
        return tmp_path
    folder = HANDBOOK.parent / PICTURES
    folder.mkdir(parents=True, exist_ok=True)
    return folder


class Camera:
    """Takes pictures of pages as different people see them."""

    def __init__(self, browser, base_url, cast, folder):
        self.browser, self.base_url, self.cast, self.folder = browser, base_url, cast, folder
        self.contexts = []

    def open(self, who, address, viewport=DESK):
        context = self.browser.new_context(
            base_url=self.base_url, locale="zh-CN", viewport=viewport
        )
        self.contexts.append(context)
        if who:
            client = Client()
            client.force_login(self.cast[who])
            cookie = client.cookies[settings.SESSION_COOKIE_NAME]
            context.add_cookies(
                [{"name": cookie.key, "value": cookie.value, "url": f"{self.base_url}/admin/"}]
            )
        page = context.new_page()
        assert page.goto(address).status == 200, address
        return page

    def take(self, name, page):
        """The window as `name`.png."""
        page.screenshot(path=self.folder / f"{name}.png", animations="disabled")

    def close(self):
        for context in self.contexts:
            context.close()


def names_in_handbook():
    text = HANDBOOK.read_text(encoding="utf-8")
    return re.findall(rf"\]\({PICTURES}/([a-z-]+)\.png\)", text)


def test_the_handbook_shows_each_picture_once_and_has_it():
    files = {path.stem for path in (HANDBOOK.parent / PICTURES).glob("*.png")}
    assert sorted(names_in_handbook()) == sorted(files)


def test_every_picture_can_be_taken_of_the_running_admin(camera, cast, measure, tmp_path):
    take_the_way_to_the_public(camera, cast, measure)
    take_what_guards_work(camera, cast, measure)
    take_what_stays_true(camera, cast, measure)
    assert {path.stem for path in camera.folder.glob("*.png")} == set(names_in_handbook())


def take_the_way_to_the_public(camera, cast, measure):
    page = camera.open("domain", address_of(measure, "change"))
    camera.take("entry", page)
    camera.take("compare", camera.open("domain", address_of(measure, "compare")))
    camera.take("submit", camera.open("domain", address_of(measure, "submit")))
    workflow.submit(entry=measure, by=cast["domain"], comment="示例:请看正文最后一句。")
    camera.take("to-do", camera.open("reviewer", "/admin/"))
    workflow.approve(entry=measure, by=cast["reviewer"])
    camera.take("publish", camera.open("reviewer", address_of(measure, "publish")))


def take_what_guards_work(camera, cast, measure):
    page = camera.open("domain", address_of(measure, "change"))
    page.get_by_label("适用对象:").fill("示例:我填写的适用对象")
    stored = Measure.objects.get(pk=measure.pk)
    stored.audience = "示例:同事填写的适用对象"
    stored.save()
    page.get_by_role("button", name="保存", exact=True).click()
    page.get_by_role("heading", name="同事刚刚保存过").wait_for()
    camera.take("conflict", page)
    rows = read_csv(export(client_of(cast["domain"]), Measure, "csv"))
    rows = [row for row in rows if row["网址名"] == measure.slug]
    rows[0]["适用对象"] = "示例:导入文件里的适用对象"
    file = csv_file([list(rows[0]), *(list(row.values()) for row in rows)])
    page = camera.open("domain", f"{address_of(Measure)}import/")
    content = {"name": "示例.csv", "mimeType": "text/csv", "buffer": file.read()}
    page.locator("input[type=file]").set_input_files(content)
    page.get_by_role("button", name="上传并核对").click()
    page.wait_for_url(f"**{address_of(Measure)}import/*/")
    camera.take("import", page)


def take_what_stays_true(camera, cast, measure):
    measure.refresh_from_db()
    token = make_link(
        entry=measure,
        by=cast["domain"],
        id=uuid.uuid4(),
        recipient="示例主管部门",
        lifetime=timedelta(days=9),
    )
    camera.take("outside-check", camera.open(None, f"/check/{token}/", PHONE))
    services.publish(entry=measure, by=None, note="示例:正文加了一句")
    camera.take("city-answer", camera.open("city", "/admin/guide/provisionreview/mine/"))
    camera.take("versions", camera.open("domain", address_of(measure, "versions")))


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


def test_the_pictures_are_small():
    for path in (HANDBOOK.parent / PICTURES).glob("*.png"):
        assert path.stat().st_size < 150_000, path.name
