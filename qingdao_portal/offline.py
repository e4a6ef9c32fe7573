"""Reading without a network: the worker in the browser that keeps pages once seen, and its page.

The worker asks the network first, always, and shows a copy with its date only where there is no
answer; docs/adr/0018-offline-reading.md. With OFFLINE_READING off its address serves a worker that
removes itself and all copies.
"""

from django.conf import settings
from django.http import Http404
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import conditional_page, require_safe

from publishing.catalogue import current_version
from qingdao_portal.languages import path_in
from qingdao_portal.reader import NOT_PAGES

PERSONAL_PATHS = ("/feedback/", "/search/suggest")
# Nothing under these is ever kept, whatever its headers say.
NEVER_KEPT = (
    *NOT_PAGES,
    *(path_in(code, path) for code, _name in settings.LANGUAGES for path in PERSONAL_PATHS),
)
MOST_PAGES, MOST_FILES = 60, 120


def offline_context(request):
    """For templates: whether browsers are asked to keep pages."""
    return {"keeps_pages": settings.OFFLINE_READING}


@require_safe
@conditional_page
def service_worker(request):
    """`/sw.js`: asked for again at each visit, other bytes with each version of the site.

    Its ETag is of its own bytes: the switch must never be answered “not modified”.
    """
    context = {
        "version": current_version(),
        "never": NEVER_KEPT,
        "most_pages": MOST_PAGES,
        "most_files": MOST_FILES,
    }
    template = "sw.js" if settings.OFFLINE_READING else "sw_off.js"
    response = render(request, template, context, content_type="text/javascript; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"
    return response


@require_safe
def offline_page(request):
    """What the browser has kept; the worker fills in the list."""
    if not settings.OFFLINE_READING:
        raise Http404(_("没有这一页。"))
    return render(request, "offline.html", {"most_pages": MOST_PAGES})
