"""Let PostgreSQL refuse to rewrite or delete what staff did."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION staff_auditentry_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The audit log is append-only.';
END
$$;
CREATE TRIGGER staff_auditentry_is_append_only
    BEFORE UPDATE OR DELETE ON staff_auditentry
    FOR EACH ROW EXECUTE FUNCTION staff_auditentry_is_append_only();
"""

BACKWARD = """
DROP TRIGGER staff_auditentry_is_append_only ON staff_auditentry;
DROP FUNCTION staff_auditentry_is_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("staff", "0003_signing_in")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
