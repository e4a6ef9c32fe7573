"""Put the editions that are there into the lists, the feeds and the counts."""

from django.db import migrations

from publishing.lists.writing import adopt


def fill(apps, schema_editor):
    adopt(0)  # the counts that the catalogue holds are there already


class Migration(migrations.Migration):
    dependencies = [("publishing", "0008_lists")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
