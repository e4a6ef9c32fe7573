"""Let PostgreSQL refuse what no code may do: change or delete a release."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION finder_release_is_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Release % is immutable.', OLD.id;
END
$$;
CREATE TRIGGER finder_release_is_immutable
    BEFORE UPDATE OR DELETE ON finder_release
    FOR EACH ROW EXECUTE FUNCTION finder_release_is_immutable();
"""

BACKWARD = """
DROP TRIGGER finder_release_is_immutable ON finder_release;
DROP FUNCTION finder_release_is_immutable();
"""


class Migration(migrations.Migration):
    dependencies = [("finder", "0001_initial")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
