"""Let scripts of any site read the API: it holds nothing private, and a key is not one's cookie."""

from django.http import HttpResponse
from django.utils.cache import patch_vary_headers

PREFLIGHT_SECONDS = 24 * 60 * 60


class CrossOriginMiddleware:
    """CORS headers on every answer below /api/, refusals and 304 included.

    It also answers preflight requests and keeps caches from mixing formats: `Vary` has to be on
    a 304 as well, which no view ever sees.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if not request.path.startswith("/api/"):
            return self.get_response(request)
        response = preflight() if is_preflight(request) else self.get_response(request)
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Access-Control-Expose-Headers"] = (
            "ETag, Link, RateLimit, RateLimit-Policy, Repr-Digest, Retry-After"
        )
        patch_vary_headers(response, ["Accept"])
        return response


def is_preflight(request):
    """Whether a browser asks if the request that a script wants to make is allowed."""
    return request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers


def preflight():
    return HttpResponse(
        status=204,
        headers={
            "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
            "Access-Control-Allow-Headers": "*, Authorization",  # “*” does not cover it
            "Access-Control-Max-Age": str(PREFLIGHT_SECONDS),
        },
    )
