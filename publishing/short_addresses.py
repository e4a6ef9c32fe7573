"""Short addresses for paper: `/m/<slug>` leads to the page of a measure, wherever it is by then.

They are typed by hand and drawn as QR codes on what hangs on a wall for years. The letter is the
kind's, the slug is any that the entry ever had: old ones lead on, as old addresses of pages do.
"""

from django.conf import settings
from django.http import Http404
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from publishing.pages import find_edition
from publishing.registry import kind_by_letter, kinds
from qingdao_portal.addresses import path_of


def public_address(path):
    """A path of this site with the host that readers know."""
    return settings.PORTAL_URL + path


def short_address(item):
    """The short address of an entry, for paper."""
    return public_address(short_path(item["kind"], item["slug"]))


def short_path(kind, slug):
    return path_of("publishing:short", kinds[kind].letter, slug)


@require_safe
def lead_on(request, letter, slug):
    """Redirect to the entry's page, which also says when an entry was withdrawn."""
    kind = kind_by_letter(letter)
    if kind is None:
        raise Http404(_("没有这个地址。"))
    return redirect(find_edition(kind.name, slug), permanent=True)
