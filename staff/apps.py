from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class StaffConfig(AppConfig):
    name = "staff"
    verbose_name = _("工作人员")

    def ready(self):
        from staff.watching import begin_watching

        begin_watching()
        post_migrate.connect(sync_roles_after_migrating, dispatch_uid="staff.sync_roles")


def sync_roles_after_migrating(sender, **kwargs):
    """Give the roles their permissions once the last app has made its own."""
    from staff.roles import sync_roles

    with_models = [config for config in apps.get_app_configs() if config.models_module]
    if sender == with_models[-1]:
        sync_roles()
