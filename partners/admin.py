"""Partners in the staff area: administrators give them keys and see how much they read."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners import keys, webhook_admin  # noqa: F401 - registers its own
from partners.forms import NewKeyForm, PartnerForm
from partners.models import ApiKey, DailyUse, Partner
from publishing.admin.rows import StaffAdmin
from staff import audit
from staff.models import AuditEntry


@admin.register(Partner)
class PartnerAdmin(StaffAdmin):
    """A partner is switched off, never deleted: its keys and its use stay on record."""

    form = PartnerForm
    change_form_template = "admin/partners/partner_change_form.html"
    list_display = ["name", "is_active", "requests_per_minute", "contact_email", "key_list"]
    list_filter = ["is_active"]
    search_fields = ["name", "contact_email", "note"]
    fields = ["name", "contact_email", "requests_per_minute", "is_active", "note"]

    def get_urls(self):
        view = self.admin_site.admin_view(self.new_key_view)
        new_key = path("<int:pk>/new-key/", view, name="partners_partner_new_key")
        return [new_key, *super().get_urls()]

    def has_delete_permission(self, request, obj=None):
        return False

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        action = AuditEntry.Action
        changed = {name: form.cleaned_data[name] for name in form.changed_data}
        audit.record(
            action=action.PARTNER_CHANGED if change else action.PARTNER_ADDED,
            by=request.user,
            target=obj,
            **changed,
        )

    @admin.display(description=gettext_lazy("密钥"))
    def key_list(self, partner):
        address = reverse("admin:partners_apikey_changelist")
        return format_html(
            '<a href="{}?partner__id__exact={}">{}</a>', address, partner.pk, _("查看")
        )

    def new_key_view(self, request, pk):
        """Make a key and show it in the answer: nowhere else, and never again."""
        partner = get_object_or_404(Partner, pk=pk)
        if not request.user.has_perm("partners.add_apikey"):
            raise PermissionDenied
        form, text = NewKeyForm(request.POST or None), ""
        if request.method == "POST" and form.is_valid():
            _key, text = keys.make_key(partner=partner, by=request.user, **form.cleaned_data)
        context = {
            **self.admin_site.each_context(request),
            "title": _("新建密钥"),
            "opts": self.opts,
            "original": partner,
            "form": form,
            "key": text,
        }
        return TemplateResponse(request, "admin/partners/new_key.html", context)


class StateFilter(admin.SimpleListFilter):
    title = gettext_lazy("状态")
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return [("live", _("有效")), ("closed", _("已失效"))]

    def queryset(self, request, queryset):
        live = ApiKey.objects.live().values("pk")
        return {
            "live": lambda: queryset.filter(pk__in=live),
            "closed": lambda: queryset.exclude(pk__in=live),
        }.get(self.value(), queryset.all)()


@admin.register(ApiKey)
class ApiKeyAdmin(StaffAdmin):
    """Keys are made on the page of their partner, revoked here, and otherwise left as they are."""

    list_display = ["label", "partner", "key_start", "state", "expires_on", "last_used_at"]
    list_filter = [StateFilter, "partner", "expires_on"]
    list_select_related = ["partner"]
    search_fields = ["label", "start", "partner__name"]
    fields = [
        *("partner", "label", "key_start", "state", "expires_on"),
        *("last_used_at", "made_at", "made_by", "expiry_told_at", "revoked_at"),
    ]
    readonly_fields = fields
    actions = ["revoke"]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return obj is None and super().has_change_permission(request)

    def has_delete_permission(self, request, obj=None):
        return False

    @admin.action(
        description=gettext_lazy("收回所选的密钥(马上无效,不能恢复)"), permissions=["change"]
    )
    def revoke(self, request, queryset):
        count = sum(keys.revoke_key(key=key, by=request.user) for key in queryset)
        self.message_user(request, _("收回了%d个密钥。") % count, messages.SUCCESS)

    @admin.display(description=gettext_lazy("密钥"), ordering="start")
    def key_start(self, key):
        return format_html("<code>{}…</code>", key.start)

    @admin.display(description=gettext_lazy("状态"))
    def state(self, key):
        name, word = "published", _("有效")
        if key.revoked_at:
            name, word = "returned", _("已收回")
        elif key.is_expired:
            name, word = "returned", _("已过期")
        elif not key.partner.is_active:
            name, word = "returned", _("合作方已停用")
        return format_html('<span class="state state--{}">{}</span>', name, word)


@admin.register(DailyUse)
class DailyUseAdmin(StaffAdmin):
    """How much each partner read on each day. Counted, never edited."""

    list_display = ["day", "partner", "answered", "refused"]
    list_display_links = None
    list_filter = ["partner", "day"]
    list_select_related = ["partner"]
    search_fields = ["partner__name"]
    fields = ["day", "partner", "answered", "refused"]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
