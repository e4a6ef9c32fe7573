"""The staff page of an entry's check links: make one, read the answers, revoke one."""

import segno
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from publishing.checks import services
from publishing.checks.forms import CheckLinkForm
from publishing.checks.models import CheckLink

LINKS_PER_PAGE = 20


class OutsideChecks:
    """Adds the page to a `ModelAdmin` of entries that has `PublicLooks`.

    Who may look at the entry may read what was answered; links are made and revoked by those who
    may send the entry on its way.
    """

    def get_urls(self):
        views = [
            ("<uuid:pk>/checks/", self.checks_view, "checks"),
            ("<uuid:pk>/checks/<uuid:link>/revoke/", require_POST(self.revoke_view), "revoke"),
        ]
        own = [
            path(address, self.admin_site.admin_view(view), name=self._url_name(page))
            for address, view, page in views
        ]
        return [*own, *super().get_urls()]

    def checks_view(self, request, pk):
        """All links with their answers. A POST makes a link and shows its address, this once."""
        entry = self._get_entry(request, pk)
        may_ask = services.may_ask(request.user, entry)
        if request.method != "POST":
            form = CheckLinkForm() if may_ask else None
            return self._checks_page(request, entry, form)
        if not may_ask:
            raise PermissionDenied
        form = CheckLinkForm(request.POST)
        if not form.is_valid():
            return self._checks_page(request, entry, form)
        token = services.make_link(entry=entry, by=request.user, **form.arguments)
        if token is None:
            text = _("这个链接已经建立过,地址只显示一次。需要的话请收回它,另建一个。")
            self.message_user(request, text, messages.WARNING)
            return HttpResponseRedirect(self.page_url(entry, "checks"))
        address = request.build_absolute_uri(reverse("check", args=[token]))
        return self._checks_page(request, entry, CheckLinkForm(), new_address=address)

    def revoke_view(self, request, pk, link):
        entry = self._get_entry(request, pk)
        link = get_object_or_404(CheckLink.objects.of_entry(entry), pk=link)
        if services.revoke_link(link=link, entry=entry, by=request.user):
            text = _("已收回发给“%s”的链接,它不再能打开。") % link.recipient
            self.message_user(request, text, messages.SUCCESS)
        return HttpResponseRedirect(self.page_url(entry, "checks"))

    def _checks_page(self, request, entry, form, new_address=""):
        links = CheckLink.objects.of_entry(entry).select_related("created_by")
        links = links.prefetch_related("answers")
        page = Paginator(links, LINKS_PER_PAGE).get_page(request.GET.get("p"))
        context = {
            **self.admin_site.each_context(request),
            "title": _("外部核对"),
            "subtitle": str(entry),
            "opts": self.opts,
            "original": entry,
            "form": form,
            "new_address": new_address,
            "qr_code": _qr_code(new_address) if new_address else "",
            "page": page,
            "links": [
                (link, form and link.is_live and self.page_url(entry, "revoke", link.pk))
                for link in page
            ],
        }
        return TemplateResponse(request, "admin/publishing/checks.html", context)


def _qr_code(address):
    """The address for the camera of a phone, as SVG drawn by segno: paths and numbers only."""
    code = segno.make(address, error="m", micro=False)
    return mark_safe(code.svg_inline(scale=4, light="#fff"))  # noqa: S308
