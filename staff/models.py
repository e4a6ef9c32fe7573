"""Who works on the portal, and for which cities and domains."""

from django.contrib.auth.models import AbstractUser
from django.utils.translation import gettext_lazy as _


class User(AbstractUser):
    """A member of staff. The groups say what they may do, cities and domains where."""

    class Meta(AbstractUser.Meta):
        verbose_name = _("工作人员")
        verbose_name_plural = _("工作人员")

    def __str__(self):
        return self.get_full_name() or self.username

    def get_full_name(self):
        """Family name first, as Chinese names are written."""
        return f"{self.last_name}{self.first_name}".strip()
