"""Reviews of provisions after a standard text changed."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("guide", "0002_workflow"),
        ("publishing", "0005_outside_checks"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ProvisionReview",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("pending", "待确认"),
                            ("still_valid", "仍适用"),
                            ("edited", "已修改"),
                        ],
                        default="pending",
                        max_length=11,
                        verbose_name="状态",
                    ),
                ),
                ("at", models.DateTimeField(null=True, verbose_name="答复时间")),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="答复人",
                    ),
                ),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="publishing.edition",
                        verbose_name="修改后的版本",
                    ),
                ),
                (
                    "previous",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="publishing.edition",
                        verbose_name="此前的版本",
                    ),
                ),
                (
                    "provision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reviews",
                        to="guide.provision",
                        verbose_name="城市落实情况",
                    ),
                ),
            ],
            options={
                "verbose_name": "各市确认",
                "verbose_name_plural": "各市确认",
                "ordering": ["-id"],
                "indexes": [
                    models.Index(fields=["provision", "-id"], name="guide_provisionreview_newest")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("status", "pending")),
                        fields=("provision",),
                        name="guide_provisionreview_one_pending",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("at__isnull", True), ("by__isnull", True), ("status", "pending")
                            ),
                            models.Q(
                                models.Q(("status", "pending"), _negated=True),
                                ("at__isnull", False),
                                ("by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="guide_provisionreview_answered_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("previous__lt", models.F("edition"))),
                        name="guide_provisionreview_previous_is_older",
                    ),
                ],
            },
        ),
    ]
