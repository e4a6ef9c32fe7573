"""Read settings from the environment; a bad value is one clear sentence."""

import os
import re
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

_TRUE, _FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off", ""}


def env_str(name, default):
    """The text of variable `name`; `NAME_FILE` names a file that holds it (for secrets)."""
    path = os.environ.get(f"{name}_FILE")
    if path:
        try:
            with open(path, encoding="utf-8") as file:
                return file.read().strip()
        except (OSError, UnicodeDecodeError) as error:
            raise ImproperlyConfigured(f"{name}_FILE cannot be read: {error}") from error
    return os.environ.get(name, default)


def env_bool(name, default):
    """A switch: 1/true/yes/on or 0/false/no/off."""
    text = env_str(name, "1" if default else "0").strip().lower()
    if text in _TRUE or text in _FALSE:
        return text in _TRUE
    raise ImproperlyConfigured(f"{name} is “{text}”; use 1 or 0.")


def env_int(name, default):
    """A whole number, zero or more."""
    text = env_str(name, str(default)).strip()
    if text.isascii() and text.isdigit():
        return int(text)
    raise ImproperlyConfigured(f"{name} is “{text}”; use a whole number, zero or more.")


def env_choice(name, default, choices):
    """One of these words."""
    text = env_str(name, default).strip().lower()
    if text in choices:
        return text
    raise ImproperlyConfigured(f"{name} is “{text}”; use {' or '.join(choices)}.")


def env_list(name, default):
    """Texts separated by commas; blanks are dropped."""
    text = env_str(name, ",".join(default))
    return [part.strip() for part in text.split(",") if part.strip()]


def contact_address(text):
    """Where to write to, as an address with a scheme; of a mail address alone `mailto:` is made."""
    text = text.strip()
    if re.fullmatch(r"[^@\s:/]+@[^@\s:/]+", text):
        return f"mailto:{text}"
    if text and not re.fullmatch(r"(mailto:|https://|tel:\+)[^\s]+", text):
        raise ImproperlyConfigured(
            f"SECURITY_CONTACT is “{text}”; use a mail address, or one that begins with https://, "
            "mailto: or tel:+."
        )
    return text


def redis_address(url):
    """The address of a Redis as it was given. Messages never repeat it: it may hold a password."""
    url = url.strip()
    if url and not _is_redis(url):
        raise ImproperlyConfigured(
            "REDIS_URL cannot be read; write it like redis://:password@127.0.0.1:6379/0, with "
            "special characters of the password as %XX."
        )
    return url


def _is_redis(url):
    from redis import Redis, RedisError  # only where one is used

    try:
        parts = urlsplit(url)
        is_whole = parts.path if parts.scheme == "unix" else parts.hostname and parts.port != 0
        Redis.from_url(url).connection_pool.make_connection()  # asks nobody yet
    except (TypeError, ValueError, RedisError):  # an option that there is not, or a value
        return False
    return bool(is_whole)


def mail_settings(url, *, debug):
    """Django's `EMAIL_…` settings from one address, e.g. `smtp+tls://user:password@host:587`."""
    if not url:
        backend = "console" if debug else "dummy"
        return {"EMAIL_BACKEND": f"django.core.mail.backends.{backend}.EmailBackend"}
    try:
        found = environ.Env.email_url_config(url)
    except (KeyError, ValueError, environ.ImproperlyConfigured) as error:
        raise ImproperlyConfigured(
            "EMAIL_URL cannot be read; write it like smtp+tls://user:password@host:587."
        ) from error
    return found | {"EMAIL_TIMEOUT": 20}
