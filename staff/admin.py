"""Staff accounts and the log of what staff did."""

from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.db.models import Exists, OuterRef
from django.forms import CheckboxSelectMultiple
from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from publishing.admin.rows import StaffAdmin
from staff import access, second_factor
from staff.forms import SignInForm
from staff.models import AuditEntry, User

admin.site.login_form = SignInForm
for device in (TOTPDevice, StaticDevice):  # nobody is shown or gives out another's secrets
    admin.site.unregister(device)


@admin.register(User)
class UserAdmin(StaffAdmin, DjangoUserAdmin):
    """Accounts. Rights come from roles; what a superuser is, only superusers decide."""

    list_display = [
        *("username", "last_name", "first_name", "email", "is_staff", "is_active"),
        "has_second_factor",
    ]
    list_filter = ["is_active", "groups", "cities", "domains"]
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        (gettext_lazy("个人信息"), {"fields": ["last_name", "first_name", "email"]}),
        (gettext_lazy("角色"), {"fields": ["is_active", "is_staff", "is_superuser", "groups"]}),
        (
            gettext_lazy("所管范围"),
            {"fields": ["cities", "domains", "edits_projects", "edits_zones"]},
        ),
        (gettext_lazy("登录"), {"fields": ["has_second_factor", "last_login", "date_joined"]}),
    ]
    readonly_fields = ["has_second_factor", "last_login", "date_joined"]
    filter_horizontal = []
    actions = ["reset_second_factor"]

    def get_queryset(self, request):
        devices = TOTPDevice.objects.filter(user=OuterRef("pk"), confirmed=True)
        return super().get_queryset(request).annotate(has_device=Exists(devices))

    def get_readonly_fields(self, request, obj=None):
        own = [] if request.user.is_superuser else ["is_superuser"]
        return [*super().get_readonly_fields(request, obj), *own]

    def save_model(self, request, obj, form, change):
        if not change:
            obj.is_staff = True  # nobody else has an account
        super().save_model(request, obj, form, change)

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        kwargs["widget"] = CheckboxSelectMultiple
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and self._is_within_reach(request, obj)

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and self._is_within_reach(request, obj)

    @admin.display(description=gettext_lazy("二次验证"), boolean=True, ordering="has_device")
    def has_second_factor(self, user):
        return user.has_device

    @admin.action(description=gettext_lazy("重置所选人员的二次验证"), permissions=["change"])
    def reset_second_factor(self, request, queryset):
        """For who lost the phone: the next sign-in sets up another."""
        for user in queryset:
            if second_factor.may_reset(request.user, user):
                second_factor.reset(user=user, by=request.user, request=request)
                text, level = _("已重置“%s”的二次验证,下次登录时重新设置。"), messages.SUCCESS
            else:
                text, level = _("不能重置“%s”的二次验证:请找另一位管理员。"), messages.ERROR
            self.message_user(request, text % user, level)

    @staticmethod
    def _is_within_reach(request, user):
        return user is None or request.user.is_superuser or not user.is_superuser


@admin.register(AuditEntry)
class AuditEntryAdmin(StaffAdmin):
    """To search and to read, by administrators. Nobody changes anything here."""

    list_display = ["at", "action", "actor_name", "object_title", "object_kind", "address"]
    list_filter = ["action", "at"]
    search_fields = ["actor_name", "object_title", "object_id", "object_kind", "address"]
    date_hierarchy = "at"
    show_full_result_count = False
    fields = [
        *("at", "action", "actor_name", "object_kind", "object_id", "object_title"),
        *("address", "all_details"),
    ]

    def has_module_permission(self, request):
        return access.is_administrator(request.user)

    def has_view_permission(self, request, obj=None):
        return access.is_administrator(request.user)

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    @admin.display(description=gettext_lazy("详情"))
    def all_details(self, entry):
        lines = ((name, _as_text(value)) for name, value in entry.details.items())
        return format_html_join("", "<p>{}: {}</p>", lines) or "-"


def _as_text(value):
    return "、".join(str(part) for part in value) if isinstance(value, list) else value
