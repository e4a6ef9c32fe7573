"""Let PostgreSQL refuse what no code may do: change or delete an edition."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION publishing_edition_is_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    other publishing_edition;
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'Edition % is immutable and cannot be deleted.', OLD.id;
    END IF;
    other := NEW;
    other.is_current := OLD.is_current;
    IF other IS DISTINCT FROM OLD OR (NEW.is_current AND NOT OLD.is_current) THEN
        RAISE EXCEPTION 'Edition % is immutable: it can only hand over is_current.', OLD.id;
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER publishing_edition_is_immutable
    BEFORE UPDATE OR DELETE ON publishing_edition
    FOR EACH ROW EXECUTE FUNCTION publishing_edition_is_immutable();
"""

BACKWARD = """
DROP TRIGGER publishing_edition_is_immutable ON publishing_edition;
DROP FUNCTION publishing_edition_is_immutable();
"""


class Migration(migrations.Migration):
    dependencies = [("publishing", "0001_initial")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
