"""Fixtures for all tests: the database server, and a real browser."""

import gc
import os

import pytest
from django.core.management import call_command
from django.db import connection, connections, transaction
from playwright.sync_api import sync_playwright
from pytest_django.live_server_helper import LiveServer

from qingdao_portal.postgresql.base import embedded_cluster

# Chromium without the parts that only a window needs: what Playwright takes by default, too.
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium-headless-shell")
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",  # Chromium refuses to run as root with it
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
LOOPBACK = ("http://localhost:", "http://127.0.0.1:", "data:", "blob:", "about:")


def pytest_sessionstart(session):
    """Keep the embedded server up from the first worker's start to the last one's end."""
    if not hasattr(session.config, "workerinput") and not session.config.option.collectonly:
        embedded = embedded_cluster(connection.settings_dict)
        if embedded:
            embedded.ensure_running()


def pytest_collection_finish():
    """Let the garbage collector pass over what stays to the end: all modules and tests."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def no_catalogue_of_another_test():
    """Versions count up anew in each test, so what the process keeps is of another one's rows."""
    from publishing.catalogue import forget_catalogue  # Django is ready only now

    forget_catalogue()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """The database of the tests, emptied quickly after those that commit."""
    from tests.database import emptied_quickly  # Django is ready only now

    with django_db_blocker.unblock(), emptied_quickly() as empty:
        yield empty


@pytest.fixture(scope="module")
def once_per_module(django_db_setup, django_db_blocker):
    """A transaction around all tests of a module, for rows that they share.

    The tests need `django_db` too. What one of them changes is rolled back after it.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="session")
def browser():
    """Debian's Chromium, without a window."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=CHROMIUM, args=CHROMIUM_ARGUMENTS, headless=True
        )
        yield chromium
        connections.close_all()  # those that Django made for Playwright's loop end with it
        chromium.close()


@pytest.fixture(scope="module")
def real_portal(django_db_setup, django_db_blocker):
    """The address of a live server on the data the portal starts with.

    The data is there for all tests of the module, which may only look, and is gone afterwards.
    They need `django_db`, but no transactions.
    """
    with django_db_blocker.unblock():
        call_command("load_fixtures", verbosity=0)
        server = LiveServer("localhost")
        yield server.url
        server.stop()
        django_db_setup()
        connections.close_all()  # while Playwright's loop runs, Django uses one of its own


@pytest.fixture
def portal_address(live_server):
    """Where the browser finds the portal."""
    return live_server.url


@pytest.fixture
def context(browser, portal_address):
    """A fresh profile that opens `page.goto("/")` on the live server, in Chinese.

    It reaches this machine only; asking for anything else fails the test.
    """
    context = browser.new_context(base_url=portal_address, locale="zh-CN")
    elsewhere = []

    def refuse(route):
        elsewhere.append(route.request.url)
        route.abort()

    context.route(lambda url: not url.startswith(LOOPBACK), refuse)
    yield context
    context.close()
    assert not elsewhere, f"The page asked other hosts: {elsewhere}"


@pytest.fixture
def page(context):
    """A page on the live server; a script error or a breach of the CSP fails the test."""
    page = context.new_page()
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if is_breach(message) else None)
    yield page
    assert not errors, f"The page reported: {errors}"


def is_breach(message):
    """Whether Chromium says that the Content-Security-Policy stopped something."""
    return message.type == "error" and "Content Security Policy" in message.text
