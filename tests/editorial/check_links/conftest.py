"""A measure with a link by which somebody outside looks over its draft."""

import html
import re
import uuid
from datetime import timedelta

import pytest

from publishing.checks import services
from publishing.checks.models import CheckLink
from tests.editorial.cast import make_domain_editor
from tests.factories import make_measure

DAY = timedelta(days=1)
ANSWER = {"verdict": "wrong", "remark": "示例意见", "name": "示例核对人"}


@pytest.fixture
def measure():
    return make_measure(title="示例草稿举措", body="示例草稿正文。")


@pytest.fixture
def editor(measure):
    return make_domain_editor(domains=[measure.domain])


def make_link(entry, by, **fields):
    """A new link; returns the link and its address."""
    arguments = {"id": uuid.uuid4(), "recipient": "示例单位", "lifetime": 14 * DAY} | fields
    token = services.make_link(entry=entry, by=by, **arguments)
    return CheckLink.objects.get(pk=arguments["id"]), f"/check/{token}/"


@pytest.fixture
def link_and_address(measure, editor):
    return make_link(measure, editor)


@pytest.fixture
def link(link_and_address):
    return link_and_address[0]


@pytest.fixture
def address(link_and_address):
    return link_and_address[1]


def key_on(response):
    found = re.search(r'name="key" value="([^"]+)"', response.content.decode())
    return html.unescape(found[1])


def answer(client, address, **changes):
    """Open the page, fill in the form and send it."""
    return client.post(address, {"key": key_on(client.get(address)), **ANSWER} | changes)


def text_of(response):
    return response.content.decode()
