"""Signing in through the pages, as a person with a browser and a phone does."""

import re
from base64 import b32decode

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

PASSWORD = "示例-correct-horse"
LOGIN = "/admin/login/"
VERIFY = "/admin/second-factor/"
RECOVER = "/admin/second-factor/recovery/"
ENROL = "/admin/second-factor/enrol/"
CODES = "/admin/second-factor/codes/"
HERE, ELSEWHERE = "192.0.2.1", "198.51.100.7"


def make_member(name="zhang", *roles, **fields):
    """A member of staff with PASSWORD, a superuser if no role is given."""
    fields = {"is_staff": True, "is_superuser": not roles} | fields
    user = get_user_model().objects.create_user(name, password=PASSWORD, **fields)
    user.groups.set(Group.objects.filter(name__in=roles))
    return user


def browser_at(address=HERE):
    return Client(REMOTE_ADDR=address)


def give_password(client, name="zhang", password=PASSWORD, **extra):
    return client.post(LOGIN, {"username": name, "password": password}, **extra)


def enrol(client):
    """Set the second factor up on the page. Return the recovery codes that it shows."""
    response = client.post(ENROL, {"code": code_of(secret_on(client.get(ENROL)))})
    return codes_on(response)


def secret_on(response):
    """The secret that the page shows, as a phone understands it."""
    text = re.search(r'sign-in__secret">([A-Z2-7 ]+)<', response.content.decode())[1]
    return b32decode(text.replace(" ", ""))


def codes_on(response):
    return re.findall(r"<code>([a-z2-7-]+)</code>", response.content.decode())


def code_of(secret):
    """What the phone shows now."""
    totp = TOTP(secret)
    totp.time = timezone.now().timestamp()
    return f"{totp.token():06}"


def phone_code(name="zhang"):
    """What the phone of an enrolled member shows now."""
    return code_of(TOTPDevice.objects.get(user__username=name).bin_key)


def wrong_code(name="zhang"):
    return f"{(int(phone_code(name)) + 500_000) % 1_000_000:06}"


def is_in(client):
    """Whether the staff area opens for the client."""
    return client.get("/admin/").status_code == 200


def signed_in(name="zhang", address=HERE, clock=None):
    """A client that is in: enrolled if need be, else with the code of a new half minute."""
    client = browser_at(address)
    give_password(client, name)
    if TOTPDevice.objects.filter(user__username=name).exists():
        clock.advance(seconds=30)  # no code is taken twice
        client.post(VERIFY, {"code": phone_code(name)})
    else:
        enrol(client)
    assert is_in(client)
    return client
