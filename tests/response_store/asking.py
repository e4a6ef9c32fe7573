"""Ask a WSGI application as a server would, without one."""

from typing import NamedTuple

from django.test import RequestFactory


class Reply(NamedTuple):
    status: int
    headers: dict  # by their names in lower case
    body: bytes

    @property
    def text(self):
        return self.body.decode()


def ask(application, path, method="GET", *, environ=(), **headers):
    """The reply to a request; `if_none_match="…"` sends that header."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    named.setdefault("host", "testserver")
    sent = RequestFactory().generic(method, path, headers=named).environ
    if not headers.get("cookie"):
        del sent["HTTP_COOKIE"]
    started = []
    result = application(sent | dict(environ), lambda *given: started.extend(given))
    body = b"".join(result)
    if hasattr(result, "close"):
        result.close()
    status, answered = started[:2]
    named = {name.lower(): value for name, value in answered}
    assert len(named) == len(answered), "a header is there twice"
    return Reply(int(status.split(" ")[0]), named, body)
