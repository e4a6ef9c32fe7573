"""Who works on the portal, and for which cities and domains."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _


class User(AbstractUser):
    """A member of staff. The groups say what they may do, cities and domains where."""

    cities = models.ManyToManyField(
        "regions.City",
        blank=True,
        related_name="editors",
        verbose_name=_("所管城市"),
        help_text=_("市级编辑只能修改这些城市的内容。"),
    )
    domains = models.ManyToManyField(
        "guide.Domain",
        blank=True,
        related_name="editors",
        verbose_name=_("所管领域"),
        help_text=_("领域编辑只能修改这些领域的举措。"),
    )
    edits_projects = models.BooleanField(_("可改十大实事"), default=False)
    edits_zones = models.BooleanField(_("可改合作区"), default=False)

    class Meta(AbstractUser.Meta):
        verbose_name = _("工作人员")
        verbose_name_plural = _("工作人员")

    def __str__(self):
        return self.get_full_name() or self.username

    def get_full_name(self):
        """Family name first, as Chinese names are written."""
        return f"{self.last_name}{self.first_name}".strip()
