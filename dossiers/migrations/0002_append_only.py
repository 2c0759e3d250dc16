"""What the database itself refuses: changing history, and changing what identifies a dossier."""

from django.db import migrations

LEDGERS = ("dossiers_dossierevent", "dossiers_dossierreading", "dossiers_returnrecord")

FUNCTIONS = """
CREATE FUNCTION dossiers_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;

CREATE FUNCTION dossiers_keep_identity() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the code, receiving office, key and receipt of dossier % never change', OLD.code
        USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER dossier_keeps_identity BEFORE UPDATE ON dossiers_dossier FOR EACH ROW
    WHEN (
        OLD.code <> NEW.code
        OR OLD.desk_id <> NEW.desk_id
        OR OLD.request_key <> NEW.request_key
        OR OLD.procedure_id <> NEW.procedure_id
        OR OLD.submitted_at <> NEW.submitted_at
        OR (OLD.received_at IS NOT NULL AND OLD.received_at IS DISTINCT FROM NEW.received_at)
    )
    EXECUTE FUNCTION dossiers_keep_identity();
"""

APPEND_ONLY = """
CREATE TRIGGER append_only_rows BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION dossiers_refuse_change();
CREATE TRIGGER append_only_table BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION dossiers_refuse_change();
"""

DROP = """
DROP TRIGGER dossier_keeps_identity ON dossiers_dossier;
DROP FUNCTION dossiers_refuse_change() CASCADE;
DROP FUNCTION dossiers_keep_identity() CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0001_initial")]

    operations = [
        migrations.RunSQL(FUNCTIONS + "".join(APPEND_ONLY.format(table=table) for table in LEDGERS), DROP),
    ]
