"""Whoever handed a dossier in gets the version in force on the day it is accepted: until then the version may change."""

from django.db import migrations

FUNCTION = """
CREATE OR REPLACE FUNCTION dossiers_keep_identity() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.code = NEW.code AND OLD.receiving_desk_id = NEW.receiving_desk_id AND OLD.request_key = NEW.request_key
        AND OLD.secret = NEW.secret AND OLD.submitted_at = NEW.submitted_at
        AND (OLD.received_at IS NULL OR OLD.received_at IS NOT DISTINCT FROM NEW.received_at)
        AND (OLD.book_number IS NULL OR OLD.book_number IS NOT DISTINCT FROM NEW.book_number)
        AND (OLD.book_year IS NULL OR OLD.book_year IS NOT DISTINCT FROM NEW.book_year)
        AND ({accepting} EXISTS (
            SELECT FROM dossiers_dossierevent AS event
            WHERE event.dossier_id = OLD.id AND event.kind IN ('corrected', 'continued')
        ))
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the code, receiving office, key and receipt of dossier % never change', OLD.code
        USING ERRCODE = 'restrict_violation';
END $$;
"""

ACCEPTING = """(
            OLD.received_at IS NULL AND NEW.received_at IS NOT NULL
            AND OLD.desk_id = NEW.desk_id AND OLD.procedure_id = NEW.procedure_id AND OLD.offering_id = NEW.offering_id
        ) OR"""


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0004_whole_life")]

    operations = [migrations.RunSQL(FUNCTION.format(accepting=ACCEPTING), FUNCTION.format(accepting=""))]
