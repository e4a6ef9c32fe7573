"""Groups in the staff area: the four roles as they are, and others that an administrator makes."""

from django import forms
from django.contrib import admin
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db.models import Count
from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from publishing.admin.rows import StaffAdmin
from staff.roles import DESCRIPTIONS

ACTS = {
    "add": gettext_lazy("增加"),
    "change": gettext_lazy("修改"),
    "delete": gettext_lazy("删除"),
    "view": gettext_lazy("查看"),
}


def label_of(permission):
    """What a permission allows, in the words of the staff area; Django keeps it in English."""
    content = permission.content_type
    act, _underscore, model = permission.codename.partition("_")
    what = ACTS[act] if act in ACTS and model == content.model else permission.name
    return f"{content.app_labeled_name} | {what}"


def _shown_types():
    """The types of all that has a page in the staff area, or a place in one."""
    registry = admin.site._registry
    inlines = (inline.model for one in registry.values() for inline in getattr(one, "inlines", ()))
    types = ContentType.objects.get_for_models(*registry, *inlines)
    return [content.pk for content in types.values()]


class PermissionsField(forms.ModelMultipleChoiceField):
    def label_from_instance(self, permission):
        return label_of(permission)


class GroupForm(forms.ModelForm):
    permissions = PermissionsField(
        Permission.objects.none(),
        label=gettext_lazy("权限"),
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 20}),
        help_text=gettext_lazy("按住 Ctrl(苹果电脑按住 Command)可选多项。"),
    )

    class Meta:
        model = Group
        fields = ["name", "permissions"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["permissions"].queryset = Permission.objects.filter(
            content_type__in=_shown_types()
        ).select_related("content_type")


admin.site.unregister(Group)


@admin.register(Group)
class GroupAdmin(StaffAdmin):
    """The roles are looked at: what they allow is set by the portal after each migration."""

    form = GroupForm
    list_display = ["name", "about", "members"]
    search_fields = ["name"]
    ordering = ["name"]
    actions = None  # deleting several would not ask for each

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(number=Count("user"))

    def get_fields(self, request, obj=None):
        return ["name", "about", "rights"] if self._is_role(obj) else ["name", "permissions"]

    def get_readonly_fields(self, request, obj=None):
        return ["name", "about", "rights"] if self._is_role(obj) else []

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and not self._is_role(obj)

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and not self._is_role(obj)

    @admin.display(description=gettext_lazy("做什么"))
    def about(self, group):
        return DESCRIPTIONS.get(group.name, _("自建的组"))

    @admin.display(description=gettext_lazy("人数"), ordering="number")
    def members(self, group):
        return group.number

    @admin.display(description=gettext_lazy("权限"))
    def rights(self, group):
        permissions = group.permissions.select_related("content_type")
        return format_html_join("", "<p>{}</p>", ((label_of(one),) for one in permissions)) or "-"

    @staticmethod
    def _is_role(group):
        return group is not None and group.name in DESCRIPTIONS
