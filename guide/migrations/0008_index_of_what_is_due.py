from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("guide", "0007_label_of_measure")]

    operations = [
        AddIndexConcurrently(
            model_name="measure",
            index=models.Index(
                fields=["review_due_on", "last_verified_on", "created_at"],
                name="guide_measure_due",
            ),
        ),
    ]
