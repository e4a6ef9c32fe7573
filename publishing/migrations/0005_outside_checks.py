"""Links for outside checks, their answers, and the counters of their rate limits."""

import datetime
import uuid

import django.db.models.deletion
import django.db.models.expressions
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("publishing", "0004_workflow_is_append_only"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="RequestCount",
            fields=[
                ("bucket", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("started_at", models.BigIntegerField()),
                ("count", models.PositiveIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="CheckLink",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("kind", models.CharField(max_length=20, verbose_name="类别")),
                ("entry_id", models.UUIDField(verbose_name="条目")),
                ("version", models.PositiveIntegerField(verbose_name="修改次数")),
                ("token_hash", models.CharField(editable=False, max_length=64, unique=True)),
                (
                    "recipient",
                    models.CharField(
                        help_text="单位或职务,例如“市医保局待遇科”。对方在页面上会看到。",
                        max_length=60,
                        verbose_name="发给谁",
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, verbose_name="建立时间"
                    ),
                ),
                ("expires_at", models.DateTimeField(verbose_name="有效期至")),
                (
                    "revoked_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="收回时间"),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="建立人",
                    ),
                ),
            ],
            options={
                "verbose_name": "外部核对链接",
                "verbose_name_plural": "外部核对链接",
                "ordering": ["-created_at", "id"],
            },
        ),
        migrations.CreateModel(
            name="CheckAnswer",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                (
                    "verdict",
                    models.CharField(
                        choices=[("right", "无误"), ("wrong", "有误")],
                        max_length=5,
                        verbose_name="结论",
                    ),
                ),
                ("remark", models.TextField(blank=True, max_length=2000, verbose_name="意见")),
                ("name", models.CharField(max_length=60, verbose_name="自报姓名或单位")),
                (
                    "at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="时间"),
                ),
                ("version", models.PositiveIntegerField(verbose_name="所见修改次数")),
                (
                    "link",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answers",
                        to="publishing.checklink",
                    ),
                ),
            ],
            options={
                "verbose_name": "外部核对意见",
                "verbose_name_plural": "外部核对意见",
                "ordering": ["at", "id"],
            },
        ),
        migrations.AddIndex(
            model_name="checklink",
            index=models.Index(
                fields=["kind", "entry_id", "-created_at"], name="publishing_checks_of_entry"
            ),
        ),
        migrations.AddConstraint(
            model_name="checklink",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("expires_at__gt", models.F("created_at")),
                    (
                        "expires_at__lte",
                        django.db.models.expressions.CombinedExpression(
                            models.F("created_at"), "+", models.Value(datetime.timedelta(days=60))
                        ),
                    ),
                ),
                name="publishing_checklink_lifetime",
            ),
        ),
        migrations.AddConstraint(
            model_name="checkanswer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("verdict", "wrong"), _negated=True),
                    models.Q(("remark", ""), _negated=True),
                    _connector="OR",
                ),
                name="publishing_checkanswer_wrong_says_what",
            ),
        ),
    ]
