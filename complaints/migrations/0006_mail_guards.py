"""What the database itself refuses: changing who opened a message, and a mark of the writer beside a sealed case."""

from django.db import migrations

FORWARD = """
CREATE TRIGGER append_only_rows BEFORE UPDATE OR DELETE ON complaints_mailreading
    FOR EACH ROW EXECUTE FUNCTION complaints_refuse_change();
CREATE TRIGGER append_only_table BEFORE TRUNCATE ON complaints_mailreading
    FOR EACH STATEMENT EXECUTE FUNCTION complaints_refuse_change();

CREATE FUNCTION complaints_mail_of_sealed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT NEW.is_secret AND (SELECT is_sealed FROM complaints_case WHERE id = NEW.case_id) THEN
        RAISE EXCEPTION 'a message of a sealed case is a secret' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER mail_secret_with_its_case BEFORE INSERT OR UPDATE ON complaints_mail
    FOR EACH ROW EXECUTE FUNCTION complaints_mail_of_sealed();

CREATE FUNCTION complaints_seal_mail() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM complaints_mail WHERE case_id = NEW.id AND NOT is_secret) THEN
        RAISE EXCEPTION 'a case is sealed with its messages' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER case_sealed_with_its_mail BEFORE UPDATE ON complaints_case FOR EACH ROW
    WHEN (NEW.is_sealed AND NOT OLD.is_sealed) EXECUTE FUNCTION complaints_seal_mail();
"""

BACKWARD = """
DROP FUNCTION complaints_seal_mail() CASCADE;
DROP FUNCTION complaints_mail_of_sealed() CASCADE;
DROP TRIGGER append_only_rows ON complaints_mailreading;
DROP TRIGGER append_only_table ON complaints_mailreading;
"""


class Migration(migrations.Migration):
    dependencies = [("complaints", "0005_mail_and_partners")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
