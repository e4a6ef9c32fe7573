"""Limits of the API: counts what reaches the portal, refuses what is above the limit."""

from django.utils.translation import gettext as _

from partners import keys
from partners.limits import take_from_network, take_from_partner
from qingdao_portal import replica
from qingdao_portal.client import is_own
from qingdao_portal.front_door import DATABASE_AWAY, problem, service_unavailable

PREFIX = "/api/v1/"
# Its RateLimit field is one client's; the bytes are those that everybody gets.
PRIVATE_CACHE_CONTROL = "private, max-age=60, stale-while-revalidate=600, stale-if-error=86400"


class ApiLimitMiddleware:
    """Let each network and each partner read so much per minute.

    Stands behind the version: what is answered 304, or by a cache, costs nothing and is not
    counted. Answers that caches may keep for everybody say only what holds for everybody,
    `RateLimit-Policy`; what is left goes to partners, to networks that have used half of their
    quota, and with errors, none of which enters a shared cache. While nothing can be counted,
    what is read from a replica passes.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if not request.path.startswith(PREFIX) or is_own(request):
            return self.get_response(request)
        token = keys.token_in(request.headers.get("Authorization", ""))
        try:
            key = keys.find_live(token) if token is not None else None
            quota = take_from_partner(key.partner) if key else take_from_network(request)
        except DATABASE_AWAY:
            if replica.is_read():
                return self.get_response(request)
            return service_unavailable(request)
        if quota.use.is_over:
            response = too_many(quota)
        elif token is not None and key is None:
            response = unknown_key()
        else:
            response = self.get_response(request)
        return mark(response, quota, is_own=key is not None)


def mark(response, quota, *, is_own):
    """Tell the client of its quota, in a way that no cache passes on to another client."""
    response.headers["RateLimit-Policy"] = quota.policy
    is_kept_nowhere = "no-store" in response.headers.get("Cache-Control", "")
    if is_own or quota.is_half_used or is_kept_nowhere:
        response.headers["RateLimit"] = quota.state
        if not is_kept_nowhere:
            response.headers["Cache-Control"] = PRIVATE_CACHE_CONTROL
    return response


def too_many(quota):
    detail = _("请求太频繁。请过%d秒再试;需要读得更多的,请申请密钥。") % quota.use.seconds
    return _refuse(429, detail, {"Retry-After": str(quota.use.seconds)})


def unknown_key():
    """A key that is no good is told so: read without it, nobody would notice until it matters."""
    detail = _("密钥无效、已过期或已收回。不带密钥也可以读取。")
    return _refuse(401, detail, {"WWW-Authenticate": 'Bearer error="invalid_token"'})


def _refuse(status, detail, headers):
    response = problem(status, detail)
    for name, value in headers.items():
        response.headers[name] = value
    response.headers["Cache-Control"] = "no-store"
    return response
