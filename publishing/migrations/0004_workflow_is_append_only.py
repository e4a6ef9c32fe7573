"""Let PostgreSQL refuse to rewrite or delete what was done in the workflow."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION publishing_workflowevent_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Workflow events are append-only.';
END
$$;
CREATE TRIGGER publishing_workflowevent_is_append_only
    BEFORE UPDATE OR DELETE ON publishing_workflowevent
    FOR EACH ROW EXECUTE FUNCTION publishing_workflowevent_is_append_only();
"""

BACKWARD = """
DROP TRIGGER publishing_workflowevent_is_append_only ON publishing_workflowevent;
DROP FUNCTION publishing_workflowevent_is_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("publishing", "0003_workflow")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
