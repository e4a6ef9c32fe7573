"""Where editions stand in lists, and how long the lists are. Derived from editions alone."""

from django.db import models
from django.utils.translation import gettext_lazy as _

NAME_LENGTH = 200  # a kind, a space and a facet


class Listing(models.Model):
    """That a live edition stands in the list `name`, and where."""

    name = models.CharField(max_length=NAME_LENGTH)
    position = models.IntegerField()
    first_published_at = models.DateTimeField()
    edition = models.ForeignKey("publishing.Edition", models.CASCADE, related_name="listings")

    class Meta:
        verbose_name = _("列表中的位置")
        verbose_name_plural = _("列表中的位置")
        constraints = [
            models.UniqueConstraint(
                fields=["name", "position", "first_published_at", "edition"],
                name="publishing_listing_in_order",
            )
        ]

    def __str__(self):
        return f"{self.name} {self.edition_id}"


class Announcement(models.Model):
    """That an edition is told of in the feed of a facet."""

    facet = models.CharField(max_length=160)
    edition = models.ForeignKey(
        "publishing.Edition", models.CASCADE, related_name="announcements", db_index=False
    )

    class Meta:
        verbose_name = _("更新提要中的版本")
        verbose_name_plural = _("更新提要中的版本")
        constraints = [
            models.UniqueConstraint(
                fields=["facet", "edition"], name="publishing_announcement_of_facet"
            )
        ]

    def __str__(self):
        return f"{self.facet} {self.edition_id}"


class FacetCount(models.Model):
    """How many live entries carry all of several facets; of one facet, the catalogue knows."""

    name = models.TextField(primary_key=True)  # a kind and its facets, in order
    number = models.IntegerField()

    class Meta:
        verbose_name = _("筛选组合的条数")
        verbose_name_plural = _("筛选组合的条数")

    def __str__(self):
        return f"{self.name}: {self.number}"
