"""What was printed is never printed otherwise, and a closed book takes no further number."""

from django.db import migrations

CREATE = """
CREATE FUNCTION dossiers_keep_slip() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'an issued slip never changes' USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER slip_stays BEFORE UPDATE ON dossiers_slip FOR EACH ROW
    WHEN (
        OLD.data IS DISTINCT FROM NEW.data
        OR OLD.form <> NEW.form
        OR OLD.unit_id <> NEW.unit_id
        OR OLD.year <> NEW.year
        OR OLD.number <> NEW.number
        OR OLD.version <> NEW.version
        OR OLD.issued_at <> NEW.issued_at
        OR OLD.dossier_id IS DISTINCT FROM NEW.dossier_id
        OR OLD.replaced_at IS NOT NULL AND OLD.replaced_at IS DISTINCT FROM NEW.replaced_at
    )
    EXECUTE FUNCTION dossiers_keep_slip();
CREATE TRIGGER slip_not_removed BEFORE DELETE ON dossiers_slip FOR EACH ROW EXECUTE FUNCTION dossiers_keep_slip();

CREATE FUNCTION dossiers_keep_book_closed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM dossiers_closedbook WHERE desk_id = NEW.unit_id AND year = NEW.year) THEN
        RAISE EXCEPTION 'the book of % is closed', NEW.year USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER book_stays_closed BEFORE INSERT OR UPDATE ON dossiers_yearcounter FOR EACH ROW
    WHEN (NEW.series = 'book') EXECUTE FUNCTION dossiers_keep_book_closed();
"""

DROP = """
DROP TRIGGER book_stays_closed ON dossiers_yearcounter;
DROP FUNCTION dossiers_keep_book_closed();
DROP TRIGGER slip_not_removed ON dossiers_slip;
DROP TRIGGER slip_stays ON dossiers_slip;
DROP FUNCTION dossiers_keep_slip();
"""


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0008_payment_word")]

    operations = [migrations.RunSQL(CREATE, DROP)]
