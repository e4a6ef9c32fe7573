"""What the environment decides about mail and links."""

import json
import os
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured

from qingdao_portal.environment import mail_settings

PRINT = (
    "import json; from qingdao_portal import settings as s; print(json.dumps("
    "[s.LINK_CHECK, s.SENDS_MAIL, s.EMAIL_BACKEND.split('.')[-2], s.PORTAL_URL]))"
)


def settings_with(**variables):
    """LINK_CHECK, SENDS_MAIL, the mail backend and PORTAL_URL of a process started so."""
    environment = {
        "PATH": os.environ["PATH"],
        "SECRET_KEY": "x",
        "ALLOWED_HOSTS": ".portal.example",
    }
    done = subprocess.run(
        [sys.executable, "-c", PRINT], env=environment | variables, capture_output=True, check=True
    )
    return json.loads(done.stdout)


def test_production_checks_links_and_sends_mail_once_it_has_a_server():
    address = "https://portal.example"
    assert settings_with() == [True, False, "dummy", address]
    mail = {"EMAIL_URL": "smtp+tls://user:secret@mail.example:587", "LINK_CHECK": "0"}
    assert settings_with(**mail) == [False, True, "smtp", address]


def test_a_developers_machine_asks_nobody_and_prints_mails():
    assert settings_with(DEBUG="1", LINK_CHECK="1")[:3] == [False, True, "console"]


def test_a_mail_address_is_read():
    found = mail_settings("smtp+tls://user:secret@mail.example:587", debug=False)
    assert (found["EMAIL_HOST"], found["EMAIL_PORT"]) == ("mail.example", 587)
    assert (found["EMAIL_HOST_USER"], found["EMAIL_USE_TLS"]) == ("user", True)


@pytest.mark.parametrize("url", ["mail.example", "ftp://mail.example", "smtp://host:port"])
def test_a_mail_address_that_cannot_be_is_refused_in_a_sentence(url):
    with pytest.raises(ImproperlyConfigured, match="EMAIL_URL"):
        mail_settings(url, debug=False)
