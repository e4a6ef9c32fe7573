"""The roles of staff, and Django's model permissions that come with each.

Model permissions say what a role may do at all; `staff.access` says on which rows.
"""

from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.utils.translation import gettext_lazy as _

CITY_EDITOR = "市级编辑"
DOMAIN_EDITOR = "领域编辑"
REVIEWER = "审核员"
ADMINISTRATOR = "管理员"

DESCRIPTIONS = {
    CITY_EDITOR: _("修改所管城市的落实情况和办事地点,送审;答复关于这些城市的反馈。"),
    DOMAIN_EDITOR: _("修改所管领域的举措(或实事项目、合作区),送审;答复关于它们的反馈。"),
    REVIEWER: _("审核、退回、发布、定时和撤回。"),
    ADMINISTRATOR: _("全部内容和帐号;自己送审的不能自己通过。"),
}

# The apps whose rows staff work on; everybody may look at all of them. What readers wrote is not
# among them: only those who answer it may read it.
CONTENT_APPS = (
    *("publishing", "sources", "regions", "contacts", "guide", "projects", "cooperation"),
    *("upkeep", "finder", "search"),
)
ENTRIES = ("guide.measure", "projects.project", "cooperation.zone")
# Rows that belong to entries, by the entry's app. `Child` rows of offices are with offices.
CHILDREN = {
    "guide": (
        *("step", "material", "question", "measuredepartment", "measurecitation"),
        *("provision", "provisionlink"),
    ),
    "projects": (
        *("indicator", "milestone", "statuschange", "projectdepartment", "projectcitation"),
    ),
    "cooperation": (
        *("signatory", "aim", "zonecitation", "agreement", "agreementcitation", "party"),
        *("event", "eventcitation"),
    ),
}


def sync_roles(**kwargs):
    """Make the groups and give each its permissions. Runs after every migration."""
    for name, codenames in _permissions_by_role().items():
        group, _created = Group.objects.get_or_create(name=name)
        group.permissions.set(_find(codenames))


def _permissions_by_role():
    view = {
        f"{model._meta.app_label}.view_{model._meta.model_name}"
        for app in CONTENT_APPS
        for model in apps.get_app_config(app).get_models()
    }
    view.add("feedback.view_usefulness")
    answer = {f"feedback.{act}_message" for act in ("view", "change", "delete")}
    city = {
        *(f"contacts.{act}_office" for act in ("add", "change", "delete")),
        *(f"contacts.{act}_openinghours" for act in ("add", "change", "delete")),
        *("guide.change_provision", "guide.change_provisionlink"),
        *("guide.add_provisionlink", "guide.delete_provisionlink"),
    }
    domain = {
        f"{app}.{act}_{model}"
        for app, models in CHILDREN.items()
        for model in (*models, *(e.split(".")[1] for e in ENTRIES if e.startswith(app)))
        for act in ("add", "change", "delete")
    }
    review = {f"{e.split('.')[0]}.publish_{e.split('.')[1]}" for e in ENTRIES}
    review.add("finder.publish_release")
    return {
        CITY_EDITOR: view | answer | city,
        DOMAIN_EDITOR: view | answer | domain,
        REVIEWER: view | review,
        ADMINISTRATOR: None,
    }


def _find(codenames):
    """The `Permission` rows of `app.codename` texts, all of them for None."""
    permissions = Permission.objects.select_related("content_type")
    if codenames is None:
        return permissions
    return [p for p in permissions if f"{p.content_type.app_label}.{p.codename}" in codenames]
