"""What the page views of all kinds share: find an edition, or say where it went."""

import uuid
from functools import lru_cache, wraps
from typing import NamedTuple

from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from publishing.lists.reading import MOST_NUMBERED
from publishing.models import Edition
from publishing.statements import Statement
from publishing.translations import in_page_language
from qingdao_portal import kept_parts
from qingdao_portal.addresses import path_of

PAGE_SIZE = 30  # all that the guide itself has, on one page
PAGED = ("page", "at")  # the parameters that lead to a page of a list
LAST_NUMBER = MOST_NUMBERED // PAGE_SIZE
MAX_DIGITS = 6
_NEWEST_UNDER_SLUG = Statement(
    lambda kind, slug: (
        Edition.objects.filter(kind=kind, slug=slug).to_show().order_by("-is_current", "-id")[:1]
    ),
    kind=str,
    slug=str,
)


def find_edition(kind, slug):
    """The newest edition under `slug`, the entry's newest where it has moved on. Or Http404.

    One query; a second one only for a slug that the entry no longer has.
    """
    edition = _NEWEST_UNDER_SLUG.first(kind=kind, slug=slug)
    if edition is None:
        raise Http404(_("没有这个条目。"))
    if not edition.is_current:
        editions = Edition.objects.of_kind(kind).to_show()
        edition = editions.newest().get(entry_id=edition.entry_id)
    return edition


def entry_page(kind, *, twin="detail"):
    """Make a view of `(request, edition, **kwargs)` answer addresses with a `slug`.

    An old slug leads to the new address; a withdrawn entry is answered 410 with the reason.
    A `Link` header of an HTML page names its JSON twin: the API's route `<kind>-<twin>`.
    """

    def decorate(view):
        @require_safe
        @wraps(view)
        def page(request, slug, **kwargs):
            edition = find_edition(kind, slug)
            if edition.is_withdrawn:
                return gone(request, edition)
            if edition.slug != slug:
                return redirect(
                    request.resolver_match.view_name, slug=edition.slug, permanent=True, **kwargs
                )
            response = view(request, edition, **kwargs)
            if response.headers.get("Content-Type", "").startswith("text/html"):
                address = path_of(f"api:{kind}-{twin}", slug)
                response.headers["Link"] = f'<{address}>; rel="alternate"; type="application/json"'
            return response

        page.entry_kind = kind  # what the page of an address is about can be told without it
        return page

    return decorate


def gone(request, edition):
    """The page of a withdrawn entry: why, and what replaces it."""
    successor = None
    if edition.successor_id:
        live = Edition.objects.current().of_kind(edition.kind)
        successor = live.filter(entry_id=edition.successor_id).first()
    context = {
        "item": edition.item,
        "reason": in_page_language(edition.note),
        "successor": successor and successor.item,
    }
    return render(request, "publishing/gone.html", context, status=410)


def items_of(editions):
    """The items (document with edition facts) of a queryset or list of editions."""
    return [edition.item for edition in editions]


class ListPage(NamedTuple):
    """One page of a list of `count` rows: `number` is None where a cursor led to it.

    `previous` and `next` are the parameter that leads there, '' where there is nothing.
    """

    rows: list
    count: int
    number: int | None
    previous: str
    next: str
    size: int = PAGE_SIZE

    @property
    def pages(self):
        return max(1, -(-self.count // self.size))

    @property
    def start(self):
        """The place of the first row among all."""
        return (self.number - 1) * self.size + 1


def page_of(request, entries):
    """The page of `Entries` that `?page=` or `?at=` asks for. Raises Http404 for one not there.

    Pages have numbers as far as readers turn them one by one; further on, each leads to the next.
    """
    number, page = _asked_page(request, entries)
    if not page.editions and number != 1:
        raise Http404(_("没有这一页。"))
    previous = f"at={page.previous}" if page.previous else ""
    following = f"at={page.next}" if page.next else ""
    if number and page.previous:
        previous = f"page={number - 1}"
    if number and page.next and number < LAST_NUMBER:
        following = f"page={number + 1}"
    return ListPage(page.editions, entries.count(), number, previous, following)


def _asked_page(request, entries):
    """`(number or None, page)`. Raises Http404."""
    if at := request.GET.get("at", ""):
        try:
            return None, entries.at(entries.cursor(at), PAGE_SIZE)
        except ValueError as error:
            raise Http404(_("没有这一页。")) from error
    text = request.GET.get("page", "1")
    is_number = text.isascii() and text.isdigit() and len(text) <= MAX_DIGITS
    if not is_number or not 1 <= int(text) <= LAST_NUMBER:
        raise Http404(_("没有这一页。"))
    return int(text), entries.numbered(int(text), PAGE_SIZE)


def find_part(parts, slug):
    """The dict with this slug in a catalogue list. Raises Http404."""
    for part in parts:
        if part["slug"] == slug:
            return part
    raise Http404(_("没有这个栏目。"))


def history_items(edition, *, view_name, limit=None):
    """The editions of the entry of `edition`, newest first, as lines of its public history.

    All of them, or the last `limit` of those that were announced. What came before the newest
    edition never changes, so a few are read once in a process. Callers must not change them.
    """
    is_kept = limit is not None and edition.is_current
    part = view_name, limit, edition.slug, *edition.key
    key = kept_parts.key_of(part, ()) if is_kept else None
    lines = kept_parts.find(key)
    if lines is None:
        lines = _history_lines(edition, view_name, limit)
        kept_parts.put(key, lines)
    return lines


def _history_lines(edition, view_name, limit):
    editions = _history(limit).all(kind=edition.kind, entry_id=edition.entry_id)
    return [
        {
            "edition": past.number,
            "event": past.event,
            "note": in_page_language(past.note),
            "published_at": past.published_at,
            "is_current": past.is_current,
            "url": path_of(view_name, edition.slug, past.number),
        }
        for past in editions
    ]


@lru_cache(maxsize=8)
def _history(limit):
    """The statement for all editions of an entry, or the last `limit` announced ones."""

    def build(kind, entry_id):
        editions = Edition.objects.filter(kind=kind, entry_id=entry_id)
        if limit is not None:
            editions = editions.exclude(event=Edition.Event.MINOR)
        return editions.without_document()[:limit]

    return Statement(build, kind=str, entry_id=uuid.UUID)
