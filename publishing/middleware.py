"""The site's version on every public answer: ETag, 304 and cache headers."""

import hashlib

from django.conf import settings
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_vary_headers

from publishing.catalogue import SiteVersion, current_version
from qingdao_portal import replica
from qingdao_portal.front_door import DATABASE_AWAY, service_unavailable
from qingdao_portal.languages import plain_path
from qingdao_portal.release import RELEASE
from qingdao_portal.response_store import GENERATION, SEEN
from qingdao_portal.site import site_facts

# Everything else is the same for everyone until the next publish.
PRIVATE_PREFIXES = (
    *("/admin/", "/check/", "/feedback/", "/static/", "/healthz", "/readyz", "/metrics", "/sw.js"),
)
# Caches on the way ask again soon, which costs next to nothing: whoever publishes wants to see it.
CACHE_CONTROL = "public, max-age=60, s-maxage=1, stale-while-revalidate=1"
STALE_IF_ERROR = ", stale-if-error=86400"


class VersionMiddleware:
    """Answer 304 before any view runs; mark what may be kept by browsers and proxies.

    A public answer is a function of address, negotiated type, release, site version and what is
    set of the site, so these five make its ETag; that of a page also of the day, which turns a
    planned date into one that has passed. Costs one query where the process has not seen the
    version a moment ago; sets `request.site_version` and `request.site_day`.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        path = plain_path(request.path)
        if path.startswith(PRIVATE_PREFIXES) or request.method not in ("GET", "HEAD"):
            return self.get_response(request)
        try:
            request.site_version = version_of(request)
            request.site_day = timezone.localdate()
            request.META[GENERATION] = (*request.site_version, request.site_day.toordinal())
        except DATABASE_AWAY:
            return service_unavailable(request)
        etag = self._etag(request)
        # “*” stands for whatever there is; only the view knows whether there is anything.
        if request.headers.get("If-None-Match", "").strip() != "*":
            not_modified = get_conditional_response(request, etag=etag)
            if not_modified is not None and not_modified.status_code == 304:
                return self._mark(not_modified, etag)
        response = self.get_response(request)
        # Whoever keeps public answers, the worker of /sw.js too, relies on this.
        is_for_all = response.status_code == 200 and not response.cookies
        return self._mark(response, etag) if is_for_all else response

    @staticmethod
    def _etag(request):
        is_api = request.path.startswith("/api/")
        parts = (
            RELEASE,
            str(site_facts()),
            str(request.site_version),
            request.get_host(),
            request.get_full_path(),
            request.headers.get("Accept", "") if is_api else request.site_day.isoformat(),
        )
        return f'W/"{hashlib.sha256(chr(10).join(parts).encode()).hexdigest()[:32]}"'

    @staticmethod
    def _mark(response, etag):
        response.headers["ETag"] = etag
        response.headers.setdefault("Cache-Control", cache_control())
        patch_vary_headers(response, ["Accept-Encoding"])
        return response


def version_of(request):
    """The version for which the request is answered: all that is read later is at least as new."""
    seen = request.META.get(SEEN)
    return SiteVersion(*seen[:2]) if seen and not replica.is_read() else current_version()


def cache_control():
    """How long public answers may be kept.

    A trusted proxy says by itself what it does when the portal fails: it puts a notice on the
    page from before, which it could not if it were told to give it out as it is.
    """
    return CACHE_CONTROL if settings.TRUST_PROXY else CACHE_CONTROL + STALE_IF_ERROR
