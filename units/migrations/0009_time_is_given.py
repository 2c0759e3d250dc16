"""The time of a change of the calendar is given by whoever makes it, see `units.change_time`: no clock is read here."""

from django.db import migrations, models

GIVEN = """
CREATE FUNCTION units_change_time() RETURNS timestamptz STABLE LANGUAGE plpgsql AS $$
DECLARE
    given text := nullif(current_setting('motcua.at', true), '');
BEGIN
    IF given IS NULL THEN
        RAISE EXCEPTION 'the time of this change was not given' USING
            ERRCODE = 'not_null_violation',
            HINT = 'First, in the same transaction: SELECT set_config(''motcua.at'', ''2026-12-02T09:00+07'', true)';
    END IF;
    RETURN given::timestamptz;
END $$;
CREATE OR REPLACE FUNCTION units_keep_calendar_edition() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    edition bigint;
BEGIN
    INSERT INTO units_calendarversion (id, number) VALUES (1, nextval('units_calendar_version_seq'))
    ON CONFLICT (id) DO UPDATE SET number = excluded.number
    RETURNING number INTO edition;
    INSERT INTO units_calendaredition (number, "at", content)
        SELECT edition, units_change_time(), units_calendar_snapshot();
END $$;
"""

BEFORE = """
CREATE OR REPLACE FUNCTION units_keep_calendar_edition() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    edition bigint;
BEGIN
    INSERT INTO units_calendarversion (id, number) VALUES (1, nextval('units_calendar_version_seq'))
    ON CONFLICT (id) DO UPDATE SET number = excluded.number
    RETURNING number INTO edition;
    INSERT INTO units_calendaredition (number, content) SELECT edition, units_calendar_snapshot();
END $$;
DROP FUNCTION units_change_time();
"""


class Migration(migrations.Migration):
    dependencies = [("units", "0008_who_takes_over")]

    operations = [
        migrations.RunSQL(GIVEN, BEFORE),
        migrations.AlterField(
            model_name="calendaredition",
            name="at",
            field=models.DateTimeField(verbose_name="lúc"),
        ),
    ]
