"""Pages for one reader: in no cache, no index and no referrer."""

from functools import wraps

from django.http import Http404
from django.shortcuts import render

from qingdao_portal.errors import page_not_found

HEADERS = {
    "Cache-Control": "no-store, private",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
}


def unlisted(view):
    """Keep whatever the view answers, a missing page too, out of caches, indexes and referrers."""

    @wraps(view)
    def answer(request, *args, **kwargs):
        try:
            response = view(request, *args, **kwargs)
        except Http404 as error:
            response = page_not_found(request, error)
        for name, value in HEADERS.items():
            response.headers[name] = value
        return response

    return answer


def too_many(request, wait):
    """Say after how many seconds the next request may come."""
    response = render(request, "429.html", {"minutes": -(-wait // 60)}, status=429)
    response.headers["Retry-After"] = str(wait)
    return response
