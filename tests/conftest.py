"""Fixtures for all tests: the database server, and a real browser."""

import os

import pytest
from django.db import connection
from playwright.sync_api import sync_playwright

from qingdao_portal.postgresql.base import embedded_cluster

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
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


@pytest.fixture(autouse=True)
def no_catalogue_of_another_test():
    """Versions count up anew in each test, so what the process keeps is of another one's rows."""
    from publishing.catalogue import forget_catalogue  # Django is ready only now

    forget_catalogue()


@pytest.fixture(scope="session")
def browser():
    """Debian's Chromium, without a window."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=CHROMIUM, args=CHROMIUM_ARGUMENTS, headless=True
        )
        yield chromium
        chromium.close()


@pytest.fixture
def context(browser, live_server):
    """A fresh profile that opens `page.goto("/")` on the live server, in Chinese.

    It reaches this machine only; asking for anything else fails the test.
    """
    context = browser.new_context(base_url=live_server.url, locale="zh-CN")
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
