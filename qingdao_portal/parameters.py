"""Which parameters the address of a page may have; others lead to the address without them.

What the store and caches before the portal keep is told apart by the whole address, so an unknown
parameter would be a copy of the page for each of its values.
"""

from django.http import HttpResponseRedirect
from django.utils.encoding import escape_uri_path

from qingdao_portal.reader import KNOWN_VALUES
from qingdao_portal.response_store import IS_KNOWN_ADDRESS


def takes(*names):
    """Declare the parameters of a page, beside those of every page (`reader.KNOWN_VALUES`)."""

    def declare(view):
        view.parameters = frozenset(names)
        return view

    return declare


class KnownParametersMiddleware:
    """Redirect to the address without unknown parameters where a view has declared its own.

    Says in the environ of the request whether the answer may be told apart by the address: where
    a view declares nothing, with none but the reader's choices. The API refuses what it does not
    know by itself.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if request.method not in ("GET", "HEAD"):
            return None
        parts = [part for part in request.META.get("QUERY_STRING", "").split("&") if part]
        names = [part.partition("=")[0] for part in parts]
        declared = getattr(view, "parameters", None)
        known = KNOWN_VALUES.keys() | (declared or ())
        if declared is not None and not known.issuperset(names):
            query = "&".join(part for part, name in zip(parts, names, strict=True) if name in known)
            path = escape_uri_path(request.path)
            return HttpResponseRedirect(f"{path}?{query}" if query else path)
        is_api = hasattr(getattr(view, "cls", None), "known_parameters")
        is_known = is_api or (known.issuperset(names) and len(set(names)) == len(names))
        request.META[IS_KNOWN_ADDRESS] = is_known
        return None
