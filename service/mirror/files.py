"""Under which name an answer is kept, and what is changed in it."""

from urllib.parse import urlsplit

from django.template.loader import render_to_string
from django.utils import translation

from service.mirror import MirrorError
from service.mirror.walk import body_of, is_redirect, language_of

MAX_NAME_BYTES = 255  # of Linux file systems
BEFORE = b"<main"


def file_name(address, response):
    """The name below the copy: that of the path, `index` for a folder, `@query` for a part.

    `/guide/` is `guide/index.html`, `/api/v1/changes/?after=100` is
    `api/v1/changes/index@after=100.json`; nginx finds them by address and type.
    """
    parts = urlsplit(address)
    is_json = "json" in response.get("Content-Type", "")
    name = parts.path.lstrip("/")
    if is_redirect(response) or name == "" or name.endswith("/"):
        query = f"@{parts.query}" if parts.query else ""
        suffix = "json" if is_json else "html"
        name = f"{name.rstrip('/')}/index{query}.{suffix}".lstrip("/")
    pieces = name.split("/")
    too_long = any(len(piece.encode()) > MAX_NAME_BYTES for piece in pieces)
    if too_long or {"", ".", ".."} & set(pieces):
        raise MirrorError(f"{address} cannot be kept as a file.")
    return name


def content(address, response, *, made_at):
    """The bytes to keep: pages say that they are a copy, redirects become pages that lead on."""
    if is_redirect(response):
        return _page_that_leads_to(response["Location"])
    body = body_of(response)
    if response["Content-Type"].startswith("text/html"):
        return body.replace(BEFORE, notice(address, made_at) + BEFORE, 1)
    return body


def notice(address, made_at):
    """What a page says above its content, in its own language."""
    with translation.override(language_of(address)):
        return render_to_string("service/_mirror_notice.html", {"made_at": made_at}).encode()


def _page_that_leads_to(target):
    return render_to_string("service/mirror_redirect.html", {"target": target}).encode()
