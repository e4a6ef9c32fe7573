"""Headers that keep a page apart from other sites, beside those that Django sets.

No page loads anything from elsewhere, so each may demand that nothing is; what other sites are
meant to show (frames, pictures of shared links) says so itself, and everything else is refused to
them. No page needs a device of the reader either.
"""

from functools import wraps

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from django.conf import settings
from django.http import HttpResponse

CORP = "Cross-Origin-Resource-Policy"
SHARED_FILES = "/static/icons/"  # the picture of shared links where there is no other
SWITCHED_OFF = (
    *("accelerometer", "camera", "display-capture", "encrypted-media", "geolocation"),
    *("gyroscope", "magnetometer", "microphone", "midi", "payment", "publickey-credentials-get"),
    *("screen-wake-lock", "serial", "usb", "xr-spatial-tracking"),
)
HEADERS = {
    CORP: "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in SWITCHED_OFF),
}


def shown_anywhere(view):
    """Let other sites show what the view answers, redirects included."""

    @wraps(view)
    def answer(request, *args, **kwargs):
        response = view(request, *args, **kwargs)
        response.headers[CORP] = "cross-origin"
        return response

    return answer


class IsolationMiddleware:
    """Put the headers on every answer, refusals and files included; views may say otherwise."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if request.path.startswith(SHARED_FILES):
            response.headers[CORP] = "cross-origin"
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response


class ContentSecurityMiddleware(CSPMiddleware):
    """django-csp, which puts a policy together for each answer; the common one only once."""

    _common = None

    def process_response(self, request, response):
        if settings.DEBUG or self._is_special(request, response):
            return super().process_response(request, response)
        if self._common is None:
            self._common = super().process_response(request, HttpResponse())[HEADER]
        response.headers.setdefault(HEADER, self._common)
        return response

    @staticmethod
    def _is_special(request, response):
        """Whether the view said something of the policy, or used a nonce."""
        said = (name.startswith("_csp_") for name in vars(response))
        return any(said) or hasattr(request, "_csp_nonce")
