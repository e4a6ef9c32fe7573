"""The title of an edition as a column, so that staff's lists need not unpack documents."""

import django.db.models.fields.json
from django.db import migrations, models

# A generated column is computed after the triggers that run before the update, where it is NULL.
# It follows from the document, which is compared.
COMPARE = """
CREATE OR REPLACE FUNCTION publishing_edition_is_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    other publishing_edition;
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'Edition % is immutable and cannot be deleted.', OLD.id;
    END IF;
    other := NEW;
    other.is_current := OLD.is_current;
    {title}
    IF other IS DISTINCT FROM OLD OR (NEW.is_current AND NOT OLD.is_current) THEN
        RAISE EXCEPTION 'Edition % is immutable: it can only hand over is_current.', OLD.id;
    END IF;
    RETURN NEW;
END
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("publishing", "0006_presence")]

    operations = [
        migrations.RunSQL(
            COMPARE.format(title="other.title := OLD.title;"), COMPARE.format(title="")
        ),
        migrations.AddField(
            model_name="edition",
            name="title",
            field=models.GeneratedField(
                db_persist=True,
                expression=django.db.models.fields.json.KeyTextTransform("title", "document"),
                output_field=models.TextField(),
                verbose_name="名称",
            ),
        ),
    ]
