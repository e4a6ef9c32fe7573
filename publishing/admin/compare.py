"""What changed in an entry: its working copy or one edition against another edition."""

import re
from typing import NamedTuple

from django.http import Http404
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from publishing.compare import compare
from publishing.models import Edition
from publishing.previews import draft_document

WORKING = "working"
_NUMBER = re.compile(r"[0-9]{1,9}", re.ASCII)


class Side(NamedTuple):
    """One side of a comparison; `document` is None where nothing was ever public."""

    label: str
    document: dict | None


class Comparisons:
    """Adds the comparison to a `ModelAdmin` of entries with `PublicLooks`.

    The address names both sides, so that it can be sent to a colleague: `?from=3&to=5`, or
    `working` for the working copy. Without them it is what publishing would change.
    """

    def get_urls(self):
        view = self.admin_site.admin_view(self.compare_view)
        return [
            path("<uuid:pk>/compare/", view, name=self._url_name("compare")),
            *super().get_urls(),
        ]

    def compare_view(self, request, pk):
        entry = self._get_entry(request, pk)
        old, new = self._sides(request, entry)
        both_absent = old.document is None and new.document is None
        context = {
            **self.admin_site.each_context(request),
            "title": _("比较"),
            "subtitle": str(entry),
            "opts": self.opts,
            "original": entry,
            "old": old,
            "new": new,
            "differences": [] if both_absent else compare(old.document, new.document),
        }
        return TemplateResponse(request, "admin/publishing/compare.html", context)

    def _sides(self, request, entry):
        """The two sides that the address names, with one query for the editions."""
        names = [request.GET.get("from", ""), request.GET.get("to", WORKING)]
        numbers = [int(name) for name in names if _NUMBER.fullmatch(name)]
        editions = Edition.objects.of_kind(entry.kind).filter(entry_id=entry.pk)
        wanted = editions.filter(number__in=numbers)
        if not names[0]:
            wanted |= editions.newest()
        found = {edition.number: edition for edition in wanted}
        return [self._side(entry, name, found) for name in names]

    def _side(self, entry, name, editions):
        """A side by its name: `working`, the number of an edition, '' for the newest one."""
        if name == WORKING:
            return Side(_("工作稿(未发布)"), draft_document(entry))
        if not name:
            newest = [edition for edition in editions.values() if edition.is_current]
            return side_of(newest[0]) if newest else Side(_("还没有公开过"), None)
        if not _NUMBER.fullmatch(name) or int(name) not in editions:
            raise Http404(_("没有这个版本。"))
        return side_of(editions[int(name)])


def side_of(edition):
    """An edition as a side; for a withdrawal, what was public until then."""
    template = _("第%(number)d版(%(event)s,%(when)s)")
    if edition.is_withdrawn:
        template = _("第%(number)d版(%(when)s撤回,撤回前的内容)")
    when = date_format(timezone.localtime(edition.published_at), "Y-m-d H:i")
    words = {"number": edition.number, "event": edition.get_event_display(), "when": when}
    return Side(template % words, edition.document)
