"""Publishing and withdrawing in the staff area, for one entry or for several chosen in the list.

Each entry is published in a transaction of its own, never in that of a form that saved rows:
publishing takes its lock before any row is locked.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from publishing import services
from publishing.forms import PublishForm, WithdrawForm
from publishing.previews import changed_parts
from publishing.states import is_live, note_nothing_to_publish


@dataclass(frozen=True)
class Act:
    """Something that changes what is public, with a page that asks what readers are told."""

    name: str
    title: str
    form_class: type[forms.Form]
    perform: Callable
    done: str
    explanation: str


PUBLISH = Act(
    name="publish",
    title=_("发布"),
    form_class=PublishForm,
    perform=services.publish,
    done=_("已发布“{}”第{}版。"),
    explanation=_("发布后,公开页面、接口和订阅立即更新;历史版本保留。"),
)
WITHDRAW = Act(
    name="withdraw",
    title=_("撤回"),
    form_class=WithdrawForm,
    perform=services.withdraw,
    done=_("已撤回“{}”(第{}版)。"),
    explanation=_("撤回后,原网址只显示撤回原因和替代条目;以后可以再次发布。"),
)


class PublishingActs:
    """Adds the acts to a `ModelAdmin` of entries, for users with the model's publish permission."""

    actions = ["publish_selected", "withdraw_selected"]

    def get_urls(self):
        options = self.opts
        acts = [
            path(
                f"<uuid:pk>/{act.name}/",
                self.admin_site.admin_view(partial(self.act_view, act=act)),
                name=f"{options.app_label}_{options.model_name}_{act.name}",
            )
            for act in (PUBLISH, WITHDRAW)
        ]
        return [*acts, *super().get_urls()]

    def has_publish_permission(self, request, obj=None):
        return self.has_view_permission(request, obj) and request.user.has_perm(
            f"{self.opts.app_label}.publish_{self.opts.model_name}"
        )

    @admin.action(description=_("发布所选的%(verbose_name_plural)s"), permissions=["publish"])
    def publish_selected(self, request, queryset):
        return self._act_on_selected(request, PUBLISH, queryset)

    @admin.action(description=_("撤回所选的%(verbose_name_plural)s"), permissions=["publish"])
    def withdraw_selected(self, request, queryset):
        return self._act_on_selected(request, WITHDRAW, queryset)

    def act_view(self, request, pk, *, act):
        """The page of one entry; a POST acts and leads back to the entry."""
        entry = get_object_or_404(self.get_queryset(request), pk=pk)
        if not self.has_publish_permission(request, entry):
            raise PermissionDenied
        context = {
            "changed_parts": changed_parts(entry) if act is PUBLISH else None,
            "is_live": is_live(entry),
        }
        is_confirmed = request.method == "POST"
        done_url = self.page_url(entry, "change")
        return self._act_page(request, act, [entry], is_confirmed, done_url, context)

    def _act_on_selected(self, request, act, queryset):
        context = {"action": f"{act.name}_selected", "action_checkbox_name": ACTION_CHECKBOX_NAME}
        is_confirmed = "confirmed" in request.POST
        done_url = request.get_full_path()
        return self._act_page(request, act, list(queryset), is_confirmed, done_url, context)

    def _act_page(self, request, act, entries, is_confirmed, done_url, context):
        """Ask, or act once asked. What failed is asked again with the words kept."""
        form = act.form_class(request.POST if is_confirmed else None, entries=entries)
        if form.is_valid():
            entries = [entry for entry in entries if not self._perform(request, act, form, entry)]
            if not entries:
                return HttpResponseRedirect(done_url)
        context = {
            **self.admin_site.each_context(request),
            "title": act.title,
            "opts": self.opts,
            "media": self.media + form.media,
            "act": act,
            "form": form,
            "entries": [(entry, self.page_url(entry, "preview")) for entry in entries],
            "original": entries[0] if len(entries) == 1 else None,
            "back_url": done_url,
            **context,
        }
        return TemplateResponse(request, "admin/publishing/act.html", context)

    def _perform(self, request, act, form, entry):
        """Act on one entry and tell the user. False if it could not be done."""
        try:
            edition = act.perform(entry=entry, by=request.user, **form.arguments_for(entry))
        except services.PublishingError as error:
            self.message_user(request, error, messages.ERROR)
            return False
        if edition is None:
            note_nothing_to_publish(entry)
            text = _("“%s”与公开版本相同,没有变化,不需要发布。") % entry
            self.message_user(request, text, messages.WARNING)
        else:
            text = format_html(str(act.done), entry, edition.number)
            self.message_user(request, text, messages.SUCCESS)
        return True
