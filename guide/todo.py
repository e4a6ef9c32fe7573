"""What waits for cities: changed texts that they have not answered for."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from guide.models import Provision
from guide.provision_reviews import pending_for
from upkeep.todo import Line, register


def unanswered_changes(user, now):
    yield Line(
        group=_("标准文本有改动,待本市确认"),
        label=Provision._meta.verbose_name,
        count=pending_for(user).count(),
        url=reverse("admin:guide_provisionreview_mine"),
    )


register(unanswered_changes, order=15)
