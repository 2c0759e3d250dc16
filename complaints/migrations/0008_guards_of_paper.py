"""What the database itself refuses: plain rows beside a sealed case, a call closed before it is written down, a report
from the street called dealt with without anything that shows it, and changes of who read the registers."""

from django.db import migrations

PLAIN = ("complaints_letter", "complaints_representative", "complaints_receptionentry")

FUNCTIONS = """
CREATE OR REPLACE FUNCTION complaints_seal_all() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM complaints_reporter WHERE case_id = NEW.id)
        OR EXISTS (SELECT FROM complaints_casetext WHERE case_id = NEW.id)
        OR EXISTS (SELECT FROM complaints_casefile WHERE case_id = NEW.id)
        OR EXISTS (SELECT FROM complaints_casedossier WHERE case_id = NEW.id)
        OR EXISTS (SELECT FROM complaints_letter WHERE case_id = NEW.id)
        OR EXISTS (SELECT FROM complaints_representative WHERE case_id = NEW.id)
        OR EXISTS (SELECT FROM complaints_receptionentry WHERE case_id = NEW.id) THEN
        RAISE EXCEPTION 'a case is sealed with everything it says' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION complaints_call_is_written() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM complaints_casetext WHERE case_id = NEW.case_id AND sort = 'content')
        AND NOT EXISTS (SELECT FROM complaints_sealedbox WHERE case_id = NEW.case_id AND what = 'content') THEN
        RAISE EXCEPTION 'a call without a written record cannot be closed' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER call_closed_with_its_record BEFORE INSERT OR UPDATE ON complaints_call FOR EACH ROW
    WHEN (NEW.closed_at IS NOT NULL) EXECUTE FUNCTION complaints_call_is_written();

CREATE FUNCTION complaints_shown_as_done() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM complaints_casefile WHERE case_id = NEW.id AND is_evidence) THEN
        RAISE EXCEPTION 'a report from the street is dealt with where something shows it'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER case_shown_as_done BEFORE UPDATE ON complaints_case FOR EACH ROW
    WHEN (
        NEW.kind = 'field_report' AND NEW.outcome = 'dealt_with' AND NEW.status = 'answered'
        AND OLD.status <> 'answered'
    )
    EXECUTE FUNCTION complaints_shown_as_done();

CREATE TRIGGER append_only_rows BEFORE UPDATE OR DELETE ON complaints_registerreading
    FOR EACH ROW EXECUTE FUNCTION complaints_refuse_change();
CREATE TRIGGER append_only_table BEFORE TRUNCATE ON complaints_registerreading
    FOR EACH STATEMENT EXECUTE FUNCTION complaints_refuse_change();
"""

NOTHING_PLAIN = """
CREATE TRIGGER nothing_plain_when_sealed BEFORE INSERT OR UPDATE ON {table}
    FOR EACH ROW EXECUTE FUNCTION complaints_refuse_plain();
"""

DROP = """
DROP TRIGGER append_only_rows ON complaints_registerreading;
DROP TRIGGER append_only_table ON complaints_registerreading;
DROP FUNCTION complaints_call_is_written() CASCADE;
DROP FUNCTION complaints_shown_as_done() CASCADE;
CREATE OR REPLACE FUNCTION complaints_seal_all() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM complaints_reporter WHERE case_id = NEW.id)
        OR EXISTS (SELECT FROM complaints_casetext WHERE case_id = NEW.id)
        OR EXISTS (SELECT FROM complaints_casefile WHERE case_id = NEW.id)
        OR EXISTS (SELECT FROM complaints_casedossier WHERE case_id = NEW.id) THEN
        RAISE EXCEPTION 'a case is sealed with everything it says' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
"""
DROP_PLAIN = "DROP TRIGGER nothing_plain_when_sealed ON {table};"


class Migration(migrations.Migration):
    dependencies = [("complaints", "0007_hotline_paper_reception")]

    operations = [
        migrations.RunSQL(
            FUNCTIONS + "".join(NOTHING_PLAIN.format(table=table) for table in PLAIN),
            DROP + "".join(DROP_PLAIN.format(table=table) for table in PLAIN),
        ),
    ]
