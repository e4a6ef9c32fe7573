import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("guide", "0006_order"),
    ]

    operations = [
        migrations.AlterField(
            model_name="provision",
            name="measure",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="provisions",
                to="guide.measure",
                verbose_name="举措",
            ),
        ),
    ]
