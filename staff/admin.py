"""Staff accounts and the log of what staff did."""

from django.apps import apps
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
from publishing.models import Edition
from staff import access, group_admin, second_factor, task_admin  # noqa: F401 - register theirs
from staff.forms import SignInForm
from staff.models import AuditEntry, User

# What the details of the log are called; names of fields come from their models.
DETAILS = {
    "reason": gettext_lazy("原因"),
    "method": gettext_lazy("方式"),
    "unknown_name": gettext_lazy("不存在的用户名(代号)"),
    "of": gettext_lazy("类别"),
    "added": gettext_lazy("增加"),
    "removed": gettext_lazy("去掉"),
    "is_first": gettext_lazy("首次设置"),
    "event": gettext_lazy("事件"),
    "number": gettext_lazy("版次"),
    "note": gettext_lazy("说明"),
    "comment": gettext_lazy("意见"),
    "format": gettext_lazy("格式"),
    "sheets": gettext_lazy("表"),
    "rows": gettext_lazy("行数"),
    "file": gettext_lazy("文件"),
    "changed": gettext_lazy("修改"),
}
CODES = {
    "wrong_name_or_password": gettext_lazy("用户名或密码不正确"),
    "wrong_code": gettext_lazy("验证码不正确"),
    "locked_out": gettext_lazy("尝试次数过多"),
    "password": gettext_lazy("密码"),
    "totp": gettext_lazy("手机验证码"),
    "recovery_code": gettext_lazy("恢复码"),
    **dict(Edition.Event.choices),
}

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

    list_display = ["at", "action", "actor_name", "object_title", "kind_name", "address"]
    list_filter = ["action", "at"]
    search_fields = ["actor_name", "object_title", "object_id", "object_kind", "address"]
    fields = [
        *("at", "action", "actor_name", "kind_name", "object_id", "object_title"),
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

    @admin.display(description=gettext_lazy("对象类别"), ordering="object_kind")
    def kind_name(self, entry):
        return _name_of_kind(entry.object_kind)

    @admin.display(description=gettext_lazy("详情"))
    def all_details(self, entry):
        lines = (
            (DETAILS.get(name) or _field_name(entry.object_kind, name), _as_text(value))
            for name, value in entry.details.items()
        )
        return format_html_join("", "<p>{}:{}</p>", lines) or "-"


def _model_of(kind):
    """The model of a label, None for one that the portal no longer has."""
    try:
        return apps.get_model(kind)
    except (LookupError, ValueError):
        return None


def _name_of_kind(kind):
    model = _model_of(kind)
    return model._meta.verbose_name if model else kind


def _field_name(kind, name):
    """What a form calls the field, for changes that are logged field by field."""
    model = _model_of(kind)
    names = {field.name: field for field in model._meta.fields} if model else {}
    return names[name].verbose_name if name in names else name


def _as_text(value):
    if isinstance(value, list):
        return "、".join(str(_as_text(part)) for part in value)
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, str):
        return CODES.get(value) or _name_of_kind(value)
    return value
