"""Renew `CalendarVersion` whenever a calendar row changes, whoever changes it.

The number comes from a sequence that no rollback or TRUNCATE turns back, so no number ever stands for two contents.
"""

from django.db import migrations

TABLES = ("units_calendarday", "units_calendaryear", "units_openinghours")

CREATE = """
CREATE SEQUENCE units_calendar_version_seq;
CREATE FUNCTION units_renew_calendar_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO units_calendarversion (id, number) VALUES (1, nextval('units_calendar_version_seq'))
    ON CONFLICT (id) DO UPDATE SET number = excluded.number;
    RETURN NULL;
END $$;
""" + "".join(
    f"""
CREATE TRIGGER renew_calendar_version AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION units_renew_calendar_version();
"""
    for table in TABLES
)

DROP = "".join(f"DROP TRIGGER renew_calendar_version ON {table};\n" for table in TABLES) + (
    "DROP FUNCTION units_renew_calendar_version();\nDROP SEQUENCE units_calendar_version_seq;"
)


class Migration(migrations.Migration):
    dependencies = [("units", "0001_initial")]

    operations = [migrations.RunSQL(CREATE, DROP)]
