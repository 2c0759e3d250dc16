"""When the catalogue last changed, and that more of its rows change what it prints."""

import django.utils.timezone
from django.db import migrations, models

PRINTED = ("step", "channel", "process", "processstep")

RENEW = """
CREATE OR REPLACE FUNCTION procedures_renew_catalogue_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO procedures_catalogueversion (id, number, loaded, changed_at)
    VALUES (1, nextval('procedures_catalogue_version_seq'), '', clock_timestamp())
    ON CONFLICT (id) DO UPDATE SET number = excluded.number, changed_at = excluded.changed_at;
    RETURN NULL;
END $$;
""" + "".join(
    f"""
CREATE TRIGGER renew_catalogue_version AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON procedures_{table}
    FOR EACH STATEMENT EXECUTE FUNCTION procedures_renew_catalogue_version();
"""
    for table in PRINTED
)

BACK = (
    "".join(f"DROP TRIGGER renew_catalogue_version ON procedures_{table};\n" for table in PRINTED)
    + """
CREATE OR REPLACE FUNCTION procedures_renew_catalogue_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO procedures_catalogueversion (id, number, loaded)
    VALUES (1, nextval('procedures_catalogue_version_seq'), '')
    ON CONFLICT (id) DO UPDATE SET number = excluded.number;
    RETURN NULL;
END $$;
"""
)


class Migration(migrations.Migration):
    dependencies = [("procedures", "0010_english_names")]

    operations = [
        migrations.AddField(
            model_name="catalogueversion",
            name="changed_at",
            field=models.DateTimeField(default=django.utils.timezone.now),
        ),
        migrations.RunSQL(RENEW, BACK),
    ]
