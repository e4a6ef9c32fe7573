"""Webhooks in the staff area: who is told of what, what arrived, and what is sent once more."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners import delivery, tasks, webhooks
from partners.forms import SubscriptionForm
from partners.models import Delivery, Subscription
from publishing.admin.rows import StaffAdmin
from staff import audit
from staff.models import AuditEntry


@admin.register(Subscription)
class SubscriptionAdmin(StaffAdmin):
    """A subscription is switched off, never deleted: its deliveries stay on record."""

    form = SubscriptionForm
    change_form_template = "admin/partners/subscription_change_form.html"
    list_display = ["url", "partner", "state", "sent_up_to", "failing_since", "next_attempt_at"]
    list_filter = ["is_active", "partner"]
    list_select_related = ["partner"]
    search_fields = ["url", "partner__name"]
    autocomplete_fields = ["partner"]
    readonly_fields = [
        *("state", "sent_up_to", "failures", "failing_since", "next_attempt_at"),
        *("off_reason", "old_secret_until"),
    ]
    fieldsets = [
        (None, {"fields": ["partner", "url", "kinds", "domains", "cities", "is_active"]}),
        (gettext_lazy("现在"), {"fields": readonly_fields}),
    ]

    def get_fieldsets(self, request, obj=None):
        return super().get_fieldsets(request, obj)[: 2 if obj else 1]

    def get_urls(self):
        view = self.admin_site.admin_view(self.secret_view)
        secret = path("<int:pk>/secret/", view, name="partners_subscription_secret")
        return [secret, *super().get_urls()]

    def has_delete_permission(self, request, obj=None):
        return False

    def save_model(self, request, obj, form, change):
        """Save what was typed and nothing else: the worker writes into the row meanwhile."""
        action = AuditEntry.Action.SUBSCRIPTION_CHANGED
        if change:
            obj.save(update_fields=list(form.cleaned_data))
        else:
            action = AuditEntry.Action.SUBSCRIPTION_ADDED
            webhooks.start_of(obj)
            obj.save()
        if {"is_active", "url"} & set(form.changed_data):
            delivery.switch_on(obj)
        changed = {name: str(form.cleaned_data[name]) for name in form.changed_data}
        audit.record(action=action, by=request.user, target=obj, **changed)
        transaction.on_commit(lambda: tasks.plan_delivery(timezone.now()))

    def response_add(self, request, obj, post_url_continue=None):
        """A new one needs a secret before anything is sent."""
        return HttpResponseRedirect(reverse("admin:partners_subscription_secret", args=[obj.pk]))

    @admin.display(description=gettext_lazy("状态"))
    def state(self, subscription):
        name, word = "published", _("正常")
        if not subscription.is_active or not subscription.partner.is_active:
            name, word = "returned", _("已停用")
        elif not subscription.secret:
            name, word = "submitted", _("还没有签名密钥")
        elif subscription.failing_since:
            name, word = "returned", _("未送达,会再试")
        return format_html('<span class="state state--{}">{}</span>', name, word)

    def secret_view(self, request, pk):
        """Make a secret and show it in the answer: nowhere else, and never again."""
        subscription = get_object_or_404(Subscription.objects.select_related("partner"), pk=pk)
        if not self.has_change_permission(request, subscription):
            raise PermissionDenied
        secret = ""
        if request.method == "POST":
            secret = webhooks.renew_secret(subscription=subscription, by=request.user)
            transaction.on_commit(lambda: tasks.plan_delivery(timezone.now()))
        context = {
            **self.admin_site.each_context(request),
            "title": _("签名密钥"),
            "opts": self.opts,
            "original": subscription,
            "secret": secret,
            "old_secret_days": webhooks.OLD_SECRET_DAYS,
        }
        return TemplateResponse(request, "admin/partners/secret.html", context)


class SubscriptionFilter(admin.RelatedFieldListFilter):
    """By subscription, each named with its partner: all in one query."""

    def field_choices(self, field, request, model_admin):
        subscriptions = Subscription.objects.select_related("partner")
        return [(subscription.pk, str(subscription)) for subscription in subscriptions]


@admin.register(Delivery)
class DeliveryAdmin(StaffAdmin):
    """What was sent to whom, and what they answered. Kept for ninety days."""

    list_display = ["sequence", "title", "shown", "result", "last_at", "event", "subscription"]
    list_display_links = ["sequence"]
    list_filter = ["state", ("subscription", SubscriptionFilter), "last_at"]
    list_select_related = ["subscription__partner"]
    search_fields = ["title", "event", "subscription__url", "subscription__partner__name"]
    fields = [
        *("subscription", "sequence", "title", "event", "shown", "attempts", "result"),
        *("first_at", "last_at"),
    ]
    readonly_fields = fields
    actions = ["replay"]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return obj is None and super().has_change_permission(request)

    def has_delete_permission(self, request, obj=None):
        return False

    @admin.action(description=gettext_lazy("重发所选的推送"), permissions=["change"])
    def replay(self, request, queryset):
        count = delivery.replay(queryset)
        audit.record(
            action=AuditEntry.Action.DELIVERIES_REPLAYED,
            by=request.user,
            target=Delivery,
            count=count,
        )
        transaction.on_commit(lambda: tasks.plan_delivery(timezone.now()))
        self.message_user(
            request, _("将重发%d条;还没有送达的本来就会再试。") % count, messages.SUCCESS
        )

    @admin.display(description=gettext_lazy("状态"), ordering="state")
    def shown(self, sent):
        is_good = sent.state == Delivery.State.DELIVERED
        name = "published" if is_good else "returned"
        if sent.state == Delivery.State.REPLAY:
            name = "submitted"
        return format_html(
            '<span class="state state--{}">{}</span>', name, sent.get_state_display()
        )
