"""What staff do with an entry beside editing it, for one entry or for several in the list.

Each entry is acted on in a transaction of its own, never in that of a form that saved rows:
publishing takes its lock before any row is locked. `publishing.workflow` checks every right again.
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

from publishing import services, workflow
from publishing.forms import CommentForm, PublishForm, ReasonForm, WithdrawForm
from publishing.models import Schedule
from publishing.previews import changed_parts
from publishing.rows import WorkflowState
from publishing.states import is_live, note_nothing_to_publish
from staff import access


@dataclass(frozen=True)
class Act:
    """A step of the workflow, with a page that asks for the words that go with it.

    states: the workflow states in which the act is offered, None for all.
    """

    name: str
    title: str
    form_class: type[forms.Form]
    perform: Callable
    done: str
    explanation: str
    may: Callable
    states: tuple | None = None

    def is_offered(self, user, entry):
        """Whether the entry's page leads to this act now."""
        is_in_state = self.states is None or entry.workflow_state in self.states
        is_possible = self.name != "withdraw" or is_live(entry)
        return is_in_state and is_possible and self.may(user, entry)


def _may_comment(user, entry):
    return access.may_submit(user, entry) or access.may_review(user, entry)


def _publish(*, due_at=None, **words):
    if due_at is None:
        return workflow.publish(**words)
    return workflow.schedule(act=Schedule.Act.PUBLISH, due_at=due_at, **words)


def _withdraw(*, reason, due_at=None, **words):
    if due_at is None:
        return workflow.withdraw(reason=reason, **words)
    return workflow.schedule(act=Schedule.Act.WITHDRAW, due_at=due_at, note=reason, **words)


def _unschedule(*, entry, by):
    taken_back = [workflow.unschedule(entry=entry, by=by, act=act) for act in Schedule.Act]
    return any(taken_back)


SUBMIT = Act(
    name="submit",
    title=_("送审"),
    form_class=CommentForm,
    perform=workflow.submit,
    done=_("已把“{}”送审。"),
    explanation=_("送审后由另一位审核员审核;再修改就要重新送审。"),
    may=access.may_submit,
    states=(WorkflowState.DRAFT, WorkflowState.RETURNED, WorkflowState.WITHDRAWN),
)
APPROVE = Act(
    name="approve",
    title=_("通过"),
    form_class=CommentForm,
    perform=workflow.approve,
    done=_("已通过“{}”。"),
    explanation=_("通过的是现在的内容;以后再修改,要重新审核。"),
    may=access.may_review,
    states=(WorkflowState.SUBMITTED,),
)
SEND_BACK = Act(
    name="send-back",
    title=_("退回"),
    form_class=ReasonForm,
    perform=workflow.send_back,
    done=_("已退回“{}”。"),
    explanation=_("退回后编辑会看到原因,改好再送审。"),
    may=access.may_review,
    states=(WorkflowState.SUBMITTED, WorkflowState.APPROVED),
)
PUBLISH = Act(
    name="publish",
    title=_("发布"),
    form_class=PublishForm,
    perform=_publish,
    done=_("已发布“{}”第{}版。"),
    explanation=_("发布后,公开页面、接口和订阅立即更新;历史版本保留。"),
    may=access.may_review,
    states=(WorkflowState.APPROVED, WorkflowState.SCHEDULED),
)
WITHDRAW = Act(
    name="withdraw",
    title=_("撤回"),
    form_class=WithdrawForm,
    perform=_withdraw,
    done=_("已撤回“{}”(第{}版)。"),
    explanation=_("撤回后,原网址只显示撤回原因和替代条目;以后可以再次发布。"),
    may=access.may_review,
)
UNSCHEDULE = Act(
    name="unschedule",
    title=_("取消定时"),
    form_class=forms.Form,
    perform=_unschedule,
    done=_("已取消“{}”的定时安排。"),
    explanation=_("取消后不会再自动发布或撤回。"),
    may=access.may_review,
)
COMMENT = Act(
    name="comment",
    title=_("留言"),
    form_class=ReasonForm,
    perform=lambda *, entry, by, comment: workflow.comment(entry=entry, by=by, text=comment),
    done=_("已在“{}”留言。"),
    explanation=_("留言和条目在一起,只有工作人员看得到。"),
    may=_may_comment,
)
ACTS = (SUBMIT, APPROVE, SEND_BACK, PUBLISH, UNSCHEDULE, WITHDRAW, COMMENT)


