"""What the portal tells of itself: whom to write to about a hole, and what it knows of readers."""

import re
from datetime import datetime, timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from qingdao_portal.environment import contact_address
from search.tasks import KEEP_DAYS

pytestmark = pytest.mark.django_db

SECURITY = "/.well-known/security.txt"


def test_without_a_contact_there_is_no_security_txt(client, settings):
    settings.SECURITY_CONTACT = ""
    assert client.get(SECURITY).status_code == 404


def test_security_txt_is_as_rfc_9116_wants_it(client, settings):
    settings.SECURITY_CONTACT = "mailto:security@portal.example"
    settings.PORTAL_URL = "https://portal.example"
    response = client.get(SECURITY)
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    fields = dict(line.split(": ", 1) for line in response.text.splitlines())
    assert fields["Contact"] == "mailto:security@portal.example"
    assert fields["Canonical"] == f"https://portal.example{SECURITY}"
    assert fields["Preferred-Languages"] == "zh, en"
    expires = datetime.fromisoformat(fields["Expires"])
    assert timedelta(0) < expires - timezone.now() < timedelta(days=365)
    assert response.text.endswith("\n")


@pytest.mark.parametrize("host", ["evil.example", "testserver"])
def test_security_txt_names_no_host_that_a_client_chose(client, settings, host):
    settings.SECURITY_CONTACT, settings.ALLOWED_HOSTS = "tel:+86-0", ["*"]
    settings.PORTAL_URL = "https://portal.example"
    assert host not in client.get(SECURITY, headers={"Host": host}).text


@pytest.mark.parametrize(
    ("given", "made"),
    [
        ("", ""),
        ("security@portal.example", "mailto:security@portal.example"),
        ("mailto:security@portal.example", "mailto:security@portal.example"),
        ("https://portal.example/holes", "https://portal.example/holes"),
        (" tel:+86-532-0000 ", "tel:+86-532-0000"),
    ],
)
def test_a_contact_has_a_scheme(given, made):
    assert contact_address(given) == made


@pytest.mark.parametrize("given", ["办公室", "http://portal.example", "a@b\nExpires: 1", "a b@c"])
def test_what_is_no_contact_stops_the_start(given):
    with pytest.raises(ImproperlyConfigured, match="SECURITY_CONTACT"):
        contact_address(given)


def test_the_privacy_page_says_the_numbers_that_are_set(client, settings):
    settings.FEEDBACK_ANSWER_DAYS, settings.FEEDBACK_KEEP_DAYS = 7, 111
    settings.FEEDBACK_CONTACT_DAYS, settings.BACKUP_KEEP_DAYS = 44, 33
    settings.BACKUP_RECIPIENTS = ["age1example"]
    text = client.get("/privacy/").text
    for words in ("7个工作日", "111天", "44天", f"{KEEP_DAYS}天", "备份保存33天"):
        assert words in text


def test_the_privacy_page_says_nothing_that_is_not_so(client, settings):
    settings.BACKUP_RECIPIENTS = []
    settings.SITE_SPONSOR = settings.SITE_OPERATOR = settings.SITE_CONTACT = ""
    text = client.get("/privacy/").text
    assert "备份" not in text
    assert "谁来处理" not in text
    assert "离线" not in text
    settings.SITE_OPERATOR, settings.OFFLINE_READING = "示例单位", True
    text = client.get("/privacy/").text
    assert re.search("谁来处理.*示例单位", text, re.DOTALL)
    assert "断网时可以再看" in text


@pytest.mark.parametrize("prefix", ["", "/en", "/ko", "/ja"])
def test_the_privacy_page_is_led_to_from_the_form_and_every_page(client, prefix):
    assert client.get(f"{prefix}/privacy/").status_code == 200
    for address in ("/", "/feedback/", "/sitemap/"):
        assert f'href="{prefix}/privacy/"' in client.get(prefix + address).text
    form = re.search("<form.*</form>", client.get(f"{prefix}/feedback/").text, re.DOTALL)[0]
    assert f'href="{prefix}/privacy/"' in form


@pytest.mark.parametrize("sent", [None, "Bearer wrong", "a-token", "Bearer ", "Basic a-token"])
def test_numbers_are_for_who_has_the_token(client, settings, sent):
    headers = {"Authorization": sent} if sent else {}
    assert client.get("/metrics", headers=headers).status_code == 404  # while none is set
    settings.METRICS_TOKEN = "a-token"
    assert client.get("/metrics", headers=headers).status_code in (401, 403, 404)
    assert client.get("/metrics", headers={"Authorization": "Bearer a-token"}).status_code == 200
