"""Let lists tell the measures that the cities do differently, and know when each list changed.

Facets are no part of what was said: they are made from the document, which stays as it is.
"""

from django.db import migrations

from guide.comparison import DIFFERS, Row
from publishing.lists.writing import rebuild, with_counts


def fill(apps, schema_editor):
    Edition = apps.get_model("publishing", "Edition")
    schema_editor.execute(
        "ALTER TABLE publishing_edition DISABLE TRIGGER publishing_edition_is_immutable"
    )
    current = Edition.objects.filter(kind="measure", is_current=True)
    for edition in current.only("document", "facets").iterator(chunk_size=200):
        document = edition.document
        if DIFFERS not in edition.facets and Row(document, document["provisions"]).differs:
            facets = sorted([*edition.facets, DIFFERS])
            Edition.objects.filter(pk=edition.pk).update(facets=facets)
    schema_editor.execute(
        "ALTER TABLE publishing_edition ENABLE TRIGGER publishing_edition_is_immutable"
    )
    counts, changes = rebuild()
    for catalogue in apps.get_model("publishing", "Catalogue").objects.all():
        totals = {kind: {"total": 0} for kind in catalogue.content.get("counts", {})}
        catalogue.content |= {"counts": with_counts(totals, counts), "changed_at": changes}
        catalogue.revision += 1
        catalogue.save()


class Migration(migrations.Migration):
    dependencies = [("guide", "0004_work_calendar"), ("publishing", "0009_fill_lists")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