class PublishingActs:
    """Adds the acts to a `ModelAdmin` of entries."""

    actions = ["submit_selected", "approve_selected", "publish_selected", "withdraw_selected"]

    def get_urls(self):
        options = self.opts
        acts = [
            path(
                f"<uuid:pk>/{act.name}/",
                self.admin_site.admin_view(partial(self.act_view, act=act)),
                name=f"{options.app_label}_{options.model_name}_{act.name}",
            )
            for act in ACTS
        ]
        return [*acts, *super().get_urls()]

    def acts_offered(self, request, entry, waiting):
        """`[(act, address)]` of what the user may do with the entry now.

        `waiting` are the entry's plans that are not carried out yet.
        """
        return [
            (act, self.page_url(entry, act.name))
            for act in ACTS
            if act.is_offered(request.user, entry) and (act is not UNSCHEDULE or waiting)
        ]

    def has_publish_permission(self, request, obj=None):
        return self.has_view_permission(request, obj) and request.user.has_perm(
            f"{self.opts.app_label}.publish_{self.opts.model_name}"
        )

    def has_submit_permission(self, request, obj=None):
        return self.has_change_permission(request) or request.user.has_perm(
            "guide.change_provision"
        )

    @admin.action(description=_("送审所选的%(verbose_name_plural)s"), permissions=["submit"])
    def submit_selected(self, request, queryset):
        return self._act_on_selected(request, SUBMIT, queryset)

    @admin.action(description=_("通过所选的%(verbose_name_plural)s"), permissions=["publish"])
    def approve_selected(self, request, queryset):
        return self._act_on_selected(request, APPROVE, queryset)

    @admin.action(description=_("发布所选的%(verbose_name_plural)s"), permissions=["publish"])
    def publish_selected(self, request, queryset):
        return self._act_on_selected(request, PUBLISH, queryset)

    @admin.action(description=_("撤回所选的%(verbose_name_plural)s"), permissions=["publish"])
    def withdraw_selected(self, request, queryset):
        return self._act_on_selected(request, WITHDRAW, queryset)

    def act_view(self, request, pk, *, act):
        """The page of one entry; a POST acts and leads back to the entry."""
        entry = get_object_or_404(self.get_queryset(request), pk=pk)
        if not (self.has_view_permission(request, entry) and act.may(request.user, entry)):
            raise PermissionDenied
        context = {
            "changed_parts": changed_parts(entry) if act in (APPROVE, PUBLISH) else None,
            "is_live": is_live(entry),
        }
        is_confirmed = request.method == "POST"
        done_url = self.page_url(entry, "change")
        return self._act_page(request, act, [entry], is_confirmed, done_url, context)

    def _act_on_selected(self, request, act, queryset):
        entries = list(queryset)
        if not all(act.may(request.user, entry) for entry in entries):
            raise PermissionDenied
        context = {"action": f"{act.name}_selected", "action_checkbox_name": ACTION_CHECKBOX_NAME}
        is_confirmed = "confirmed" in request.POST
        done_url = request.get_full_path()
        return self._act_page(request, act, entries, is_confirmed, done_url, context)

    def _act_page(self, request, act, entries, is_confirmed, done_url, context):
        """Ask, or act once asked. What failed is asked again with the words kept."""
        data = request.POST if is_confirmed else None
        form = act.form_class(data, **_form_options(act, entries))
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
        words = form.arguments_for(entry) if hasattr(form, "arguments_for") else form.cleaned_data
        try:
            result = act.perform(entry=entry, by=request.user, **words)
        except services.PublishingError as error:
            self.message_user(request, error, messages.ERROR)
            return False
        self.message_user(request, *self._outcome(act, entry, result))
        return True

    def _outcome(self, act, entry, result):
        """The message and its level for what `act.perform` returned."""
        if isinstance(result, Schedule):
            return _("已安排“%(entry)s”:%(plan)s。") % {"entry": entry, "plan": result}, (
                messages.SUCCESS
            )
        if act is PUBLISH and result is None:
            note_nothing_to_publish(entry)
            text = _("“%s”与公开版本相同,没有变化,不需要发布。") % entry
            return text, messages.WARNING
        if result is False:
            return _("“%s”已经是这样,没有变化。") % entry, messages.WARNING
        number = getattr(result, "number", "")
        return format_html(str(act.done), entry, number), messages.SUCCESS


def _form_options(act, entries):
    return {} if act.form_class is forms.Form else {"entries": entries}
