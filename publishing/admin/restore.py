"""Bringing an old edition back into the working copy, once it is seen what that changes."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _

from publishing.admin.compare import Side, side_of
from publishing.compare import compare
from publishing.previews import draft_document
from publishing.restore import RestoreError, restore


class Restorations:
    """Adds restoring to a `ModelAdmin` of entries, for those who may change the entry."""

    def get_urls(self):
        view = self.admin_site.admin_view(self.restore_view)
        address = "<uuid:pk>/restore/<edition_number:number>/"
        return [path(address, view, name=self._url_name("restore")), *super().get_urls()]

    def restore_view(self, request, pk, number):
        """What restoring would do to the working copy; a POST does it."""
        entry = self._get_entry(request, pk)
        if not self.has_change_permission(request, entry):
            raise PermissionDenied
        edition = get_object_or_404(self._editions(entry), number=number)
        if request.method == "POST" and self._restore(request, entry, edition):
            return HttpResponseRedirect(self.page_url(entry, "change"))
        entry.refresh_from_db(fields=["version"])
        old, new = Side(_("现在的工作稿"), draft_document(entry)), side_of(edition)
        context = {
            **self.admin_site.each_context(request),
            "title": _("恢复第%d版") % number,
            "subtitle": str(entry),
            "opts": self.opts,
            "original": entry,
            "old": old,
            "new": new,
            "differences": compare(old.document, new.document),
        }
        return TemplateResponse(request, "admin/publishing/restore.html", context)

    def _restore(self, request, entry, edition):
        """Restore and tell the user. False if it could not be done."""
        version = request.POST.get("version", "")
        try:
            missing = restore(
                entry=entry,
                document=edition.document,
                version=int(version) if version.isdecimal() else None,
            )
        except RestoreError as error:
            self.message_user(request, error, messages.ERROR)
            return False
        text = _("工作稿已恢复为第%d版的内容;读者看到的没有变。") % edition.number
        self.log_change(request, entry, text)
        self.message_user(request, text, messages.SUCCESS)
        for sentence in missing:
            self.message_user(request, sentence, messages.WARNING)
        return True
