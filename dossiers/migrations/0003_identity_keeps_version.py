"""What a citizen was promised hangs on the version and the offering, and the secret opens the file: they never change."""

from django.db import migrations

TRIGGER = """
CREATE OR REPLACE TRIGGER dossier_keeps_identity BEFORE UPDATE ON dossiers_dossier FOR EACH ROW
    WHEN (
        OLD.code <> NEW.code
        OR OLD.desk_id <> NEW.desk_id
        OR OLD.request_key <> NEW.request_key
        OR OLD.procedure_id <> NEW.procedure_id
        {more}
        OR OLD.submitted_at <> NEW.submitted_at
        OR (OLD.received_at IS NOT NULL AND OLD.received_at IS DISTINCT FROM NEW.received_at)
    )
    EXECUTE FUNCTION dossiers_keep_identity();
"""

MORE = """
        OR OLD.version_id <> NEW.version_id
        OR OLD.offering_id <> NEW.offering_id
        OR OLD.secret <> NEW.secret
"""


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0002_append_only")]

    operations = [migrations.RunSQL(TRIGGER.format(more=MORE), TRIGGER.format(more=""))]
