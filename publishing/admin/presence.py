"""Tells whoever opens a form who else has it open."""

from functools import partial

from django.core.exceptions import PermissionDenied
from django.http import JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.views.decorators.http import require_POST

from publishing import presence


class PresenceNotice:
    """Adds the notice to a `ModelAdmin` of rows, and the address at which a page renews it."""

    def get_urls(self):
        view = require_POST(partial(type(self).presence_view, self))
        name = f"{self.opts.app_label}_{self.opts.model_name}_presence"
        own = path("<uuid:pk>/presence/", self.admin_site.admin_view(view), name=name)
        return [own, *super().get_urls()]

    def presence_view(self, request, pk):
        """Note that the form is still open. Answers with who else has it open."""
        row = get_object_or_404(self.model, pk=pk)
        if not self.has_change_permission(request, row):
            raise PermissionDenied
        presence.note(request.user, row)
        return JsonResponse({"sentence": presence.sentence_about_others(request.user, row)})

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if change and self.has_change_permission(request, obj):
            presence.note(request.user, obj)
            name = f"{self.opts.app_label}_{self.opts.model_name}_presence"
            context["presence"] = {
                "address": reverse(f"{self.admin_site.name}:{name}", args=[obj.pk]),
                "sentence": presence.sentence_about_others(request.user, obj),
            }
        return super().render_change_form(request, context, add, change, form_url, obj)
