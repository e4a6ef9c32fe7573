"""Pages beside an entry's form: how it would look, and the editions it has had."""

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _

from publishing import registry
from publishing.models import Edition
from publishing.previews import preview_item

VERSIONS_PER_PAGE = 50


class PublicLooks:
    """Adds preview and versions to a `ModelAdmin` of entries. Needs the view permission."""

    def get_urls(self):
        views = [
            ("<uuid:pk>/preview/", self.preview_view, "preview"),
            ("<uuid:pk>/versions/", self.versions_view, "versions"),
            ("<uuid:pk>/versions/<edition_number:number>/", self.version_view, "version"),
        ]
        own = [
            path(address, self.admin_site.admin_view(view), name=self._url_name(page))
            for address, view, page in views
        ]
        return [*own, *super().get_urls()]

    def page_url(self, entry, page, *args):
        """The address of one of the entry's pages in the staff area."""
        return reverse(f"{self.admin_site.name}:{self._url_name(page)}", args=[entry.pk, *args])

    def preview_view(self, request, pk):
        """The public page, made from the rows as they are now."""
        entry = self._get_entry(request, pk)
        banner = {"label": _("预览,未发布"), "text": _("读者还看不到这一版。")}
        return self._public_look(request, entry, preview_item(entry), banner)

    def versions_view(self, request, pk):
        """All editions of the entry, the newest first."""
        entry = self._get_entry(request, pk)
        editions = self._editions(entry).defer("document", "facets", "references")
        page = Paginator(editions, VERSIONS_PER_PAGE).get_page(request.GET.get("p"))
        context = {
            **self.admin_site.each_context(request),
            "title": _("版本记录"),
            "subtitle": str(entry),
            "opts": self.opts,
            "original": entry,
            "may_change": self.has_change_permission(request, entry),
            "page": page,
            "versions": [(item, self.page_url(entry, "version", item.number)) for item in page],
        }
        return TemplateResponse(request, "admin/publishing/versions.html", context)

    def version_view(self, request, pk, number):
        """The public page as it was, or is, with one edition."""
        entry = self._get_entry(request, pk)
        edition = get_object_or_404(self._editions(entry), number=number)
        label = _("第%(number)d版(%(event)s)")
        banner = {
            "label": label % {"number": number, "event": edition.get_event_display()},
            "text": edition.note,
        }
        return self._public_look(request, entry, edition.item, banner)

    def _public_look(self, request, entry, item, banner):
        context = {
            "public_template": registry.kind_of(entry).template,
            entry.kind: item,
            "banner": banner,
            "back_url": self.page_url(entry, "change"),
        }
        return TemplateResponse(
            request,
            "admin/publishing/public_look.html",
            context,
            headers={"X-Robots-Tag": "noindex"},
        )

    def _get_entry(self, request, pk):
        entry = get_object_or_404(self.get_queryset(request), pk=pk)
        if not self.has_view_permission(request, entry):
            raise PermissionDenied
        return entry

    @staticmethod
    def _editions(entry):
        editions = Edition.objects.of_kind(entry.kind).filter(entry_id=entry.pk)
        return editions.select_related("published_by").order_by("-number")

    def _url_name(self, page):
        return f"{self.opts.app_label}_{self.opts.model_name}_{page}"
