"""What the database itself refuses: changing history or what identifies a case, and plain words in a sealed one."""

from django.db import migrations

LEDGERS = ("complaints_caseevent", "complaints_casereading")
PLAIN = ("complaints_reporter", "complaints_casetext", "complaints_casefile", "complaints_casedossier")

FUNCTIONS = """
CREATE FUNCTION complaints_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;

CREATE FUNCTION complaints_keep_identity() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the code, receiving office, key and receipt of a case never change'
        USING ERRCODE = 'restrict_violation';
END $$;

CREATE FUNCTION complaints_refuse_plain() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT is_sealed FROM complaints_case WHERE id = NEW.case_id) THEN
        RAISE EXCEPTION 'a sealed case keeps nothing in %', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION complaints_seal_all() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM complaints_reporter WHERE case_id = NEW.id)
        OR EXISTS (SELECT FROM complaints_casetext WHERE case_id = NEW.id)
        OR EXISTS (SELECT FROM complaints_casefile WHERE case_id = NEW.id)
        OR EXISTS (SELECT FROM complaints_casedossier WHERE case_id = NEW.id) THEN
        RAISE EXCEPTION 'a case is sealed with everything it says' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER case_keeps_identity BEFORE UPDATE ON complaints_case FOR EACH ROW
    WHEN (
        OLD.code <> NEW.code
        OR OLD.receiving_unit_id <> NEW.receiving_unit_id
        OR OLD.request_key <> NEW.request_key
        OR OLD.received_at <> NEW.received_at
    )
    EXECUTE FUNCTION complaints_keep_identity();

CREATE TRIGGER case_sealed_whole BEFORE UPDATE ON complaints_case FOR EACH ROW
    WHEN (NEW.is_sealed AND NOT OLD.is_sealed) EXECUTE FUNCTION complaints_seal_all();
"""

APPEND_ONLY = """
CREATE TRIGGER append_only_rows BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION complaints_refuse_change();
CREATE TRIGGER append_only_table BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION complaints_refuse_change();
"""

NOTHING_PLAIN = """
CREATE TRIGGER nothing_plain_when_sealed BEFORE INSERT OR UPDATE ON {table}
    FOR EACH ROW EXECUTE FUNCTION complaints_refuse_plain();
"""

DROP = """
DROP FUNCTION complaints_refuse_change() CASCADE;
DROP FUNCTION complaints_keep_identity() CASCADE;
DROP FUNCTION complaints_refuse_plain() CASCADE;
DROP FUNCTION complaints_seal_all() CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [("complaints", "0001_initial")]

    operations = [
        migrations.RunSQL(
            FUNCTIONS
            + "".join(APPEND_ONLY.format(table=table) for table in LEDGERS)
            + "".join(NOTHING_PLAIN.format(table=table) for table in PLAIN),
            DROP,
        ),
    ]
