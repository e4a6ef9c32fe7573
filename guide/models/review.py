"""What each city said when the standard text of a measure had changed."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from guide.models.provision import Provision
from publishing.models import Edition


class ProvisionReviewQuerySet(models.QuerySet):
    def pending(self):
        """What a city has not answered yet."""
        return self.filter(status=ProvisionReview.Status.PENDING)

    def newest(self):
        """The last review of each provision."""
        return self.order_by("provision_id", "-id").distinct("provision_id")

    def for_page(self):
        """With all that a page shows of reviews; differences need both documents."""
        return self.select_related(
            "provision__city", "provision__measure", "edition", "previous", "by"
        )


class ProvisionReview(models.Model):
    """A city's provision, put before its editors because the text around it has changed.

    `previous` is the edition that the city last answered for, or the one before the change.
    While nobody has answered, a newer edition takes the place of `edition`.
    """

    class Status(models.TextChoices):
        PENDING = "pending", _("待确认")
        STILL_VALID = "still_valid", _("仍适用")
        EDITED = "edited", _("已修改")

    provision = models.ForeignKey(
        Provision,
        on_delete=models.CASCADE,
        related_name="reviews",
        verbose_name=_("城市落实情况"),
    )
    edition = models.ForeignKey(
        Edition, on_delete=models.PROTECT, related_name="+", verbose_name=_("修改后的版本")
    )
    previous = models.ForeignKey(
        Edition, on_delete=models.PROTECT, related_name="+", verbose_name=_("此前的版本")
    )
    status = models.CharField(_("状态"), max_length=11, choices=Status, default=Status.PENDING)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("答复人"),
    )
    at = models.DateTimeField(_("答复时间"), null=True)

    objects = ProvisionReviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("各市确认")
        verbose_name_plural = _("各市确认")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["provision"],
                condition=Q(status="pending"),
                name="guide_provisionreview_one_pending",
            ),
            models.CheckConstraint(
                name="guide_provisionreview_answered_by_somebody",
                condition=Q(status="pending", by__isnull=True, at__isnull=True)
                | (~Q(status="pending") & Q(by__isnull=False, at__isnull=False)),
            ),
            models.CheckConstraint(
                name="guide_provisionreview_previous_is_older",
                condition=Q(previous__lt=F("edition")),
            ),
        ]
        indexes = [models.Index(fields=["provision", "-id"], name="guide_provisionreview_newest")]

    def __str__(self):
        return f"{self.provision.city}:{self.get_status_display()}"

    @property
    def confirmed_id(self):
        """The edition that the city has answered for, as far as this review tells."""
        return self.previous_id if self.status == self.Status.PENDING else self.edition_id
